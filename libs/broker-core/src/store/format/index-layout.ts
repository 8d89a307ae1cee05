import { readInt64, writeInt64 } from '../../runtime/numbers.js';

/**
 * A hash table on disk that finds messages by key.
 *
 * Shape   header of 40 bytes · slots, i32 each: the newest entry of the slot, 0 for none · entries of 20 bytes
 *         header: i64 beginTimestamp · i64 endTimestamp · i64 beginPhyOffset · i64 endPhyOffset · i32 hashSlotCount · i32 indexCount
 *         entry: i32 keyHash · i64 commitLogOffset · i32 secondsSinceBegin · i32 the slot's entry before this one; entry 0 is never used
 * Units   timestamps are store times in ms; indexCount is the number the next entry gets, so it begins at 1
 * Source  RocketMQ 5.x IndexFile, IndexHeader; docs/formats/index-file.md
 */
export const INDEX_HEADER_BYTES = 40;
export const INDEX_SLOT_BYTES = 4;
export const INDEX_ENTRY_BYTES = 20;

export interface IndexHeader {
  beginTimestamp: number;
  endTimestamp: number;
  beginPhyOffset: number;
  endPhyOffset: number;
  /** Slots that have an entry. */
  hashSlotCount: number;
  /** The number of the next entry. */
  indexCount: number;
}

export interface IndexEntry {
  readonly keyHash: number;
  readonly commitLogOffset: number;
  readonly secondsSinceBegin: number;
  readonly previousEntry: number;
}

export const emptyIndexHeader = (): IndexHeader => ({
  beginTimestamp: 0,
  endTimestamp: 0,
  beginPhyOffset: 0,
  endPhyOffset: 0,
  hashSlotCount: 0,
  indexCount: 1,
});

export function encodeIndexHeader(header: IndexHeader, target: Buffer = Buffer.alloc(INDEX_HEADER_BYTES)): Buffer {
  writeInt64(target, header.beginTimestamp, 0);
  writeInt64(target, header.endTimestamp, 8);
  writeInt64(target, header.beginPhyOffset, 16);
  writeInt64(target, header.endPhyOffset, 24);
  target.writeInt32BE(header.hashSlotCount, 32);
  target.writeInt32BE(header.indexCount, 36);
  return target;
}

export function decodeIndexHeader(source: Buffer): IndexHeader {
  return {
    beginTimestamp: readInt64(source, 0),
    endTimestamp: readInt64(source, 8),
    beginPhyOffset: readInt64(source, 16),
    endPhyOffset: readInt64(source, 24),
    hashSlotCount: source.readInt32BE(32),
    // RocketMQ writes 0 into a file that has no entry yet.
    indexCount: Math.max(1, source.readInt32BE(36)),
  };
}

export function encodeIndexEntry(target: Buffer, position: number, entry: IndexEntry): void {
  target.writeInt32BE(entry.keyHash, position);
  writeInt64(target, entry.commitLogOffset, position + 4);
  target.writeInt32BE(entry.secondsSinceBegin, position + 12);
  target.writeInt32BE(entry.previousEntry, position + 16);
}

export function decodeIndexEntry(source: Buffer, position = 0): IndexEntry {
  return {
    keyHash: source.readInt32BE(position),
    commitLogOffset: readInt64(source, position + 4),
    secondsSinceBegin: source.readInt32BE(position + 12),
    previousEntry: source.readInt32BE(position + 16),
  };
}

/** Where slots, entries and the file end, for a number of slots and entries. */
export interface IndexShape {
  readonly slots: number;
  readonly entries: number;
}

export const slotPosition = (slot: number): number => INDEX_HEADER_BYTES + slot * INDEX_SLOT_BYTES;
export const entryPosition = (shape: IndexShape, entry: number): number =>
  INDEX_HEADER_BYTES + shape.slots * INDEX_SLOT_BYTES + entry * INDEX_ENTRY_BYTES;
export const indexFileBytes = (shape: IndexShape): number => entryPosition(shape, shape.entries);

/** The hash of `topic#key`: Java's, made positive; the one that cannot be made positive becomes 0. */
export function indexKeyHash(topicHash: number, key: string): number {
  let hash = topicHash;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return hash === -0x80000000 ? 0 : Math.abs(hash);
}
