import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';
import type { SegmentFiles } from './files/segment-files.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  encodeConsumeQueueEntry,
  encodeFiller,
  entryOffset,
  entrySize,
} from './format/consume-queue-entry.js';

/** Entries kept in memory: a queue grows into them as it gets busy. */
const MIN_TAIL_ENTRIES = 16;
const MAX_TAIL_ENTRIES = 256;

/** Some entries of a queue, one after the other from `position` of `bytes`; valid until the next append. */
export interface EntryView {
  readonly bytes: Buffer;
  readonly position: number;
  readonly count: number;
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
  /** Where the log has to be read on from to find this queue's next message. */
  maxCommitLogOffset = -1;

  #tail = Buffer.alloc(0);
  /** The number of the first entry in `#tail`. */
  #tailStart = 0;
  /** Entries before this number are in the file. */
  #writtenOffset = 0;
  #maxOffset = 0;

  constructor(
    readonly topic: string,
    readonly queueId: number,
    readonly files: SegmentFiles,
  ) {}

  /** One past the last message that consumers can see. */
  get maxOffset(): QueueOffset {
    return asQueueOffset(this.#maxOffset);
  }

  get hasUnwritten(): boolean {
    return this.#writtenOffset < this.#maxOffset;
  }

  /** Continues behind what recovery found in the files: `maxOffset` entries. */
  resume(maxOffset: number, maxCommitLogOffset: number): void {
    this.#tail = Buffer.alloc(0);
    this.#tailStart = this.#writtenOffset = this.#maxOffset = this.nextOffset = maxOffset;
    this.maxCommitLogOffset = maxCommitLogOffset;
  }

  /** Adds the next entry. It is in memory until `write`. */
  append(commitLogOffset: number, sizeBytes: number, tagsCode: number): void {
    const position = this.#room();
    encodeConsumeQueueEntry(this.#tail, position, commitLogOffset, sizeBytes, tagsCode);
    this.#maxOffset++;
    this.maxCommitLogOffset = commitLogOffset + sizeBytes;
  }

  /** Adds fillers up to `queueOffset`, for messages that the log no longer has. */
  fillUpTo(queueOffset: number): void {
    if (this.#maxOffset === 0 && this.files.segments.length === 0) {
      // Nothing was there before: begin with the file that holds the offset, and fill no more than its beginning.
      const perFile = this.files.segmentBytes / ENTRY;
      this.resume(queueOffset - (queueOffset % perFile), -1);
      this.minOffset = asQueueOffset(queueOffset);
    }
    for (; this.#maxOffset < queueOffset; this.#maxOffset++) encodeFiller(this.#tail, this.#room());
    this.nextOffset = Math.max(this.nextOffset, this.#maxOffset);
  }

  /** Entries from `queueOffset` on that are in memory; undefined when they have to be read. */
  view(queueOffset: number, maxCount: number): EntryView | undefined {
    if (queueOffset < this.#tailStart) return undefined;
    const count = Math.min(maxCount, this.#maxOffset - queueOffset);
    return { bytes: this.#tail, position: (queueOffset - this.#tailStart) * ENTRY, count: Math.max(0, count) };
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
    return { bytes, position: 0, count: Math.floor(got / ENTRY) };
  }

  /** Writes what is only in memory. Returns the segments it wrote to. */
  write(): void {
    while (this.#writtenOffset < this.#maxOffset) {
      const position = this.#writtenOffset * ENTRY;
      const segment = this.files.at(position) ?? this.files.create(position - (position % this.files.segmentBytes));
      const fits = (segment.startOffset + this.files.segmentBytes - position) / ENTRY;
      const count = Math.min(this.#maxOffset - this.#writtenOffset, fits);
      const from = (this.#writtenOffset - this.#tailStart) * ENTRY;
      this.files.file(segment).writeAt(this.#tail.subarray(from, from + count * ENTRY), position - segment.startOffset);
      this.#writtenOffset += count;
    }
  }

  /** Gives back the memory of a queue that is quiet. */
  rest(): void {
    if (this.hasUnwritten || this.#tail.length === 0) return;
    this.#tail = Buffer.alloc(0);
    this.#tailStart = this.#maxOffset;
  }

  /** Finds the first entry from `low` on that lies at or behind `commitLogOffset`, blocking; entries ascend. */
  lowerBound(commitLogOffset: number, low: number = this.minOffset, high: number = this.#maxOffset): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const { bytes, position, count } = this.readAt(middle, 1);
      const isBefore = count > 0 && entrySize(bytes, position) > 0 && entryOffset(bytes, position) < commitLogOffset;
      if (isBefore) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #readableCount(queueOffset: number, maxCount: number): number {
    return Math.max(0, Math.min(maxCount, this.#writtenOffset - queueOffset));
  }

  /** The position in `#tail` of the next entry, after making room for it. */
  #room(): number {
    const used = this.#maxOffset - this.#tailStart;
    if (used * ENTRY < this.#tail.length) return used * ENTRY;
    if (used < MAX_TAIL_ENTRIES) {
      const grown = Buffer.allocUnsafeSlow(Math.max(MIN_TAIL_ENTRIES, used * 4) * ENTRY);
      this.#tail.copy(grown);
      this.#tail = grown;
      return used * ENTRY;
    }
    // Full: everything goes to the file, and the newer half stays for those who keep up.
    this.write();
    const keptFrom = used - MAX_TAIL_ENTRIES / 2;
    this.#tail.copyWithin(0, keptFrom * ENTRY, used * ENTRY);
    this.#tailStart += keptFrom;
    return (this.#maxOffset - this.#tailStart) * ENTRY;
  }
}
