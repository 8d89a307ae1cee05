import type { Scheduler } from './scheduler.js';

/**
 * Waits for `work` as long as its caller will: rejects with what `late` makes after `timeoutMs`, and with the signal's reason
 * when that is aborted first. The work itself goes on, and how it ends then is nobody's concern.
 */
export function within<T>(
  scheduler: Scheduler,
  work: Promise<T>,
  timeoutMs: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => end(() => reject(signal?.reason));
    const cancel = scheduler.after(timeoutMs, () => end(() => reject(late())));
    const end = (settle: () => void) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
    if (signal?.aborted) onAbort();
  });
}
