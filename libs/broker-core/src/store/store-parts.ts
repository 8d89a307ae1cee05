import { thisMachine } from '../runtime/machine.js';
import { CommitLog } from './commit-log.js';
import { ConsumeQueues } from './consume-queues.js';
import { DiskSpace } from './disk-space.js';
import { IndexFiles } from './index-files.js';
import { LogReader } from './log-reader.js';
import { StoreCheckpoint } from './store-checkpoint.js';
import { dueAtOnce, type MessageStoreOptions } from './store-options.js';
import { StoreStatistics } from './store-statistics.js';

/** What a store is made of, built once and handed around. */
export class StoreParts {
  readonly log: CommitLog;
  readonly reader: LogReader;
  readonly queues: ConsumeQueues;
  /** Undefined where messages are not indexed. */
  readonly index: IndexFiles | undefined;
  readonly checkpoint: StoreCheckpoint;
  readonly space: DiskSpace;
  readonly statistics: StoreStatistics;
  readonly memoryBytes: number;

  constructor(options: MessageStoreOptions) {
    const { config, disk, clock, scheduler, logger, storeHost, deliverTimestamp = dueAtOnce, maxOpenFiles } = options;
    const { rootDirectory } = config;
    this.memoryBytes = options.memoryBytes ?? thisMachine().memoryBytes;
    this.log = new CommitLog(config, disk, clock, storeHost, deliverTimestamp, maxOpenFiles);
    this.reader = new LogReader(this.log, this.memoryBytes, config);
    this.queues = new ConsumeQueues(`${rootDirectory}/consumequeue`, config.consumeQueueFileBytes, disk, maxOpenFiles);
    const shape = { slots: config.maxHashSlotNum, entries: config.maxIndexNum };
    this.index = config.messageIndexEnable ? new IndexFiles(`${rootDirectory}/index`, shape, disk, clock) : undefined;
    this.checkpoint = new StoreCheckpoint(`${rootDirectory}/checkpoint`, disk);
    this.space = new DiskSpace(config, disk, scheduler, logger);
    this.statistics = new StoreStatistics(clock);
  }
}
