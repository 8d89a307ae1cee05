import type { Clock } from './clock.js';
import type { Cancel, Scheduler } from './scheduler.js';

interface Timer {
  readonly id: number;
  dueAt: number;
  readonly everyMs: number | undefined;
  readonly task: () => void;
}

/**
 * A clock and a scheduler that stand still until told to move: time in specs and simulations.
 *
 * `advance` runs every timer that falls due, in the order of its time, and lets promises settle between two of them.
 */
export class ManualTime implements Clock, Scheduler {
  readonly #timers = new Map<number, Timer>();
  readonly #startedAt: number;
  #now: number;
  #nextId = 0;

  constructor(startAt = 1_700_000_000_000) {
    this.#startedAt = startAt;
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now - this.#startedAt;
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#add(Math.max(0, delayMs), undefined, task);
  }

  every(intervalMs: number, task: () => void): Cancel {
    return this.#add(Math.max(1, intervalMs), Math.max(1, intervalMs), task);
  }

  soon(task: () => void): void {
    setImmediate(task);
  }

  /** How many timers wait: a spec may check that nothing was forgotten. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time forward by `ms`, running what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let timer = this.#earliest(target); timer; timer = this.#earliest(target)) {
      this.#now = Math.max(this.#now, timer.dueAt);
      if (timer.everyMs === undefined) this.#timers.delete(timer.id);
      else timer.dueAt += timer.everyMs;
      timer.task();
      await settle();
    }
    this.#now = target;
    await settle();
  }

  #add(delayMs: number, everyMs: number | undefined, task: () => void): Cancel {
    const id = this.#nextId++;
    this.#timers.set(id, { id, dueAt: this.#now + delayMs, everyMs, task });
    return () => void this.#timers.delete(id);
  }

  #earliest(until: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.dueAt <= until && (!found || timer.dueAt < found.dueAt)) found = timer;
    }
    return found;
  }
}

/** Lets everything that is already decided happen: promise callbacks and immediates, twice over. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
