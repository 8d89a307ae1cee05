// The two brokers of a comparison: ours and Apache's, each on core 0, the one that is not measured stopped by SIGSTOP.
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

/** A broker under measurement. */
export class Side {
  /** @param {'ours' | 'apache'} kind */
  constructor(kind, cluster) {
    this.kind = kind;
    this.cluster = cluster;
  }

  static async start(kind, { flush = 'ASYNC_FLUSH', heap = '2g', pinned = true, config = {}, profileDir } = {}) {
    const prefix = pinned ? ['taskset', '-c', '0'] : [];
    if (profileDir && kind === 'ours') prefix.push('env', `NODE_OPTIONS=--cpu-prof --cpu-prof-dir=${profileDir}`);
    const cluster = await startCluster(kind, {
      brokerConfig: { ...defaultSizes, flushDiskType: flush, ...config },
      brokerPrefix: prefix,
      brokerJvm: apacheJvm(heap),
    });
    return new Side(kind, cluster);
  }

  get pid() {
    return this.cluster.brokerPid;
  }

  get port() {
    return Number(this.cluster.brokerAddr.split(':')[1]);
  }

  /** Stops the process in its tracks, so that it takes nothing from the other side. */
  pause() {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume() {
    process.kill(this.pid, 'SIGCONT');
  }

  async stop() {
    this.resume();
    await this.cluster.stop();
  }
}
