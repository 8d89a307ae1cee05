import { crc32 } from 'node:zlib';
import { readInt64, writeInt64 } from '../../runtime/numbers.js';

/**
 * What was certainly on disk when the file `checkpoint` was written.
 *
 * Shape   i64 physicMsgTimestamp · i64 logicsMsgTimestamp · i64 indexMsgTimestamp · i64 masterFlushedOffset ·
 *         i64 confirmPhyOffset · ours: i64 queueEntries · i32 unsyncedBoot · i32 crc of the 52 bytes before;
 *         big-endian, zeros up to 4096
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
  /**
   * `bootMark` of the machine when a clean stop had no time to sync all queues: until it boots again their bytes are
   * seen all the same, and after that the queues are only believed as far as their time stamp. 0: all was synced.
   */
  unsyncedBoot: number;
}

const NO_MARK = -1;

/** A number for `Disk.bootId`; that of an unknown boot is like no other, not even like itself. */
export const bootMark = (bootId: string): number => (bootId === '' ? NO_MARK : crc32(bootId) & 0x7fffffff || 1);

/** Whether what was written before a mark was made is seen now: it was synced, or the power was never off since. */
export const isSeenSince = (mark: number, bootId: string): boolean =>
  mark === 0 || (mark !== NO_MARK && mark === bootMark(bootId));

export const CHECKPOINT_BYTES = 4096;
const SHARED_BYTES = 40;
const BOOT_AT = 48;
const CRC_AT = 52;

export const emptyCheckpoint = (): Checkpoint => ({
  physicMsgTimestamp: 0,
  logicsMsgTimestamp: 0,
  indexMsgTimestamp: 0,
  masterFlushedOffset: 0,
  confirmPhyOffset: 0,
  queueEntries: undefined,
  unsyncedBoot: 0,
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
  target.writeInt32BE(checkpoint.unsyncedBoot, BOOT_AT);
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
    unsyncedBoot: isOurs ? source.readInt32BE(BOOT_AT) : 0,
  };
}
