import { nextDataVersion, firstDataVersion } from '../topics/data-version.js';
import { SavedTable, type TextFile } from '../topics/saved-table.js';
import type { DataVersion } from '../protocol/bodies/data-version.js';
import {
  decodeDelayOffsetSerializeWrapper,
  encodeDelayOffsetSerializeWrapper,
} from '../protocol/bodies/consumer-offset-serialize-wrapper.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';

/** Where one level stands. */
interface LevelProgress {
  /** The next entry to deliver, in memory. */
  next: number;
  /** The next entry to deliver after a restart: everything before it is delivered and on disk. */
  durable: number;
  /** Deliveries whose records are not yet known to be on disk, oldest first. */
  readonly unsynced: { readonly next: number; readonly recordEnd: number }[];
}

/** Deliveries of one level remembered as unsynced; beyond it several are remembered as one. */
const MAX_UNSYNCED = 1024;

export interface DelayProgressOptions {
  readonly file: TextFile;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Deliveries per step of the data version. */
  readonly versionStep: () => number;
}

/**
 * How far each level has been delivered: the offset table of delayOffset.json.
 *
 * A level is saved only as far as the re-stored messages are synced, so a power cut may deliver a message twice and
 * never loses one. (RocketMQ saves what it has put, synced or not.)
 *
 * Shape   {"dataVersion":{…},"offsetTable":{1:0,2:5}}, keyed by level
 * Source  RocketMQ DelayOffsetSerializeWrapper
 */
export class DelayProgress {
  readonly #levels = new Map<number, LevelProgress>();
  readonly #saved: SavedTable;
  readonly #clock: Clock;
  readonly #versionStep: () => number;
  #dataVersion: DataVersion;
  #steps = 0;

  constructor({ file, clock, logger, versionStep }: DelayProgressOptions) {
    this.#clock = clock;
    this.#versionStep = versionStep;
    this.#dataVersion = firstDataVersion(clock);
    this.#saved = new SavedTable(file, () => this.print(), logger);
  }

  load(): void {
    const text = this.#saved.load();
    if (text === undefined) return;
    const { offsetTable, dataVersion } = decodeDelayOffsetSerializeWrapper(Buffer.from(text));
    for (const [level, next] of offsetTable) this.reset(level, next);
    if (dataVersion) this.#dataVersion = dataVersion;
  }

  /** The next entry of a level to deliver. */
  next(level: number): number {
    return this.#levels.get(level)?.next ?? 0;
  }

  /** Every level that was ever delivered, with its next entry. */
  all(): [level: number, next: number][] {
    return [...this.#levels].map(([level, { next }]) => [level, next]);
  }

  /** Everything before `next` was delivered; the record of its last entry ends at `recordEnd` in the CommitLog, 0 without one. */
  advance(level: number, next: number, recordEnd: number): void {
    const progress = this.#of(level);
    progress.next = next;
    const joined = progress.unsynced.length >= MAX_UNSYNCED ? progress.unsynced.pop() : undefined;
    progress.unsynced.push({ next, recordEnd: Math.max(recordEnd, joined?.recordEnd ?? 0) });
    if (++this.#steps % this.#versionStep() === 0) this.#dataVersion = nextDataVersion(this.#dataVersion, this.#clock);
  }

  /** Starts a level elsewhere: what lay before is gone from the queue, or never was in it. */
  reset(level: number, next: number): void {
    this.#levels.set(level, { next, durable: next, unsynced: [] });
    this.#saved.markStale();
  }

  /** Everything in the CommitLog before `flushedWhere` is on disk. */
  noteSynced(flushedWhere: number): void {
    for (const progress of this.#levels.values()) {
      let synced = 0;
      for (const { next, recordEnd } of progress.unsynced) {
        if (recordEnd > flushedWhere) break;
        progress.durable = next;
        synced++;
      }
      if (synced === 0) continue;
      progress.unsynced.splice(0, synced);
      this.#saved.markStale();
    }
  }

  awaitSaved(): Promise<void> {
    return this.#saved.awaitSaved();
  }

  /** The text of delayOffset.json; also the answer to GET_ALL_DELAY_OFFSET. */
  print(): string {
    const levels = [...this.#levels].sort(([a], [b]) => a - b);
    const offsetTable = new Map(levels.map(([level, { durable }]) => [level, durable]));
    return encodeDelayOffsetSerializeWrapper(
      { offsetTable, dataVersion: this.#dataVersion },
      { pretty: true },
    ).toString();
  }

  #of(level: number): LevelProgress {
    let progress = this.#levels.get(level);
    if (!progress) {
      progress = { next: 0, durable: 0, unsynced: [] };
      this.#levels.set(level, progress);
    }
    return progress;
  }
}
