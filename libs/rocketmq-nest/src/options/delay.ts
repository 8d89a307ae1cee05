import { setTimeout as awakePause } from 'node:timers/promises';
import type { Scheduler } from 'rocketmq-broker-core/client';
import type { Millis } from '../interfaces/vocabulary.js';

/** Waits, and keeps the process alive meanwhile: for waits that a starting application stands in. */
export async function pause(time: Millis): Promise<void> {
  await awakePause(time);
}

/** Waits. The scheduler's timers do not keep the process alive. */
export function delay(scheduler: Scheduler, time: Millis): Promise<void> {
  return new Promise((resolve) => {
    scheduler.after(time, resolve);
  });
}

/** `work`, or `undefined` when it takes longer than `time`; the work itself goes on. */
export async function within<T>(scheduler: Scheduler, time: Millis, work: Promise<T>): Promise<T | undefined> {
  let cancel = () => {};
  const timeUp = new Promise<undefined>((resolve) => {
    cancel = scheduler.after(time, () => resolve(undefined));
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    cancel();
  }
}
