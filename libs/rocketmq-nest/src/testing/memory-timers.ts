import type { Millis } from '../interfaces/vocabulary.js';

interface Timer {
  readonly dueAt: Millis;
  readonly task: () => void;
}

/** Time that stands still until it is told to move. */
export class MemoryTimers {
  readonly #timers = new Set<Timer>();
  now: Millis = 0;

  /** Runs `task` once `delay` has passed; the answer undoes it. */
  after(delay: Millis, task: () => void): () => void {
    const timer = { dueAt: this.now + delay, task };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves time by `millis`, running what falls due in its order; `settle` is awaited after each. */
  async advance(millis: Millis, settle: () => Promise<void>): Promise<void> {
    const until = this.now + millis;
    await settle();
    for (let timer = this.#earliest(until); timer; timer = this.#earliest(until)) {
      this.now = timer.dueAt;
      this.#timers.delete(timer);
      timer.task();
      await settle();
    }
    this.now = until;
  }

  #earliest(until: Millis): Timer | undefined {
    return [...this.#timers]
      .filter(({ dueAt }) => dueAt <= until)
      .sort((first, second) => first.dueAt - second.dueAt)[0];
  }
}
