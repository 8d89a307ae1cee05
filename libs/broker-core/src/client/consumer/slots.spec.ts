import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../runtime/logger.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { Slots } from './slots.js';

describe('Slots', () => {
  const time = new ManualTime();
  const sleepMs = (ms: number) => new Promise<void>((resolve) => void time.after(ms, resolve));

  it('keeps the order in which jobs came', async () => {
    const slots = new Slots(1, time, silentLogger);
    const order: number[] = [];
    for (let i = 0; i < 200; i++) slots.add(async () => void order.push(i));
    for (let turn = 0; turn < 10; turn++) await time.advance(0);
    expect(order).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('lets other events in between jobs that never wait', async () => {
    const slots = new Slots(4, time, silentLogger);
    let done = 0;
    let atOtherEvent = -1;
    for (let i = 0; i < 10_000; i++) slots.add(async () => void done++);
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        atOtherEvent = done;
        resolve();
      });
    });
    expect(atOtherEvent).toBeLessThan(300);
  });

  it('goes on after a job that failed', async () => {
    const slots = new Slots(1, time, silentLogger);
    let done = false;
    slots.add(() => Promise.reject(new Error('a defect')));
    slots.add(async () => {
      done = true;
    });
    await time.advance(0);
    expect([done, slots.running]).toEqual([true, 0]);
  });

  it('waits for what runs when it is closed, and drops what waits', async () => {
    const slots = new Slots(1, time, silentLogger);
    const ended: string[] = [];
    for (const name of ['runs', 'waits']) {
      slots.add(async () => {
        await sleepMs(100);
        ended.push(name);
      });
    }
    const closed = slots.close().then(() => ended.push('closed'));
    await time.advance(1_000);
    await closed;
    expect(ended).toEqual(['runs', 'closed']);
  });

  it('begins nothing while paused', async () => {
    const slots = new Slots(2, time, silentLogger);
    let done = 0;
    slots.pause();
    slots.add(async () => void done++);
    await time.advance(0);
    expect([done, slots.waiting]).toEqual([0, 1]);
    slots.resume();
    await time.advance(0);
    expect([done, slots.waiting]).toEqual([1, 0]);
  });
});
