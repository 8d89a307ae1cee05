import type { Clock } from '../../runtime/clock.js';
import type { Logger } from '../../runtime/logger.js';
import type { Cancel, Scheduler } from '../../runtime/scheduler.js';
import { messageOf } from '../errors.js';
import type { GroupConsumer } from './group-members.js';

/** How soon a rebalance that did not reach its end is tried again, the first time and at most. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;

/** Runs rebalances one at a time: on its interval, when woken, and soon again after one that was not complete. */
export class RebalanceLoop {
  #stopTimer: Cancel | undefined;
  #later: { readonly dueAtMs: number; readonly cancel: Cancel } | undefined;
  #isRunning = false;
  #isWanted = false;
  #isStopped = true;
  /** Rebalances in a row that did not reach their end. */
  #incomplete = 0;

  constructor(
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly logger: Logger,
    private readonly intervalMs: number,
    private readonly consumers: () => Iterable<GroupConsumer>,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.#stopTimer ??= this.scheduler.every(this.intervalMs, () => this.wake());
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#later?.cancel();
    this.#later = undefined;
  }

  /** At once, or right after the one that runs. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Of several wishes the soonest counts; the others are served by the same rebalance or wish again. */
  wakeAfter(delayMs: number): void {
    if (this.#isStopped) return;
    const dueAtMs = this.clock.monotonicMs() + delayMs;
    if (this.#later !== undefined && this.#later.dueAtMs <= dueAtMs) return;
    this.#later?.cancel();
    const cancel = this.scheduler.after(delayMs, () => {
      this.#later = undefined;
      this.wake();
    });
    this.#later = { dueAtMs, cancel };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted && !this.#isStopped) {
        this.#isWanted = false;
        this.#incomplete = (await this.#rebalanceAll()) ? 0 : this.#incomplete + 1;
        if (this.#incomplete > 0) this.wakeAfter(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * this.#incomplete));
      }
    } finally {
      this.#isRunning = false;
    }
  }

  async #rebalanceAll(): Promise<boolean> {
    const outcomes = await Promise.all([...this.consumers()].map((consumer) => this.#rebalanceOne(consumer)));
    return outcomes.every(Boolean);
  }

  async #rebalanceOne(consumer: GroupConsumer): Promise<boolean> {
    try {
      return await consumer.rebalance();
    } catch (error) {
      this.logger.warn('rebalance failed', { group: consumer.group, reason: messageOf(error) });
      return false;
    }
  }
}
