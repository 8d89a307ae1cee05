import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import type { ClusterUnderTest } from '../support/apache/index.mjs';
import { AckedLoad, lostMessages } from './acked-load.js';
import { loopDiskProblem } from './loop-disk.js';
import { interfere, straceProblem } from './traced.js';
import { useCluster } from './use-cluster.js';
import { itWhere } from './where.js';

const MiB = 1024 * 1024;
const SERVICE_NOT_AVAILABLE = 14;
const LIMIT_MS = 600_000;

const { startCluster, makeDisk } = useCluster();

describe('a broker whose disk fails', () => {
  const failures = [
    ['SYNC_FLUSH', 'fdatasync:error=EIO:when=9+'],
    ['ASYNC_FLUSH', 'fdatasync:error=EIO:when=5+'],
    ['SYNC_FLUSH', 'pwrite64:error=EIO:when=40+'],
    ['ASYNC_FLUSH', 'pwrite64:error=EIO:when=40+'],
  ] as const;

  itWhere(straceProblem()).each(failures)(
    'acknowledges nothing more, says why, and ends with an error: %s, %s',
    async (flushDiskType, inject) => {
      const cluster = await startCluster({ brokerConfig: { flushDiskType } });
      const load = new AckedLoad({ port: cluster.brokerPort, topic: 'FailTopic', queues: 2 });
      // The topic's own table is saved before anything fails.
      await load.runUntilAcked(10, { inFlight: 8 });
      await load.stop();
      await interfere(cluster.brokerPid ?? -1, inject);
      await load.runUntilBroken({ inFlight: 8, mayBeRefused: true });
      // It ended by itself: this waits for the end, and would otherwise be said to have been asked.
      await ended(cluster);
      expect(cluster.endedUnasked).toEqual([expect.stringMatching(/exit code 1, signal null/)]);
      expect(cluster.logTail(60)).toMatch(
        /^(syncing|writing) the log failed \(EIO: i\/o error, \w+\): nothing is acknowledged any more; look at the disk/m,
      );
      expect(load.ackedAfterRefusal).toBe(0);
      expect(load.refused.filter(({ code }) => code !== SERVICE_NOT_AVAILABLE)).toEqual([]);
      // Who waits for the disk is told. With ASYNC_FLUSH nobody does, and the next one may find the broker gone.
      if (flushDiskType === 'SYNC_FLUSH') expect(load.refused).not.toEqual([]);
      await cluster.restartBroker();
      expect(await lostMessages(load)).toEqual([]);
    },
    LIMIT_MS,
  );
});

/** Resolves when the broker is gone. */
async function ended({ brokerPid }: ClusterUnderTest): Promise<void> {
  while (brokerPid !== undefined && isAlive(brokerPid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a broker whose disk is full', () => {
  itWhere(loopDiskProblem()).each(['SYNC_FLUSH', 'ASYNC_FLUSH'])(
    'refuses sends, serves reads, takes messages again when it has room, and loses nothing: %s',
    async (flushDiskType) => {
      const disk = makeDisk(64 * MiB);
      const ballast = join(disk.path, 'ballast');
      writeFileSync(ballast, Buffer.alloc(30 * MiB));
      const cluster = await startCluster({
        storeDir: join(disk.path, 'store'),
        brokerConfig: { flushDiskType, mappedFileSizeCommitLog: 4 * MiB, maxMessageSize: MiB },
      });
      const load = new AckedLoad({ port: cluster.brokerPort, topic: 'FullTopic', queues: 2 });
      await load.runUntilRefused({ inFlight: 32 });
      await load.stop();
      expect(load.refused[0]).toMatchObject({ code: SERVICE_NOT_AVAILABLE });
      expect(load.refused[0]?.remark).toMatch(/the broker's disk is full/);
      expect(await lostMessages(load)).toEqual([]);
      rmSync(ballast);
      // How soon is for disk-space.spec.ts, where time stands still: five seconds.
      await load.runUntilAcked(100, { inFlight: 1, mayBeRefused: true });
      await load.stop();
      expect(cluster.endedUnasked).toEqual([]);
      const crashed = cluster.killBroker();
      await crashed;
      await cluster.restartBroker();
      expect(await lostMessages(load)).toEqual([]);
    },
    LIMIT_MS,
  );
});
