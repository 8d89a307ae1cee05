import { readInt64, writeInt64 } from '../../runtime/numbers.js';

/**
 * What was certainly on disk when the file `checkpoint` was written.
 *
 * Shape   i64 physicMsgTimestamp · i64 logicsMsgTimestamp · i64 indexMsgTimestamp · i64 masterFlushedOffset ·
 *         i64 confirmPhyOffset; big-endian, then zeros up to 4096 bytes
 * Units   timestamps are store timestamps in ms: everything stored before them was synced; offsets are CommitLog bytes
 * Source  RocketMQ 5.x StoreCheckpoint; docs/formats/store-checkpoint.md
 */
export interface Checkpoint {
  /** Records of the CommitLog up to this store time are synced. */
  physicMsgTimestamp: number;
  /** Entries of all ConsumeQueues up to this store time are synced. */
  logicsMsgTimestamp: number;
  /** Index files up to this store time are synced. */
  indexMsgTimestamp: number;
  masterFlushedOffset: number;
  /** The CommitLog below this offset is synced: a bad record there is damage, not a torn tail. */
  confirmPhyOffset: number;
}

export const CHECKPOINT_BYTES = 4096;

export const emptyCheckpoint = (): Checkpoint => ({
  physicMsgTimestamp: 0,
  logicsMsgTimestamp: 0,
  indexMsgTimestamp: 0,
  masterFlushedOffset: 0,
  confirmPhyOffset: 0,
});

export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  const target = Buffer.alloc(CHECKPOINT_BYTES);
  writeInt64(target, checkpoint.physicMsgTimestamp, 0);
  writeInt64(target, checkpoint.logicsMsgTimestamp, 8);
  writeInt64(target, checkpoint.indexMsgTimestamp, 16);
  writeInt64(target, checkpoint.masterFlushedOffset, 24);
  writeInt64(target, checkpoint.confirmPhyOffset, 32);
  return target;
}

/** Reads a checkpoint; one that is too short says nothing, as if there were none. */
export function decodeCheckpoint(source: Buffer): Checkpoint {
  if (source.length < 40) return emptyCheckpoint();
  return {
    physicMsgTimestamp: readInt64(source, 0),
    logicsMsgTimestamp: readInt64(source, 8),
    indexMsgTimestamp: readInt64(source, 16),
    masterFlushedOffset: readInt64(source, 24),
    confirmPhyOffset: readInt64(source, 32),
  };
}
