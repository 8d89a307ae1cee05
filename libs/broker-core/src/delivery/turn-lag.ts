import type { Clock } from '../runtime/clock.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';

const LOOK_EVERY_MS = 50;
/** Looks that must all be late: one stall of the disk or the collector is over when it is noticed. */
const LOOKS = 3;

/**
 * How late the event loop is: what a request waits before anybody looks at it.
 *
 * A broker with a queue would read the age of the oldest request in it. Here requests wait in sockets, where their age is
 * not known, so the delay of a timer stands for it: both wait for the same turn.
 */
export class TurnLag {
  readonly #latenessMs = new Float64Array(LOOKS);
  #looks = 0;
  #lastMs = 0;
  #lateMs = 0;
  #stop: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  /** By how many milliseconds turns have been late lately, each of them. */
  get lateMs(): number {
    return this.#lateMs;
  }

  start(): void {
    this.#lastMs = this.clock.monotonicMs();
    this.#stop ??= this.scheduler.every(LOOK_EVERY_MS, () => this.#look());
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    const now = this.clock.monotonicMs();
    this.#latenessMs[this.#looks++ % LOOKS] = now - this.#lastMs - LOOK_EVERY_MS;
    this.#lastMs = now;
    this.#lateMs = Math.max(0, Math.min(...this.#latenessMs));
  }
}
