import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualTime } from '../runtime/manual-time.js';
import { QueueLocks } from './queue-locks.js';

const queue = (queueId: number) => ({ topic: 'T', brokerName: 'b', queueId });

describe('queue locks', () => {
  let time: ManualTime;
  let locks: QueueLocks;

  beforeEach(() => {
    time = new ManualTime();
    locks = new QueueLocks({ settings: { queueLockExpiresAfterMs: 60_000 }, clock: time });
  });

  it('have one owner per queue and group', () => {
    expect(locks.tryLock('g', [queue(0), queue(1)], 'one')).toEqual([queue(0), queue(1)]);
    expect(locks.tryLock('g', [queue(1), queue(2)], 'two')).toEqual([queue(2)]);
    expect(locks.tryLock('h', [queue(0)], 'two')).toEqual([queue(0)]);
    expect(locks.tryLock('g', [queue(0)], 'one')).toEqual([queue(0)]);
  });

  it('pass on a minute after their owner last renewed them', async () => {
    locks.tryLock('g', [queue(0)], 'one');
    await time.advance(50_000);
    locks.tryLock('g', [queue(0)], 'one');
    await time.advance(60_000);
    expect(locks.tryLock('g', [queue(0)], 'two')).toEqual([]);
    await time.advance(1);
    expect(locks.tryLock('g', [queue(0)], 'two')).toEqual([queue(0)]);
  });

  it('are freed by their owner only', () => {
    locks.tryLock('g', [queue(0)], 'one');
    locks.unlock('g', [queue(0)], 'two');
    locks.unlock('nobody', [queue(0)], 'two');
    expect(locks.tryLock('g', [queue(0)], 'two')).toEqual([]);
    locks.unlock('g', [queue(0)], 'one');
    expect(locks.tryLock('g', [queue(0)], 'two')).toEqual([queue(0)]);
  });

  it('say whether a group consumes in order now', async () => {
    expect(locks.isAnyHeld('g')).toBe(false);
    locks.tryLock('g', [queue(0)], 'one');
    expect(locks.isAnyHeld('g')).toBe(true);
    await time.advance(60_001);
    expect(locks.isAnyHeld('g')).toBe(false);
    locks.forgetExpired();
    expect(locks.tryLock('g', [queue(0)], 'two')).toEqual([queue(0)]);
  });
});
