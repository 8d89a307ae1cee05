import { SystemTopic } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import { CorruptRecordError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import { type Cancel, type Scheduler, turnEnd } from '../runtime/scheduler.js';
import { isStored, type PutMessage, type PutResult, type PutStatus, refusedPut } from '../store/put-message.js';
import { queueIdOfLevel } from './delay-levels.js';
import type { DelayProgress } from './delay-progress.js';
import { type Redelivery, redeliveryOf } from './redelivery.js';
import type { ScheduleStore, WaitingEntry } from './schedule-store.js';

const TOPIC = SystemTopic.RMQ_SYS_SCHEDULE_TOPIC;
/** Entries looked at in one go; between two of them others get their turn of the loop. */
const BATCH = 64;
/** Longest sleep: a wall clock that is set forward is noticed within it. */
const MAX_SLEEP_MS = 1000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** Refusals that stay what they are however often one asks. */
const FOREVER: ReadonlySet<PutStatus> = new Set<PutStatus>(['MESSAGE_ILLEGAL', 'PROPERTIES_SIZE_EXCEEDED']);

export interface LevelDeliveryOptions {
  readonly level: number;
  readonly delayMs: number;
  readonly store: ScheduleStore;
  readonly progress: DelayProgress;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly onDelivered: (message: PutMessage, result: PutResult, level: number) => void;
}

/** What one look at the queue found: how long to sleep, or undefined to sleep until a message arrives. */
type Sleep = number | undefined;

/** A message whose time has come. */
interface DueMessage {
  readonly queueOffset: number;
  readonly message: PutMessage;
}

/**
 * Delivers one delay level: its queue is in the order of storing, so of due times too, and looking at the head suffices.
 *
 * It sleeps exactly until the head is due, or until a first message arrives. RocketMQ polls each level every 100 ms.
 */
export class LevelDelivery {
  readonly #options: LevelDeliveryOptions;
  readonly #queueId: number;
  #wake: Cancel | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #hasNews = false;
  /** When the head of the queue is due, while it sleeps for it. */
  #headDueAt: number | undefined;
  #retryMs = FIRST_RETRY_MS;
  /**
   * Entries that are done with, and where their records end (0 without one). Those behind an entry that must be tried
   * again stay here, so that nothing is delivered twice because its neighbour failed.
   */
  readonly #done = new Map<number, number>();

  constructor(options: LevelDeliveryOptions) {
    this.#options = options;
    this.#queueId = queueIdOfLevel(options.level);
  }

  /** Begins, or looks again because something arrived. A sleeping level has a head already and need not look. */
  notify(): void {
    if (this.#isStopped) return;
    if (this.#running !== undefined) this.#hasNews = true;
    else if (!this.#wake) this.#run();
  }

  /** Stops after the batch under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake?.();
    this.#wake = undefined;
    await this.#running;
  }

  #run(): void {
    this.#wake = undefined;
    if (this.#headDueAt !== undefined && this.#isWaiting(this.#headDueAt)) {
      this.#sleep(this.#headDueAt - this.#options.clock.now());
      return;
    }
    this.#headDueAt = undefined;
    this.#running = this.#deliverUntilNothingIsDue().then((sleep) => {
      this.#running = undefined;
      if (sleep !== undefined || this.#hasNews) this.#sleep(sleep ?? 0);
      this.#hasNews = false;
    });
  }

  #sleep(ms: number): void {
    if (this.#isStopped) return;
    this.#wake = this.#options.scheduler.after(Math.min(Math.max(ms, 1), MAX_SLEEP_MS), () => this.#run());
  }

  async #deliverUntilNothingIsDue(): Promise<Sleep> {
    try {
      let sleep: Sleep = 0;
      while (sleep === 0 && !this.#isStopped) {
        sleep = await this.#deliverBatch();
        if (sleep === 0) await turnEnd(this.#options.scheduler);
      }
      return sleep;
    } catch (error) {
      this.#options.logger.error('delayed delivery stumbled', { level: this.#options.level, error });
      return this.#retryLater();
    }
  }

  /** Delivers what is due among the next entries; 0 when there may be more. */
  async #deliverBatch(): Promise<Sleep> {
    const { store, progress, level } = this.#options;
    const from = this.#correctedStart();
    const entries = await store.consumeQueueEntries(TOPIC, this.#queueId, from, BATCH);
    const due = entries.slice(0, this.#countDue(entries));
    if (due.length > 0 && !(await this.#deliver(from, due))) return this.#retryLater();
    this.#retryMs = FIRST_RETRY_MS;
    const head = entries[due.length];
    if (head) {
      this.#headDueAt = head.tagsCode;
      return Math.max(1, head.tagsCode - this.#options.clock.now());
    }
    return progress.next(level) < store.maxQueueOffset(TOPIC, this.#queueId) ? 0 : undefined;
  }

  /** Puts a position that the queue no longer or not yet has where the queue begins or ends. */
  #correctedStart(): number {
    const { store, progress, level, logger } = this.#options;
    const next = progress.next(level);
    const minOffset = store.minQueueOffset(TOPIC, this.#queueId);
    const maxOffset = store.maxQueueOffset(TOPIC, this.#queueId);
    const corrected = Math.min(Math.max(next, minOffset), Math.max(maxOffset, 0));
    if (corrected === next) return next;
    logger.error('the progress of a delay level lay outside of its queue', { level, next, minOffset, maxOffset });
    progress.reset(level, corrected);
    this.#done.clear();
    return corrected;
  }

  /** How many entries at the front are due. */
  #countDue(entries: readonly WaitingEntry[]): number {
    const waiting = entries.findIndex(({ tagsCode }) => this.#isWaiting(tagsCode));
    return waiting < 0 ? entries.length : waiting;
  }

  /** One that lies further ahead than its level can wait is due at once: the clock was set back, or the levels changed. */
  #isWaiting(dueAt: number): boolean {
    const now = this.#options.clock.now();
    return dueAt > now && dueAt <= now + this.#options.delayMs;
  }

  /** Stores them again, in order; true when all of them are done with. Progress stops before the first that failed. */
  async #deliver(from: number, due: readonly WaitingEntry[]): Promise<boolean> {
    const messages: DueMessage[] = [];
    for (const [index, entry] of due.entries()) {
      const queueOffset = from + index;
      if (this.#done.has(queueOffset)) continue;
      const message = await this.#messageOf(queueOffset, entry);
      if (message) messages.push({ queueOffset, message });
      else this.#done.set(queueOffset, 0);
    }
    const results = await Promise.all(messages.map(({ message }) => this.#put(message)));
    for (const [index, result] of results.entries()) this.#note(messages[index]!, result);
    return this.#advance(from, from + due.length);
  }

  /** Moves over everything that is done with; true when that is all before `end`. */
  #advance(from: number, end: number): boolean {
    for (let queueOffset = from; queueOffset < end; queueOffset++) {
      const recordEnd = this.#done.get(queueOffset);
      if (recordEnd === undefined) return false;
      this.#done.delete(queueOffset);
      this.#options.progress.advance(this.#options.level, queueOffset + 1, recordEnd);
    }
    return true;
  }

  async #messageOf(queueOffset: number, entry: WaitingEntry): Promise<PutMessage | undefined> {
    const { store, level, logger } = this.#options;
    const { commitLogOffset, sizeBytes } = entry;
    const record = await store.selectRecord(commitLogOffset, sizeBytes);
    if (!record) {
      logger.warn('a delayed message is gone from the log', { level, queueOffset, commitLogOffset });
      return undefined;
    }
    const redelivery = readableOrDiscard(record);
    if (redelivery.kind === 'deliver') return redelivery.message;
    logger.error('a delayed message was discarded', { level, queueOffset, commitLogOffset, why: redelivery.why });
    return undefined;
  }

  /** A put that throws is one that failed; the others of its batch do not hear of it. */
  async #put(message: PutMessage): Promise<PutResult> {
    try {
      return await this.#options.store.putMessage(message);
    } catch (error) {
      return refusedPut('UNKNOWN_ERROR', String(error));
    }
  }

  #note({ queueOffset, message }: DueMessage, result: PutResult): void {
    const { level, logger, onDelivered } = this.#options;
    const { status, remark } = result;
    if (isStored(status)) {
      this.#done.set(queueOffset, result.commitLogOffset + result.sizeBytes);
      onDelivered(message, result, level);
    } else if (FOREVER.has(status)) {
      this.#done.set(queueOffset, 0);
      logger.error('a delayed message was discarded', {
        level,
        queueOffset,
        topic: message.topic,
        status,
        why: remark,
      });
    } else {
      const facts = { level, queueOffset, topic: message.topic, status, why: remark };
      logger.warn('a delayed message could not be stored; trying again', facts);
    }
  }

  #retryLater(): number {
    const sleep = this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    return sleep;
  }
}

/** Bytes that are no message now will be none later. */
function readableOrDiscard(record: Buffer): Redelivery {
  try {
    return redeliveryOf(record);
  } catch (error) {
    if (error instanceof CorruptRecordError) return { kind: 'discard', why: error.message };
    throw error;
  }
}
