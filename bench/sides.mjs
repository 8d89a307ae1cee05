// The two brokers of a comparison: ours and Apache's, each on core 0, the one that is not measured stopped by SIGSTOP.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from '../test/support/apache/index.mjs';

/** What Apache's own start script would give it, made to fit a small machine: G1, a fixed heap. */
const apacheJvm = (heap) => [`-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseG1GC', '-Djava.net.preferIPv4Stack=true'];

/** Both brokers use the sizes they come with: 1 GiB segments, 300,000 entries a consume queue file. */
const defaultSizes = {
  mappedFileSizeCommitLog: 1024 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 300_000 * 20,
  maxHashSlotNum: 5_000_000,
  maxIndexNum: 20_000_000,
  brokerFastFailureEnable: true,
  osPageCacheBusyTimeOutMills: 1000,
};

const inside = new URL('./load/inside.mjs', import.meta.url).href;

/**
 * How a broker is started. `pinned` gives it core 0 and no other; `isWatched` loads into ours what sees its event loop,
 * and `profileDir` has it profile its CPU as well.
 */
const defaultStart = { flush: 'ASYNC_FLUSH', heap: '2g', pinned: true, isWatched: true, config: {} };

/** A broker under measurement. */
export class Side {
  /** @param {'ours' | 'apache'} kind */
  constructor(kind, cluster) {
    this.kind = kind;
    this.cluster = cluster;
  }

  static async start(kind, start = {}) {
    const { flush, heap, pinned, isWatched, config, profileDir } = { ...defaultStart, ...start };
    const prefix = pinned ? ['taskset', '-c', '0'] : [];
    const eventLoopFile = join(process.env.TMPDIR ?? '/tmp', `bench-event-loop-${process.pid}.json`);
    if (kind === 'ours' && isWatched) {
      prefix.push('env', `NODE_OPTIONS=--import ${inside}`, `BENCH_EVENT_LOOP=${eventLoopFile}`);
      if (profileDir) prefix.push(`BENCH_PROFILE=${profileDir}`);
    }
    const cluster = await startCluster(kind, {
      brokerConfig: { ...defaultSizes, flushDiskType: flush, ...config },
      brokerPrefix: prefix,
      brokerJvm: apacheJvm(heap),
    });
    const side = new Side(kind, cluster);
    side.eventLoopFile = eventLoopFile;
    return side;
  }

  get pid() {
    return this.cluster.brokerPid;
  }

  get port() {
    return this.cluster.brokerPort;
  }

  /** How late our broker's event loop was since this was last asked. */
  async eventLoopDelays() {
    process.kill(this.pid, 'SIGUSR2');
    await sleep(200);
    return JSON.parse(readFileSync(this.eventLoopFile, 'utf8'));
  }

  /** Stops the process in its tracks, so that it takes nothing from the other side. */
  pause() {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume() {
    if (this.pid !== undefined) process.kill(this.pid, 'SIGCONT');
  }

  async stop() {
    this.resume();
    await this.cluster.stop();
  }
}
