import { beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../runtime/logger.js';
import { ManualTime } from '../../runtime/manual-time.js';
import type { GroupConsumer } from './group-members.js';
import { RebalanceLoop } from './rebalance-loop.js';

let time: ManualTime;
let ranAtMs: number[];
let outcome: () => Promise<boolean>;
let loop: RebalanceLoop;

beforeEach(() => {
  time = new ManualTime();
  ranAtMs = [];
  outcome = async () => true;
  const rebalance = () => {
    ranAtMs.push(time.monotonicMs());
    return outcome();
  };
  const consumer = { group: 'G', rebalance } as Partial<GroupConsumer> as GroupConsumer;
  loop = new RebalanceLoop(time, time, silentLogger, 20_000, () => [consumer]);
  loop.start();
});

describe('a rebalance', () => {
  it('comes every interval without being asked for', async () => {
    await time.advance(60_000);
    expect(ranAtMs).toEqual([20_000, 40_000, 60_000]);
  });

  it('runs once more after the one that runs, however often it is asked for meanwhile', async () => {
    let finish = (_isComplete: boolean) => {};
    outcome = () => new Promise((resolve) => (finish = resolve));
    loop.wake();
    loop.wake();
    loop.wake();
    await time.advance(5);
    outcome = async () => true;
    finish(true);
    await time.advance(5);
    expect(ranAtMs).toEqual([0, 5]);
  });

  it('comes at the soonest of the times that are wished for, whichever was wished first', async () => {
    loop.wakeAfter(10_000);
    loop.wakeAfter(500);
    loop.wakeAfter(3_000);
    await time.advance(15_000);
    expect(ranAtMs).toEqual([500]);
  });

  it('that did not reach its end, or failed, is tried again later and later', async () => {
    const outcomes = [Promise.resolve(false), Promise.reject(new Error('no broker')), Promise.resolve(true)];
    outcome = () => outcomes.shift() ?? Promise.resolve(true);
    loop.wake();
    await time.advance(15_000);
    expect(ranAtMs).toEqual([0, 1_000, 3_000]);
  });

  it('comes no more after the loop was stopped, and leaves no timer', async () => {
    loop.wakeAfter(500);
    loop.stop();
    loop.wake();
    await time.advance(60_000);
    expect([ranAtMs, time.pending]).toEqual([[], 0]);
  });
});
