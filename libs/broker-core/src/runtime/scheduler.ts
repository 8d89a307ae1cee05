/** Undoes a scheduled task; calling it twice, or after the task ran, does nothing. */
export type Cancel = () => void;

/** Runs tasks later. Code outside runtime/ and remoting/ never calls `setTimeout`, so tests can move time. */
export interface Scheduler {
  /** Runs `task` once, not before `delayMs` have passed. */
  after(delayMs: number, task: () => void): Cancel;
  /** Runs `task` every `intervalMs`; the first time after one interval. */
  every(intervalMs: number, task: () => void): Cancel;
  /** Runs `task` after the events of this turn of the loop, before timers of the next. */
  soon(task: () => void): void;
}

/** Longest delay that Node's timers accept; longer ones would fire at once. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * Timers of the event loop. They do not keep the process alive: servers hold it open by their sockets, and a client
 * that has nothing else to do may end.
 */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, task) {
    const timer = setInterval(task, Math.min(Math.max(1, intervalMs), MAX_TIMER_MS));
    timer.unref();
    return () => clearInterval(timer);
  },
  soon(task) {
    setImmediate(task);
  },
};

/** Lets what else there is in this turn of the loop go first. */
export function turnEnd(scheduler: Scheduler): Promise<void> {
  return new Promise((resolve) => scheduler.soon(resolve));
}

/**
 * Waits `delayMs`; rejects with the signal's reason when it is aborted first.
 * The caller decides what the wait means: a back-off, a deadline, a poll.
 */
export function delay(scheduler: Scheduler, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = scheduler.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
