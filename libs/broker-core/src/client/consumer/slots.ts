import type { Logger } from '../../runtime/logger.js';
import type { Scheduler } from '../../runtime/scheduler.js';
import { stackOf } from '../errors.js';

/** Work begun without giving the event loop a turn; listeners that never wait would keep sockets waiting. */
const STARTS_PER_TURN = 64;

/** Lets so many jobs run at once, in the order they came, and other events in between. */
export class Slots {
  readonly #waiting: (() => Promise<void>)[] = [];
  #next = 0;
  #running = 0;
  #startedThisTurn = 0;
  #isResting = false;
  #isClosed = false;
  #isPaused = false;
  #whenIdle: (() => void)[] = [];

  constructor(
    private readonly count: number,
    private readonly scheduler: Scheduler,
    private readonly logger: Logger,
  ) {}

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  /** Runs the job when there is room. Jobs handle their own errors; one that rejects is a defect of ours. */
  add(job: () => Promise<void>): void {
    if (this.#isClosed) return;
    this.#waiting.push(job);
    this.#fill();
  }

  /** Begins nothing until `resume`; what runs goes on. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#fill();
  }

  /** Begins nothing any more; resolves when what runs has ended. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#next = 0;
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #fill(): void {
    while (this.#running < this.count && this.#next < this.#waiting.length && !this.#isResting && !this.#isPaused) {
      if (this.#startedThisTurn++ >= STARTS_PER_TURN) {
        this.#rest();
        return;
      }
      const job = this.#waiting[this.#next++] as () => Promise<void>;
      if (this.#next > 1024 && this.#next * 2 > this.#waiting.length) {
        this.#waiting.splice(0, this.#next);
        this.#next = 0;
      }
      this.#running++;
      job()
        .catch((error: unknown) => this.logger.error('a consume job failed', { reason: stackOf(error) }))
        .finally(() => this.#ended());
    }
  }

  #ended(): void {
    this.#running--;
    if (this.#running === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    this.#fill();
  }

  #rest(): void {
    this.#isResting = true;
    this.scheduler.soon(() => {
      this.#isResting = false;
      this.#startedThisTurn = 0;
      this.#fill();
    });
  }
}
