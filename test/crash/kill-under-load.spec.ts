import { describe, expect, it } from '@jest/globals';
import { AckedLoad, lostMessages } from './acked-load.js';
import { useCluster } from './use-cluster.js';

const CYCLES = Number(process.env['CYCLES'] ?? 30);
const QUEUES = 4;
const TOPIC = 'CrashTopic';

describe('a broker that is killed under load', () => {
  const { startCluster } = useCluster();

  it.each(['ASYNC_FLUSH', 'SYNC_FLUSH'])(
    `keeps every acknowledged message at its queue and offset through ${CYCLES} × kill -9, %s`,
    async (flushDiskType) => {
      const cluster = await startCluster({
        brokerConfig: {
          flushDiskType,
          mappedFileSizeCommitLog: 4 * 1024 * 1024,
          maxMessageSize: 1024 * 1024,
          mappedFileSizeConsumeQueue: 20 * 1000,
        },
      });
      const load = new AckedLoad({ port: cluster.brokerPort, topic: TOPIC, queues: QUEUES });
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        // Killed at a different depth each time: right at the start, within a segment, after a roll.
        await load.runUntilAcked(200 + (cycle % 5) * 700, { inFlight: 64 });
        const crashed = cluster.killBroker();
        await load.awaitBroken();
        await crashed;
        await cluster.restartBroker();
        expect(await lostMessages(load)).toEqual([]);
      }
      expect(load.acked.length).toBeGreaterThanOrEqual(CYCLES * 200);
      // A clean stop and start after all that changes nothing either.
      await cluster.stopBroker();
      await cluster.restartBroker();
      expect(await lostMessages(load)).toEqual([]);
    },
    600_000,
  );
});
