const MiB = 1024 * 1024;

/** When a send counts as done: after it was written, or after it was synced. */
export type FlushDiskType = 'ASYNC_FLUSH' | 'SYNC_FLUSH';

/**
 * What the store can be told. Fields that change while a broker runs are read where they are used.
 *
 * Source  RocketMQ 5.x MessageStoreConfig; the external key of each field is in docs/configuration.md
 */
export interface StoreConfig {
  readonly rootDirectory: string;
  readonly commitLogDirectory: string;
  readonly commitLogFileBytes: number;
  readonly consumeQueueFileBytes: number;
  readonly maxHashSlotNum: number;
  readonly maxIndexNum: number;
  readonly messageIndexEnable: boolean;
  readonly maxMessageBytes: number;
  readonly flushDiskType: FlushDiskType;
  readonly flushIntervalMs: number;
  readonly flushLeastPages: number;
  readonly flushThoroughIntervalMs: number;
  readonly syncFlushTimeoutMs: number;
  readonly flushConsumeQueueIntervalMs: number;
  readonly maxPendingPuts: number;
  readonly reservedHours: number;
  readonly deleteWhen: string;
  readonly deleteFileBatchMax: number;
  readonly deleteCommitLogFilesIntervalMs: number;
  readonly redeleteHangedFileIntervalMs: number;
  readonly cleanResourceIntervalMs: number;
  readonly diskMaxUsedRatio: number;
  readonly diskCleanForciblyRatio: number;
  readonly diskWarningRatio: number;
  readonly cleanFileForciblyEnable: boolean;
  readonly checkCrcOnRecover: boolean;
  readonly maxTransferBytesInMemory: number;
  readonly maxTransferCountInMemory: number;
  readonly maxTransferBytesOnDisk: number;
  readonly maxTransferCountOnDisk: number;
  readonly accessMessageInMemoryMaxRatio: number;
}

/** RocketMQ's defaults below `rootDirectory`: for specs, tools and embedded brokers. */
export function defaultStoreConfig(rootDirectory: string, overrides: Partial<StoreConfig> = {}): StoreConfig {
  return {
    rootDirectory,
    commitLogDirectory: `${rootDirectory}/commitlog`,
    commitLogFileBytes: 1024 * MiB,
    consumeQueueFileBytes: 300_000 * 20,
    maxHashSlotNum: 5_000_000,
    maxIndexNum: 20_000_000,
    messageIndexEnable: true,
    maxMessageBytes: 4 * MiB,
    flushDiskType: 'ASYNC_FLUSH',
    flushIntervalMs: 500,
    flushLeastPages: 4,
    flushThoroughIntervalMs: 10_000,
    syncFlushTimeoutMs: 5000,
    flushConsumeQueueIntervalMs: 1000,
    maxPendingPuts: 5000,
    reservedHours: 72,
    deleteWhen: '04',
    deleteFileBatchMax: 10,
    deleteCommitLogFilesIntervalMs: 100,
    redeleteHangedFileIntervalMs: 120_000,
    cleanResourceIntervalMs: 10_000,
    diskMaxUsedRatio: 75,
    diskCleanForciblyRatio: 85,
    diskWarningRatio: 90,
    cleanFileForciblyEnable: true,
    checkCrcOnRecover: true,
    maxTransferBytesInMemory: 256 * 1024,
    maxTransferCountInMemory: 32,
    maxTransferBytesOnDisk: 64 * 1024,
    maxTransferCountOnDisk: 8,
    accessMessageInMemoryMaxRatio: 40,
    ...overrides,
  };
}

/** Limits that nobody has to choose: what each bounds, and what happens at it. */
export const storeLimits = {
  /** Newest bytes of the log kept in memory for pulls that keep up; older ones are read from the file. */
  hotTailBytes: 32 * MiB,
  /** Size of one block of the tail; a larger record gets a block of its own. */
  tailBlockBytes: MiB,
  /** Zeros written ahead of the log at a time (SYNC_FLUSH). */
  zeroAheadBytes: 1024 * 1024,
  /** Bytes read at once from the file for pulls that are behind, and how many such reads are remembered. */
  windowBytes: 256 * 1024,
  windows: 32,
  /** How many such reads may be under way or remembered for readers that are expected to come there. */
  windowsAhead: 8,
  /** Open files of queues, and of segments of the log, where the process may have so many; the least recently used is closed. */
  openFiles: 4096,
  /** Unsynced bytes of the log that start a sync before its time (ASYNC_FLUSH). */
  dirtyBytes: 8 * MiB,
  /**
   * Longest record that is found by its offset alone, unless `maxMessageBytes` allows longer ones: clients name such
   * offsets, and may have put bytes there that look like a record.
   */
  recordFoundByOffsetBytes: 32 * MiB,
  /** Longest properties of a message: its length is an i16. */
  propertiesBytes: 0x7fff,
} as const;

/** Open files of queues, and of segments of the log: a quarter each of what the process may have, and the rest for sockets. */
export function openFilesWithin(maxOpenFiles = Number.POSITIVE_INFINITY): number {
  return Math.max(16, Math.min(storeLimits.openFiles, Math.floor(maxOpenFiles / 4)));
}
