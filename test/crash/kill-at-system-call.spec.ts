import { describe, expect } from '@jest/globals';
import { AckedLoad, lostMessages } from './acked-load.js';
import { interfere, straceProblem } from './traced.js';
import { useCluster } from './use-cluster.js';
import { itWhere } from './where.js';

/** Where a broker dies: system calls that change what is on disk, and the how-manieth of one thread. */
const deaths = [
  ...[1, 2, 5, 17].map((when) => ({ calls: 'fdatasync', when })),
  ...[1, 2, 3].map((when) => ({ calls: 'fsync', when })),
  ...[1, 3, 10, 60].map((when) => ({ calls: 'pwrite64', when })),
  ...[1, 2].map((when) => ({ calls: 'ftruncate', when })),
  ...[1, 2].map((when) => ({ calls: 'rename', when })),
];

const traced = itWhere(straceProblem());

describe('a broker that dies in the middle of a system call', () => {
  const { startCluster } = useCluster();

  traced.each(['SYNC_FLUSH', 'ASYNC_FLUSH'])(
    `keeps every acknowledged message, wherever of ${deaths.length} places it died, %s`,
    async (flushDiskType) => {
      const brokerConfig = { flushDiskType, mappedFileSizeCommitLog: 1024 * 1024, maxMessageSize: 100_000 };
      const cluster = await startCluster({ brokerConfig });
      const port = cluster.brokerPort;
      const loads: AckedLoad[] = [];
      for (const { calls, when } of deaths) {
        await interfere(cluster.brokerPid ?? -1, `${calls}:signal=KILL:when=${when}`);
        // A topic of its own each time, so that its table is saved as well.
        const load = new AckedLoad({ port, topic: `Death_${calls}_${when}`, queues: 2 });
        loads.push(load);
        await load.runUntilBroken({ inFlight: 8 });
        await cluster.killBroker();
        await cluster.restartBroker();
        expect(await lostMessages(load)).toEqual([]);
      }
      for (const load of loads) expect(await lostMessages(load)).toEqual([]);
      expect(loads.some(({ acked }) => acked.length > 0)).toBe(true);
    },
    600_000,
  );
});
