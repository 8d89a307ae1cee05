import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import type { ClusterUnderTest } from '../support/apache/index.mjs';
import { AckedLoad, lostMessages, readQueue } from './acked-load.js';
import { type LoopDisk, loopDiskProblem } from './loop-disk.js';
import { useCluster } from './use-cluster.js';
import { itWhere } from './where.js';

const CUTS = Number(process.env['CUTS'] ?? 5);
const MiB = 1024 * 1024;
const powered = itWhere(loopDiskProblem());

/** Servers whose store is on a disk that can lose its power. */
interface OnItsOwnDisk {
  readonly cluster: ClusterUnderTest;
  readonly disk: LoopDisk;
}

describe('a broker whose file system loses its power', () => {
  const { startCluster, makeDisk } = useCluster();

  async function start(flushDiskType: string): Promise<OnItsOwnDisk> {
    const disk = makeDisk(512 * MiB);
    const brokerConfig = { flushDiskType, mappedFileSizeCommitLog: 2 * MiB, maxMessageSize: MiB };
    const cluster = await startCluster({ storeDir: join(disk.path, 'store'), brokerConfig });
    return { cluster, disk };
  }

  /** Cuts the power under load, after `count` acknowledgements; the broker is up again when this resolves. */
  async function cutUnder(load: AckedLoad, count: number, { cluster, disk }: OnItsOwnDisk): Promise<void> {
    await load.runUntilAcked(count, { inFlight: 32, mayBeRefused: true });
    disk.cutPower();
    await load.awaitBroken();
    // It ends by itself, as its disk failed.
    await cluster.killBroker();
    disk.unmount();
    disk.mount();
    await cluster.restartBroker();
  }

  powered(
    `keeps every message that SYNC_FLUSH acknowledged, through ${CUTS} power cuts under load`,
    async () => {
      const running = await start('SYNC_FLUSH');
      const load = new AckedLoad({ port: running.cluster.brokerPort, topic: 'PowerTopic', queues: 4 });
      for (let cut = 0; cut < CUTS; cut++) {
        await cutUnder(load, 50 + cut * 400, running);
        expect(await lostMessages(load)).toEqual([]);
      }
      expect(load.acked.length).toBeGreaterThanOrEqual(CUTS * 50);
    },
    600_000,
  );

  powered(
    'loses only the end with ASYNC_FLUSH, and goes on from there',
    async () => {
      const running = await start('ASYNC_FLUSH');
      const port = running.cluster.brokerPort;
      const target = { port, topic: 'PowerTopic', queues: 1 };
      for (let cut = 0; cut < CUTS; cut++) {
        const before = cut === 0 ? [] : await readQueue(port, target.topic, 0);
        await cutUnder(new AckedLoad(target), 3000, running);
        const after = await readQueue(port, target.topic, 0);
        expect(after.slice(0, before.length)).toEqual(before);
        expect(after.map(({ queueOffset }) => queueOffset)).toEqual(after.map((_, index) => index));
        const sent = after.slice(before.length).map(({ id }) => id);
        expect(sent).toEqual(sent.map((_, index) => index));
      }
    },
    600_000,
  );
});
