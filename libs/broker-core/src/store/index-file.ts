import type { Disk, DiskFile } from '../runtime/disk.js';
import {
  decodeIndexEntry,
  decodeIndexHeader,
  emptyIndexHeader,
  encodeIndexEntry,
  encodeIndexHeader,
  entryPosition,
  INDEX_ENTRY_BYTES,
  INDEX_HEADER_BYTES,
  INDEX_SLOT_BYTES,
  type IndexEntry,
  type IndexHeader,
  type IndexShape,
  indexFileBytes,
  slotPosition,
} from './format/index-layout.js';

/** Entries collected before they are written together. */
const PENDING_ENTRIES = 4096;
/** What the field holds. RocketMQ clamps to it as well. */
const MAX_SECONDS = 0x7fffffff;
/** Slots that are written together when one of them changed: 16 KiB. */
const SLOTS_PER_PAGE = 4096;
/** Entries read at a time when slots are made anew. */
const REBUILD_ENTRIES = 200_000;

/**
 * One index file. RocketMQ: IndexFile
 *
 * The file that grows keeps all its slots and its newest entries in memory, so that adding a key costs no system call;
 * `write` brings the file up to date. Entries are the truth and go out in their order; slots and header follow from them.
 */
export class IndexFile {
  readonly header: IndexHeader = emptyIndexHeader();
  /** All slots, while the file grows. */
  #slots: Int32Array | undefined;
  readonly #changedPages = new Set<number>();
  /** Entries that are not in the file yet; a file that does not grow needs no room for them. */
  #pending = Buffer.alloc(0);
  #pendingCount = 0;
  readonly #maxPending: number;
  #isHeaderChanged = false;
  #isClosed = false;
  readonly #file: DiskFile;

  constructor(
    readonly path: string,
    readonly shape: IndexShape,
    disk: Disk,
  ) {
    this.#maxPending = Math.min(PENDING_ENTRIES, shape.entries);
    this.#file = disk.open(path, { create: true });
    if (this.#file.sizeBytes() < indexFileBytes(shape)) this.#file.truncate(indexFileBytes(shape));
    const bytes = Buffer.alloc(INDEX_HEADER_BYTES);
    this.#file.readAt(bytes, 0);
    Object.assign(this.header, decodeIndexHeader(bytes));
  }

  /** Retention may have closed it, or the stop. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isFull(): boolean {
    return this.header.indexCount >= this.shape.entries;
  }

  /** Adds a key of a message; the file must not be full. */
  add(keyHash: number, commitLogOffset: number, storeTimestamp: number): void {
    const { header } = this;
    if (this.#pendingCount === this.#maxPending) this.#writeEntries();
    const slots = this.#slots ?? this.#loadSlots();
    const slot = keyHash % this.shape.slots;
    const previousEntry = slots[slot]!;
    if (header.indexCount === 1) {
      header.beginPhyOffset = commitLogOffset;
      header.beginTimestamp = storeTimestamp;
    }
    const seconds = Math.floor((storeTimestamp - header.beginTimestamp) / 1000);
    const secondsSinceBegin = Math.min(Math.max(0, seconds), MAX_SECONDS);
    if (this.#pending.length === 0) this.#pending = Buffer.allocUnsafeSlow(this.#maxPending * INDEX_ENTRY_BYTES);
    const entry = { keyHash, commitLogOffset, secondsSinceBegin, previousEntry };
    encodeIndexEntry(this.#pending, this.#pendingCount++ * INDEX_ENTRY_BYTES, entry);
    slots[slot] = header.indexCount++;
    this.#changedPages.add(Math.floor(slot / SLOTS_PER_PAGE));
    if (previousEntry === 0) header.hashSlotCount++;
    header.endPhyOffset = commitLogOffset;
    header.endTimestamp = storeTimestamp;
    this.#isHeaderChanged = true;
  }

  /** Pages of slots that are only in memory. */
  get unwrittenPages(): number {
    return this.#changedPages.size;
  }

  /** Writes what is only in memory: entries, then up to `maxPages` pages of slots, those that wait longest first, then the header. */
  write(maxPages: number): void {
    this.#writeEntries();
    let count = 0;
    for (const page of this.#changedPages) {
      if (count++ === maxPages) break;
      this.#writeSlots(page);
      this.#changedPages.delete(page);
    }
    if (this.#isHeaderChanged) this.#file.writeAt(encodeIndexHeader(this.header), 0);
    this.#isHeaderChanged = false;
  }

  awaitSynced(): Promise<void> {
    return this.#file.awaitSynced();
  }

  /** Gives back the memory of a file that grows no more. */
  rest(): void {
    this.write(Number.POSITIVE_INFINITY);
    this.#slots = undefined;
    this.#pending = Buffer.alloc(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#file.close();
  }

  /**
   * Offsets of messages with this hash, newest first, stored between two times; up to `maxCount`, added to `found`.
   * Retention may delete the file meanwhile: then what was found so far is all.
   */
  async select(keyHash: number, maxCount: number, begin: number, end: number, found: number[]): Promise<void> {
    let number = await this.#slotValue(keyHash % this.shape.slots);
    while (number > 0 && number < this.header.indexCount && found.length < maxCount && !this.#isClosed) {
      const entry = await this.#entry(number);
      const storedAt = this.header.beginTimestamp + entry.secondsSinceBegin * 1000;
      if (entry.keyHash === keyHash && storedAt >= begin && storedAt <= end) found.push(entry.commitLogOffset);
      // Entries of a slot lead to older ones only; anything else is damage, or older than what is wanted.
      if (entry.previousEntry >= number || storedAt < begin) return;
      number = entry.previousEntry;
    }
  }

  /**
   * Keeps the entries of messages before `commitLogOffset` and makes header and slots anew from them: after a crash
   * they may be older or newer than the entries. Returns false when the file says nothing that can be kept.
   */
  rebuild(commitLogOffset: number): boolean {
    const { header } = this;
    if (header.beginTimestamp <= 0) return false;
    const slots = new Int32Array(this.shape.slots);
    Object.assign(header, { endTimestamp: header.beginTimestamp, endPhyOffset: 0, hashSlotCount: 0, indexCount: 1 });
    for (const { entry, number } of this.#readEntries()) {
      const isKept = entry.commitLogOffset < commitLogOffset && entry.commitLogOffset >= header.endPhyOffset;
      if (!isKept || entry.keyHash < 0 || (number === 1 && entry.commitLogOffset !== header.beginPhyOffset)) break;
      if (entry.keyHash === 0 && entry.commitLogOffset === 0 && number > 1) break;
      const slot = entry.keyHash % this.shape.slots;
      if (slots[slot] === 0) header.hashSlotCount++;
      slots[slot] = number;
      header.indexCount = number + 1;
      header.endPhyOffset = entry.commitLogOffset;
      header.endTimestamp = header.beginTimestamp + entry.secondsSinceBegin * 1000;
    }
    this.#slots = slots;
    for (let page = 0; page * SLOTS_PER_PAGE < this.shape.slots; page++) this.#changedPages.add(page);
    this.#isHeaderChanged = true;
    return header.indexCount > 1;
  }

  *#readEntries(): Generator<{ entry: IndexEntry; number: number }> {
    const perBlock = Math.min(REBUILD_ENTRIES, this.shape.entries);
    const bytes = Buffer.allocUnsafe(perBlock * INDEX_ENTRY_BYTES);
    for (let first = 1; first < this.shape.entries; first += perBlock) {
      const got = this.#file.readAt(bytes, entryPosition(this.shape, first));
      for (let index = 0; index * INDEX_ENTRY_BYTES + INDEX_ENTRY_BYTES <= got; index++) {
        yield { entry: decodeIndexEntry(bytes, index * INDEX_ENTRY_BYTES), number: first + index };
      }
    }
  }

  #loadSlots(): Int32Array {
    const bytes = Buffer.alloc(this.shape.slots * INDEX_SLOT_BYTES);
    if (this.header.indexCount > 1) this.#file.readAt(bytes, slotPosition(0));
    // The file is big-endian, and typed arrays are what the machine is.
    this.#slots = new Int32Array(bytes.swap32().buffer, bytes.byteOffset, this.shape.slots);
    return this.#slots;
  }

  #writeEntries(): void {
    if (this.#pendingCount === 0) return;
    const bytes = this.#pending.subarray(0, this.#pendingCount * INDEX_ENTRY_BYTES);
    this.#file.writeAt(bytes, entryPosition(this.shape, this.header.indexCount - this.#pendingCount));
    this.#pendingCount = 0;
  }

  #writeSlots(page: number): void {
    const first = page * SLOTS_PER_PAGE;
    const count = Math.min(SLOTS_PER_PAGE, this.shape.slots - first);
    const bytes = Buffer.allocUnsafe(count * INDEX_SLOT_BYTES);
    for (let index = 0; index < count; index++)
      bytes.writeInt32BE(this.#slots![first + index]!, index * INDEX_SLOT_BYTES);
    this.#file.writeAt(bytes, slotPosition(first));
  }

  async #slotValue(slot: number): Promise<number> {
    if (this.#isClosed) return 0;
    if (this.#slots) return this.#slots[slot]!;
    const bytes = Buffer.alloc(INDEX_SLOT_BYTES);
    await this.#file.read(bytes, slotPosition(slot));
    return bytes.readInt32BE(0);
  }

  async #entry(number: number): Promise<IndexEntry> {
    const firstPending = this.header.indexCount - this.#pendingCount;
    if (number >= firstPending) return decodeIndexEntry(this.#pending, (number - firstPending) * INDEX_ENTRY_BYTES);
    const bytes = Buffer.alloc(INDEX_ENTRY_BYTES);
    await this.#file.read(bytes, entryPosition(this.shape, number));
    return decodeIndexEntry(bytes);
  }
}
