import type { Clock } from '../runtime/clock.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { CommitLog } from './commit-log.js';
import type { StagedRecord } from './staged-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** How often waiting puts are looked at for `syncFlushTimeoutMs`. */
const TIMEOUT_CHECK_MS = 100;
const PAGE_BYTES = 4096;

/**
 * Says yes, when it is true: what `flushDiskType` promised has happened. RocketMQ: FlushManager
 *
 * SYNC_FLUSH   one sync at a time; every record written meanwhile joins the next, and is answered when that is done
 * ASYNC_FLUSH  a record is answered when it is written; a sync follows within `flushIntervalMs`, sooner when much waits
 *
 * A record becomes visible to consumers before it is answered, and not before it has what was promised, so nobody
 * consumes what a power cut takes back.
 */
export class GroupCommit {
  /** Written and not yet released, in the order of the log. */
  #waiting: StagedRecord[] = [];
  /** The sync under way. */
  #syncing: Promise<void> | undefined;
  #isAbandoned = false;
  #thoroughAtMs: number;
  readonly #timers: Cancel[];

  constructor(
    private readonly config: StoreConfig,
    private readonly log: CommitLog,
    private readonly clock: Clock,
    scheduler: Scheduler,
    /** Makes a record visible. */
    private readonly dispatch: (record: StagedRecord) => void,
    /** A sync failed: the end of the store. */
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#thoroughAtMs = clock.monotonicMs();
    this.#timers =
      config.flushDiskType === 'SYNC_FLUSH'
        ? [scheduler.every(TIMEOUT_CHECK_MS, () => this.#answerLate())]
        : [scheduler.every(config.flushIntervalMs, () => this.#flushInTime())];
  }

  /** Puts that wait for a sync. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Bytes that wait for a sync, and are not visible before it. */
  get waitingBytes(): number {
    return this.#waiting.length === 0 ? 0 : this.#waiting.at(-1)!.endOffset - this.#waiting[0]!.commitLogOffset;
  }

  /** Takes records that were just written. */
  written(records: readonly StagedRecord[]): void {
    if (this.#isAbandoned) {
      for (const record of records) record.answer('SERVICE_NOT_AVAILABLE');
      return;
    }
    if (this.config.flushDiskType === 'SYNC_FLUSH') {
      for (const record of records) {
        this.#waiting.push(record);
        if (!record.waitsForSync) record.answer('PUT_OK');
      }
      void this.#sync();
      return;
    }
    this.#release(records);
    if (this.log.writtenOffset - this.log.syncedOffset >= storeLimits.dirtyBytes) void this.#sync();
  }

  /** Ends the timers. What waits is ended by `finish` or by `abandon`. */
  stop(): void {
    for (const cancel of this.#timers) cancel();
  }

  /** Resolves when everything written is durable, and answered. */
  async finish(): Promise<void> {
    await this.#syncing;
    await this.#sync();
  }

  /** Nothing that waits will ever be durable. */
  abandon(): void {
    this.#isAbandoned = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const record of waiting) record.answer('SERVICE_NOT_AVAILABLE');
  }

  /** Syncs until nothing waits any more; who comes while one is under way joins the next. */
  #sync(): Promise<void> {
    if (this.#isAbandoned) return Promise.resolve();
    this.#syncing ??= this.#syncAll()
      .catch((error: unknown) => this.onFailure(error))
      .finally(() => {
        this.#syncing = undefined;
      });
    return this.#syncing;
  }

  async #syncAll(): Promise<void> {
    do {
      const upTo = await this.log.awaitSynced();
      if (this.#isAbandoned) return;
      this.#releaseUpTo(upTo);
    } while (this.#waiting.length > 0);
  }

  #releaseUpTo(offset: number): void {
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count]!.endOffset <= offset) count++;
    if (count > 0) this.#release(this.#waiting.splice(0, count));
  }

  #release(records: readonly StagedRecord[]): void {
    for (const record of records) this.dispatch(record);
    const status = this.#isAbandoned ? 'SERVICE_NOT_AVAILABLE' : 'PUT_OK';
    for (const record of records) record.answer(status);
  }

  /** ASYNC_FLUSH: some pages make a sync worth while, and after `flushThoroughIntervalMs` a single byte does. */
  #flushInTime(): void {
    const dirtyBytes = this.log.writtenOffset - this.log.syncedOffset;
    const now = this.clock.monotonicMs();
    const isThorough = now - this.#thoroughAtMs >= this.config.flushThoroughIntervalMs;
    if (isThorough) this.#thoroughAtMs = now;
    if (dirtyBytes > 0 && (isThorough || dirtyBytes >= this.config.flushLeastPages * PAGE_BYTES)) void this.#sync();
  }

  /** SYNC_FLUSH: tells those who waited too long that their message is written and not yet durable. */
  #answerLate(): void {
    const deadline = this.clock.monotonicMs() - this.config.syncFlushTimeoutMs;
    for (const record of this.#waiting) {
      if (record.stagedAtMs > deadline) return;
      record.answer('FLUSH_DISK_TIMEOUT');
    }
  }
}
