declare const brand: unique symbol;

/** A byte position in the CommitLog, from its very first byte (a checked safe integer: 2^53 bytes are 8 PiB). */
export type CommitLogOffset = number & { readonly [brand]: 'CommitLogOffset' };

/** An entry number in a ConsumeQueue: the n-th message of a queue. */
export type QueueOffset = number & { readonly [brand]: 'QueueOffset' };

/** Names a number as a CommitLogOffset: for literals, arithmetic and fields already validated. */
export const asCommitLogOffset = (bytes: number): CommitLogOffset => bytes as CommitLogOffset;

/** Names a number as a QueueOffset: for literals, arithmetic and fields already validated. */
export const asQueueOffset = (entries: number): QueueOffset => entries as QueueOffset;

const TWO_32 = 0x100000000;

/** Reads an i64 as a safe integer from two halves: a fifth of what BigInt costs. Beyond ±2^53 it loses precision. */
export function readInt64(source: Buffer, position: number): number {
  return source.readInt32BE(position) * TWO_32 + source.readUInt32BE(position + 4);
}

/** Writes a safe integer as i64 in two halves. */
export function writeInt64(target: Buffer, value: number, position: number): void {
  const high = Math.floor(value / TWO_32);
  target.writeInt32BE(high, position);
  target.writeUInt32BE(value - high * TWO_32, position + 4);
}
