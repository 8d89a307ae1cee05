import { BLANK_MAGIC } from '../../protocol/message-record.js';

/**
 * Fills the end of a CommitLog segment that the next record does not fit into.
 *
 * Shape   i32 remaining bytes of the segment, these included · i32 magic CBD43194; what follows is not defined
 * Source  RocketMQ 5.x CommitLog#BLANK_MAGIC_CODE; docs/formats/commit-log.md
 */
export function encodeBlank(target: Buffer, position: number, remainingBytes: number): void {
  target.writeInt32BE(remainingBytes, position);
  target.writeInt32BE(BLANK_MAGIC | 0, position + 4);
}

/** A record needs this much room behind it in its segment, so that a blank always fits. */
export const BLANK_BYTES = 8;
