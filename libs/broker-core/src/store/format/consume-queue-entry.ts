import { readInt64, writeInt64 } from '../../runtime/numbers.js';

/**
 * Where a message of a queue lies in the CommitLog: the n-th entry of a ConsumeQueue is its n-th message.
 *
 * Shape   i64 commitLogOffset · i32 sizeBytes · i64 tagsCode; big-endian, 20 bytes
 * Units   commitLogOffset and sizeBytes in bytes; tagsCode is the tag's hash, or a delivery time in SCHEDULE_TOPIC_XXXX
 * Source  RocketMQ 5.x ConsumeQueue#CQ_STORE_UNIT_SIZE; docs/formats/consume-queue.md
 */
export const CONSUME_QUEUE_ENTRY_BYTES = 20;

/** The size that a filler has: it stands for messages that were there before the queue's first file begins. */
const FILLER_SIZE = 0x7fffffff;

export interface ConsumeQueueEntry {
  readonly commitLogOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: number;
}

export function encodeConsumeQueueEntry(
  target: Buffer,
  position: number,
  commitLogOffset: number,
  sizeBytes: number,
  tagsCode: number,
): void {
  writeInt64(target, commitLogOffset, position);
  target.writeInt32BE(sizeBytes, position + 8);
  writeInt64(target, tagsCode, position + 12);
}

export function decodeConsumeQueueEntry(source: Buffer, position = 0): ConsumeQueueEntry {
  return {
    commitLogOffset: entryOffset(source, position),
    sizeBytes: entrySize(source, position),
    tagsCode: readInt64(source, position + 12),
  };
}

// The fields alone, for loops that must not make an object per entry.
export const entryOffset = (source: Buffer, position: number): number => readInt64(source, position);
export const entrySize = (source: Buffer, position: number): number => source.readInt32BE(position + 8);
export const entryTagsCode = (source: Buffer, position: number): number => readInt64(source, position + 12);

/** Whether an entry was written at all: RocketMQ ends a queue at the first one that was not. */
export const isEntryWritten = (source: Buffer, position: number): boolean =>
  source.readInt32BE(position) >= 0 && entrySize(source, position) > 0;

/** Whether an entry stands for nothing: see `encodeFiller`. */
export const isFiller = (source: Buffer, position: number): boolean => entrySize(source, position) === FILLER_SIZE;

/** Fills the place of messages that the log no longer has, so that the entries after it keep their numbers. */
export function encodeFiller(target: Buffer, position: number): void {
  encodeConsumeQueueEntry(target, position, 0, FILLER_SIZE, 0);
}
