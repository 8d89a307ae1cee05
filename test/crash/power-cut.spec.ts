import { join } from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { type ClusterUnderTest, startOurCluster } from '../support/apache/index.mjs';
import { AckedLoad, lostMessages, readQueue } from './acked-load.js';
import { LoopDisk, loopDiskProblem } from './loop-disk.js';
import { itWhere } from './where.js';

const CUTS = Number(process.env['CUTS'] ?? 5);
const MiB = 1024 * 1024;
const powered = itWhere(loopDiskProblem());

describe('a broker whose file system loses its power', () => {
  let cluster: ClusterUnderTest | undefined;
  let disk: LoopDisk | undefined;

  afterEach(async () => {
    await cluster?.stop();
    cluster = undefined;
    disk?.remove();
    disk = undefined;
  });

  async function start(flushDiskType: string): Promise<{ cluster: ClusterUnderTest; disk: LoopDisk; port: number }> {
    disk = new LoopDisk(512 * MiB);
    const brokerConfig = { flushDiskType, mappedFileSizeCommitLog: 2 * MiB, maxMessageSize: MiB };
    cluster = await startOurCluster({ storeDir: join(disk.path, 'store'), brokerConfig });
    return { cluster, disk, port: Number(cluster.brokerAddr.split(':')[1]) };
  }

  /** Cuts the power under load, after `count` acknowledgements; the broker is up again when this resolves. */
  async function cutUnder(load: AckedLoad, count: number): Promise<void> {
    await load.runUntilAcked(count, { inFlight: 32, mayBeRefused: true });
    disk?.cutPower();
    await load.awaitBroken();
    // It ends by itself, as its disk failed.
    await cluster?.killBroker();
    disk?.unmount();
    disk?.mount();
    await cluster?.restartBroker();
  }

  powered(
    `keeps every message that SYNC_FLUSH acknowledged, through ${CUTS} power cuts under load`,
    async () => {
      const { port } = await start('SYNC_FLUSH');
      const load = new AckedLoad({ port, topic: 'PowerTopic', queues: 4 });
      for (let cut = 0; cut < CUTS; cut++) {
        await cutUnder(load, 50 + cut * 400);
        expect(await lostMessages(load)).toEqual([]);
      }
      expect(load.acked.length).toBeGreaterThanOrEqual(CUTS * 50);
    },
    120_000,
  );

  powered(
    'loses only the end with ASYNC_FLUSH, and goes on from there',
    async () => {
      const { port } = await start('ASYNC_FLUSH');
      const target = { port, topic: 'PowerTopic', queues: 1 };
      for (let cut = 0; cut < CUTS; cut++) {
        const before = cut === 0 ? [] : await readQueue(port, target.topic, 0);
        await cutUnder(new AckedLoad(target), 3000);
        const after = await readQueue(port, target.topic, 0);
        expect(after.slice(0, before.length)).toEqual(before);
        expect(after.map(({ queueOffset }) => queueOffset)).toEqual(after.map((_, index) => index));
        const sent = after.slice(before.length).map(({ id }) => id);
        expect(sent).toEqual(sent.map((_, index) => index));
      }
    },
    120_000,
  );
});
