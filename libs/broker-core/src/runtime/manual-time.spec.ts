import { describe, expect, it } from '@jest/globals';
import { ManualTime } from './manual-time.js';

describe('ManualTime', () => {
  it('stands still until it is moved', () => {
    const time = new ManualTime(1000);
    expect([time.now(), time.now(), time.monotonicMs()]).toEqual([1000, 1000, 0]);
  });

  it('runs what falls due, in the order of its time, at its time', async () => {
    const time = new ManualTime(0);
    const seen: string[] = [];
    time.after(20, () => seen.push(`second at ${time.now()}`));
    time.after(10, () => seen.push(`first at ${time.now()}`));
    time.after(31, () => seen.push('too early'));
    await time.advance(30);
    expect(seen).toEqual(['first at 10', 'second at 20']);
    expect(time.pending).toBe(1);
  });

  it('repeats every interval until cancelled, even from inside the task', async () => {
    const time = new ManualTime(0);
    let runs = 0;
    const cancel = time.every(10, () => {
      if (++runs === 3) cancel();
    });
    await time.advance(100);
    expect(runs).toBe(3);
    expect(time.pending).toBe(0);
  });

  it('lets promises settle between two timers', async () => {
    const time = new ManualTime(0);
    const seen: string[] = [];
    time.after(1, () => void Promise.resolve().then(() => seen.push('settled')));
    time.after(2, () => seen.push('next'));
    await time.advance(5);
    expect(seen).toEqual(['settled', 'next']);
  });
});
