import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../runtime/logger.js';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryTextFile } from '../topics/testing/memory-text-file.js';
import { DelayProgress } from './delay-progress.js';

describe('DelayProgress', () => {
  it('saves no further than what is synced, although it remembers many deliveries as one', () => {
    const file = new MemoryTextFile();
    const progress = new DelayProgress({ file, clock: new ManualTime(), logger: silentLogger, versionStep: () => 200 });
    for (let next = 1; next <= 1023; next++) progress.advance(1, next, 10);
    progress.advance(1, 1024, 100);
    progress.advance(1, 1025, 0); // was discarded: it has no record
    progress.noteSynced(50);
    expect(progress.print()).toContain('1:1023');
    progress.noteSynced(100);
    expect(progress.print()).toContain('1:1025');
  });
});
