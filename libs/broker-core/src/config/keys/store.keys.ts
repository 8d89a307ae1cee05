import { choice, flag, int, type SliceOf, text } from '../key.js';

const MiB = 1024 * 1024;
const HOURS = /^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/;

/** Files: where they are, how large, how long they stay, and when a write counts as done. */
export const storeKeys = {
  rootDirectory: text('storePathRootDir', '', 'Where everything is kept; ~/store when left out.', { important: true }),
  commitLogDirectory: text(
    'storePathCommitLog',
    '',
    'Where the CommitLog is kept; storePathRootDir/commitlog when left out.',
    {
      important: true,
    },
  ),
  commitLogFileBytes: int('mappedFileSizeCommitLog', 1024 * MiB, 'Bytes of one CommitLog file.', {
    min: 64 * 1024,
    max: 4096 * MiB,
    important: true,
    formerly: ['mapedFileSizeCommitLog'],
  }),
  consumeQueueFileBytes: int(
    'mappedFileSizeConsumeQueue',
    300_000 * 20,
    'Bytes of one ConsumeQueue file, a multiple of 20.',
    {
      min: 20,
      max: 1024 * MiB,
      formerly: ['mapedFileSizeConsumeQueue'],
    },
  ),
  maxHashSlotNum: int('maxHashSlotNum', 5_000_000, 'Hash slots of one index file.', { min: 1, max: 100_000_000 }),
  maxIndexNum: int('maxIndexNum', 20_000_000, 'Entries of one index file.', { min: 2, max: 400_000_000 }),
  messageIndexEnable: flag('messageIndexEnable', true, 'Whether messages can be found by key.', { important: true }),
  maxMessageBytes: int('maxMessageSize', 4 * MiB, 'Longest body of a message, in bytes.', {
    min: 1024,
    max: 512 * MiB,
    live: true,
    important: true,
  }),
  flushDiskType: choice(
    'flushDiskType',
    ['ASYNC_FLUSH', 'SYNC_FLUSH'],
    'ASYNC_FLUSH',
    'Whether a send is answered after it was written, or after it was synced to disk.',
    { important: true },
  ),
  flushIntervalMs: int(
    'flushIntervalCommitLog',
    500,
    'With ASYNC_FLUSH, milliseconds between two syncs of the CommitLog.',
    {
      min: 1,
      max: 60_000,
      important: true,
    },
  ),
  flushLeastPages: int(
    'flushCommitLogLeastPages',
    4,
    'With ASYNC_FLUSH, pages of 4 KiB that make a sync worth while.',
    {
      live: true,
    },
  ),
  flushThoroughIntervalMs: int(
    'flushCommitLogThoroughInterval',
    10_000,
    'With ASYNC_FLUSH, milliseconds after which even one byte is synced.',
    { min: 1, max: 600_000 },
  ),
  syncFlushTimeoutMs: int(
    'syncFlushTimeout',
    5000,
    'With SYNC_FLUSH, milliseconds before FLUSH_DISK_TIMEOUT is answered.',
    {
      min: 1,
      max: 600_000,
      live: true,
    },
  ),
  flushConsumeQueueIntervalMs: int(
    'flushIntervalConsumeQueue',
    1000,
    'Milliseconds between two syncs of the ConsumeQueues.',
    {
      min: 1,
      max: 600_000,
    },
  ),
  maxPendingPuts: int(
    'maxAsyncPutMessageRequests',
    5000,
    'Sends waiting for the disk at once; more are answered SYSTEM_BUSY.',
    {
      min: 1,
      live: true,
    },
  ),
  reservedHours: int('fileReservedTime', 72, 'Hours that a CommitLog file stays after its last write.', {
    max: 1_000_000,
    live: true,
    important: true,
  }),
  deleteWhen: text('deleteWhen', '04', 'Hours of the day at which old files are deleted, separated by semicolons.', {
    pattern: HOURS,
    allowed: 'hours from 00 to 23, separated by semicolons',
    live: true,
    important: true,
  }),
  deleteFileBatchMax: int('deleteFileBatchMax', 10, 'Most CommitLog files deleted in one round.', {
    min: 1,
    live: true,
  }),
  deleteCommitLogFilesIntervalMs: int('deleteCommitLogFilesInterval', 100, 'Milliseconds between two deletions.', {
    max: 60_000,
    live: true,
  }),
  redeleteHangedFileIntervalMs: int(
    'redeleteHangedFileInterval',
    120_000,
    'Milliseconds after which a file that a slow reader holds is deleted all the same.',
    { min: 1000, live: true },
  ),
  cleanResourceIntervalMs: int('cleanResourceInterval', 10_000, 'Milliseconds between two rounds of cleaning.', {
    min: 100,
    max: 3_600_000,
  }),
  diskMaxUsedRatio: int(
    'diskMaxUsedSpaceRatio',
    75,
    'Percent of the disk above which old files are deleted at any hour.',
    {
      min: 10,
      max: 95,
      live: true,
      important: true,
    },
  ),
  diskCleanForciblyRatio: int(
    'diskSpaceCleanForciblyRatio',
    85,
    'Percent above which files are deleted however young.',
    {
      min: 30,
      max: 99,
      live: true,
    },
  ),
  diskWarningRatio: int('diskSpaceWarningLevelRatio', 90, 'Percent above which sends are refused.', {
    min: 35,
    max: 100,
    live: true,
  }),
  cleanFileForciblyEnable: flag(
    'cleanFileForciblyEnable',
    true,
    'Whether young files may be deleted when the disk is full.',
    {
      live: true,
    },
  ),
  checkCrcOnRecover: flag('checkCRCOnRecover', true, 'Whether recovery verifies the CRC of every record.'),
  maxTransferBytesInMemory: int(
    'maxTransferBytesOnMessageInMemory',
    256 * 1024,
    'Most bytes a pull gets from memory.',
    {
      min: 1024,
      max: 64 * MiB,
      live: true,
    },
  ),
  maxTransferCountInMemory: int('maxTransferCountOnMessageInMemory', 32, 'Most messages a pull gets from memory.', {
    min: 1,
    max: 4096,
    live: true,
  }),
  maxTransferBytesOnDisk: int('maxTransferBytesOnMessageInDisk', 64 * 1024, 'Most bytes a pull gets from disk.', {
    min: 1024,
    max: 64 * MiB,
    live: true,
  }),
  maxTransferCountOnDisk: int('maxTransferCountOnMessageInDisk', 8, 'Most messages a pull gets from disk.', {
    min: 1,
    max: 4096,
    live: true,
  }),
  accessMessageInMemoryMaxRatio: int(
    'accessMessageInMemoryMaxRatio',
    40,
    'Percent of memory whose newest messages count as in memory.',
    {
      min: 0,
      max: 95,
      live: true,
    },
  ),
};

export type StoreKeysConfig = SliceOf<typeof storeKeys>;
