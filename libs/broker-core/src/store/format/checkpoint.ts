import { crc32 } from 'node:zlib';
import { readInt64, writeInt64 } from '../../runtime/numbers.js';

/**
 * What was certainly on disk when the file `checkpoint` was written.
 *
 * Shape   i64 physicMsgTimestamp · i64 logicsMsgTimestamp · i64 indexMsgTimestamp · i64 masterFlushedOffset ·
 *         i64 confirmPhyOffset · ours: i64 queueEntries · i32 crc of the 48 bytes before; big-endian, zeros up to 4096
 * Units   timestamps are store timestamps in ms: everything stored before them was synced; offsets are CommitLog bytes
 * Source  RocketMQ 5.x StoreCheckpoint, which ignores what lies behind its five fields; docs/formats/store-checkpoint.md
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
  /**
   * How many messages all queues together counted at a clean stop: when the files say another number, some are missing.
   * Undefined while running, and when RocketMQ wrote the file.
   */
  queueEntries: number | undefined;
}

/** `queueEntries` of a clean stop that had no time to sync all queues: they are only believed as far as their time stamp. */
export const QUEUES_NOT_SYNCED = -1;

export const CHECKPOINT_BYTES = 4096;
const SHARED_BYTES = 40;
const CRC_AT = 48;

export const emptyCheckpoint = (): Checkpoint => ({
  physicMsgTimestamp: 0,
  logicsMsgTimestamp: 0,
  indexMsgTimestamp: 0,
  masterFlushedOffset: 0,
  confirmPhyOffset: 0,
  queueEntries: undefined,
});

export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  const target = Buffer.alloc(CHECKPOINT_BYTES);
  writeInt64(target, checkpoint.physicMsgTimestamp, 0);
  writeInt64(target, checkpoint.logicsMsgTimestamp, 8);
  writeInt64(target, checkpoint.indexMsgTimestamp, 16);
  writeInt64(target, checkpoint.masterFlushedOffset, 24);
  writeInt64(target, checkpoint.confirmPhyOffset, 32);
  if (checkpoint.queueEntries === undefined) return target;
  writeInt64(target, checkpoint.queueEntries, SHARED_BYTES);
  target.writeInt32BE(crc32(target.subarray(0, CRC_AT)) | 0, CRC_AT);
  return target;
}

/** Reads a checkpoint; one that is too short says nothing, as if there were none. */
export function decodeCheckpoint(source: Buffer): Checkpoint {
  if (source.length < SHARED_BYTES) return emptyCheckpoint();
  const isOurs = source.length >= CRC_AT + 4 && source.readInt32BE(CRC_AT) === (crc32(source.subarray(0, CRC_AT)) | 0);
  return {
    physicMsgTimestamp: readInt64(source, 0),
    logicsMsgTimestamp: readInt64(source, 8),
    indexMsgTimestamp: readInt64(source, 16),
    masterFlushedOffset: readInt64(source, 24),
    confirmPhyOffset: readInt64(source, 32),
    queueEntries: isOurs ? readInt64(source, SHARED_BYTES) : undefined,
  };
}
