import { afterEach } from '@jest/globals';
import { type ClusterOptions, type ClusterUnderTest, startOurCluster } from '../support/apache/index.mjs';
import { LoopDisk } from './loop-disk.js';

/** What a spec of this folder breaks: servers of ours, and disks of their own for them. */
export interface Breakable {
  startCluster(options: ClusterOptions): Promise<ClusterUnderTest>;
  makeDisk(sizeBytes: number): LoopDisk;
}

/** For the body of a spec file: every `it` gets what it asks for, and all of it is gone afterwards. */
export function useCluster(): Breakable {
  const clusters: ClusterUnderTest[] = [];
  const disks: LoopDisk[] = [];
  afterEach(async () => {
    try {
      await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
    } finally {
      // Not before, as a disk in use cannot be unmounted.
      for (const disk of disks.splice(0)) disk.remove();
    }
  });
  return {
    async startCluster(options) {
      const cluster = await startOurCluster(options);
      clusters.push(cluster);
      return cluster;
    },
    makeDisk(sizeBytes) {
      const disk = new LoopDisk(sizeBytes);
      disks.push(disk);
      return disk;
    },
  };
}
