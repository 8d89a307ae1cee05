import type { Scheduler } from '../../runtime/scheduler.js';

/** Waits for `work`, `waitMs` at most; answers whether it ended. */
export async function endedWithin(work: Promise<unknown>, waitMs: number, scheduler: Scheduler): Promise<boolean> {
  let cancel = () => {};
  const timeUp = new Promise<false>((resolve) => {
    cancel = scheduler.after(waitMs, () => resolve(false));
  });
  const ended = await Promise.race([work.then(() => true as const), timeUp]);
  cancel();
  return ended;
}
