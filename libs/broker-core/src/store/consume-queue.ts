import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';
import { type EntryView, firstNot } from './entry-search.js';
import type { Segment, SegmentFiles } from './files/segment-files.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  encodeConsumeQueueEntry,
  encodeFiller,
  entryOffset,
  entrySize,
  isEntryWritten,
  isFiller,
} from './format/consume-queue-entry.js';

/** Entries kept in memory: a queue grows into them as it gets busy. */
const MIN_TAIL_ENTRIES = 16;
const MAX_TAIL_ENTRIES = 256;

const NOTHING = Buffer.alloc(0);
const NOTHING_READ = { startOffset: 0, view: { bytes: NOTHING, position: 0, count: 0 } };

/** Hears what a queue does with its files. */
export interface QueueWatcher {
  /** A sync has to cover this file. */
  onWritten(segment: Segment): void;
  /** An append had to write and could not; its entries are kept in memory. */
  onTrouble(error: unknown): void;
}

/**
 * The messages of one queue of one topic, as places in the CommitLog. RocketMQ: ConsumeQueue
 *
 * The newest entries are in memory, and those not yet in the file are only there: whatever is lost with the process
 * comes back from the log. Reading never waits for a write.
 */
export class ConsumeQueue {
  /** The number of the next message: given when it is staged, so it runs ahead of `maxOffset`. */
  nextOffset = 0;
  /** The first message that the log still has. */
  minOffset: QueueOffset = asQueueOffset(0);
  /** Where the log has to be read on from to find this queue's next message; -1 when the queue knows none. */
  maxCommitLogOffset = -1;
  /** Bytes of the newest message. */
  lastSizeBytes = 0;

  /** Whether the topic was deleted: what still comes for it goes nowhere. */
  isGone = false;

  #tail = NOTHING;
  /** The number of the first entry in `#tail`. */
  #tailStart = 0;
  /** Entries before this number are in the file. */
  #writtenOffset = 0;
  #maxOffset = 0;
  /** Entries from here on were written by this process, so they are likely in the page cache. */
  #warmFrom = 0;
  /** What was read last off the hot thread. */
  #lastRead = NOTHING_READ;
  #restedAt = -1;
  /** Where the log began when `minOffset` was corrected last; -1 when it has to be looked at anew. */
  #correctedFor = -1;

  constructor(
    readonly topic: string,
    readonly queueId: number,
    readonly files: SegmentFiles,
    private readonly watcher: QueueWatcher,
  ) {}

  /** One past the last message that consumers can see. */
  get maxOffset(): QueueOffset {
    return asQueueOffset(this.#maxOffset);
  }

  get hasUnwritten(): boolean {
    return this.#writtenOffset < this.#maxOffset;
  }

  /**
   * Finds where the queue ends in its files, after a start: at the first entry that was not written, or that lies at or
   * behind `commitLogOffset`. Entries ascend, so a handful of reads is enough.
   */
  recover(commitLogOffset = Number.POSITIVE_INFINITY): void {
    const first = this.files.startOffset / ENTRY;
    this.#writtenOffset = this.#tailStart = this.#maxOffset = this.files.endOffset / ENTRY;
    this.#continueAt(
      firstNot(this, first, this.#maxOffset, (bytes, at) => {
        return isEntryWritten(bytes, at) && entryOffset(bytes, at) < commitLogOffset;
      }),
    );
    this.minOffset = asQueueOffset(first);
  }

  /**
   * Whether files seem to be missing before the first one: it does not begin with the queue's first message, and the log
   * still has what it begins with. Retention leaves that only where a file ends with the last message it takes.
   */
  seemsCutOff(minCommitLogOffset: number): boolean {
    const first = this.files.startOffset / ENTRY;
    if (first === 0 || first >= this.#maxOffset) return false;
    const { bytes, position, count } = this.readAt(first, 1);
    return count > 0 && !isFiller(bytes, position) && entryOffset(bytes, position) >= minCommitLogOffset;
  }

  /** Forgets the entries from `queueOffset` on, in memory and in the files. */
  truncate(queueOffset: number): void {
    this.write();
    this.files.truncate(queueOffset * ENTRY);
    // Without any file the queue is as new; `fillUpTo` gives it a beginning again.
    this.#continueAt(this.files.segments.length === 0 ? 0 : Math.min(queueOffset, this.#maxOffset));
    if (this.minOffset > this.#maxOffset) this.minOffset = this.maxOffset;
  }

  /** Moves `minOffset` behind messages that the log no longer has. Costs nothing where the log begins as it did. */
  correctMinOffset(minCommitLogOffset: number): void {
    if (minCommitLogOffset === this.#correctedFor) return;
    this.minOffset = asQueueOffset(this.lowerBound(minCommitLogOffset));
    this.#correctedFor = minCommitLogOffset;
  }

  /** Adds the next entry. It is in memory until `write`. */
  append(commitLogOffset: number, sizeBytes: number, tagsCode: number): void {
    if (this.isGone) return;
    const position = this.#room();
    encodeConsumeQueueEntry(this.#tail, position, commitLogOffset, sizeBytes, tagsCode);
    this.#maxOffset++;
    this.maxCommitLogOffset = commitLogOffset + sizeBytes;
    this.lastSizeBytes = sizeBytes;
  }

  /** Adds fillers up to `queueOffset`, for messages that the log no longer has. */
  fillUpTo(queueOffset: number): void {
    if (this.#maxOffset === 0 && this.files.segments.length === 0) {
      // Nothing was there before: begin with the file that holds the offset, and fill no more than its beginning.
      const perFile = this.files.segmentBytes / ENTRY;
      this.#continueAt(queueOffset - (queueOffset % perFile));
      this.minOffset = asQueueOffset(queueOffset);
    }
    for (; this.#maxOffset < queueOffset; this.#maxOffset++) {
      const position = this.#room();
      encodeFiller(this.#tail, position);
    }
    this.nextOffset = Math.max(this.nextOffset, this.#maxOffset);
  }

  /** Entries from `queueOffset` on that are in memory; undefined when they have to be read. */
  view(queueOffset: number, maxCount: number): EntryView | undefined {
    if (queueOffset < this.#tailStart) return undefined;
    const count = Math.min(maxCount, this.#maxOffset - queueOffset);
    return { bytes: this.#tail, position: (queueOffset - this.#tailStart) * ENTRY, count: Math.max(0, count) };
  }

  /**
   * Entries that can be had without waiting: from memory, from what was read last, or, when this process wrote them,
   * from the file: no more than `blockingCount` then. Undefined when `read` has to be awaited.
   */
  entries(queueOffset: number, maxCount: number, blockingCount: number = maxCount): EntryView | undefined {
    const inMemory = this.view(queueOffset, maxCount);
    if (inMemory) return inMemory;
    const { startOffset, view } = this.#lastRead;
    const skip = queueOffset - startOffset;
    // Some entries of a stretch that was read are better than a wait for all of them; the next pull waits.
    if (skip >= 0 && skip < view.count) {
      const count = Math.min(maxCount, view.count - skip);
      return { bytes: view.bytes, position: view.position + skip * ENTRY, count };
    }
    return queueOffset >= this.#warmFrom ? this.readAt(queueOffset, blockingCount) : undefined;
  }

  /** Reads entries from the file, blocking; fewer than asked for at the end of a file. */
  readAt(queueOffset: number, maxCount: number): EntryView {
    const inMemory = this.view(queueOffset, maxCount);
    if (inMemory) return inMemory;
    const bytes = Buffer.allocUnsafe(this.#readableCount(queueOffset, maxCount) * ENTRY);
    const got = this.files.readAt(bytes, queueOffset * ENTRY);
    return { bytes, position: 0, count: Math.floor(got / ENTRY) };
  }

  /** The same off the hot thread. */
  async read(queueOffset: number, maxCount: number): Promise<EntryView> {
    const inMemory = this.view(queueOffset, maxCount);
    if (inMemory) return inMemory;
    const bytes = Buffer.allocUnsafe(this.#readableCount(queueOffset, maxCount) * ENTRY);
    const got = await this.files.read(bytes, queueOffset * ENTRY);
    const view = { bytes, position: 0, count: Math.floor(got / ENTRY) };
    this.#lastRead = { startOffset: queueOffset, view };
    return view;
  }

  /** Writes what is only in memory. */
  write(): void {
    while (this.#writtenOffset < this.#maxOffset) {
      const position = this.#writtenOffset * ENTRY;
      const segment = this.files.at(position) ?? this.#create(position);
      const fits = (segment.startOffset + this.files.segmentBytes - position) / ENTRY;
      const count = Math.min(this.#maxOffset - this.#writtenOffset, fits);
      const from = (this.#writtenOffset - this.#tailStart) * ENTRY;
      this.files.file(segment).writeAt(this.#tail.subarray(from, from + count * ENTRY), position - segment.startOffset);
      this.#writtenOffset += count;
      this.watcher.onWritten(segment);
    }
  }

  #create(position: number): Segment {
    return this.files.create(position - (position % this.files.segmentBytes));
  }

  /** Gives back the memory of a queue that was quiet since it was asked last. */
  rest(): void {
    if (!this.hasUnwritten && this.#restedAt === this.#maxOffset) {
      this.#tail = NOTHING;
      this.#tailStart = this.#maxOffset;
      this.#lastRead = NOTHING_READ;
    }
    this.#restedAt = this.#maxOffset;
  }

  /** Removes files whose messages the log no longer has; the last one always stays, and with it the queue's numbers. */
  removeExpiredFiles(): void {
    while (this.files.segments.length > 1 && this.files.segments[1]!.startOffset <= this.minOffset * ENTRY) {
      this.files.removeFirst();
    }
  }

  /** The first message that lies at or behind `commitLogOffset`, blocking. */
  lowerBound(commitLogOffset: number): number {
    return firstNot(this, this.minOffset, this.#maxOffset, (bytes, at) => entryOffset(bytes, at) < commitLogOffset);
  }

  /** Goes on at `queueOffset` with what is in the files before it. */
  #continueAt(queueOffset: number): void {
    this.#tail = NOTHING;
    this.#tailStart = this.#writtenOffset = this.#maxOffset = this.nextOffset = this.#warmFrom = queueOffset;
    this.#correctedFor = -1;
    this.#lastRead = NOTHING_READ;
    const last = queueOffset > 0 ? this.readAt(queueOffset - 1, 1) : undefined;
    const isPlace = last !== undefined && last.count > 0 && !isFiller(last.bytes, last.position);
    this.lastSizeBytes = isPlace ? entrySize(last.bytes, last.position) : 0;
    this.maxCommitLogOffset = isPlace ? entryOffset(last.bytes, last.position) + this.lastSizeBytes : -1;
  }

  #readableCount(queueOffset: number, maxCount: number): number {
    return Math.max(0, Math.min(maxCount, this.#writtenOffset - queueOffset));
  }

  /** The position in `#tail` of the next entry, after making room for it. */
  #room(): number {
    const used = this.#maxOffset - this.#tailStart;
    if (used * ENTRY === this.#tail.length && (used < MAX_TAIL_ENTRIES || !this.#slide(used))) {
      const grown = Buffer.allocUnsafeSlow(Math.max(MIN_TAIL_ENTRIES, used * 4) * ENTRY);
      this.#tail.copy(grown);
      this.#tail = grown;
    }
    return (this.#maxOffset - this.#tailStart) * ENTRY;
  }

  /** Writes everything, and keeps the newest entries for those who keep up; false when the disk does not let it. */
  #slide(used: number): boolean {
    try {
      this.write();
    } catch (error) {
      this.watcher.onTrouble(error);
      return false;
    }
    const keptFrom = used - MAX_TAIL_ENTRIES / 2;
    this.#tail.copyWithin(0, keptFrom * ENTRY, used * ENTRY);
    this.#tailStart += keptFrom;
    return true;
  }
}
