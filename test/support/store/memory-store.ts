import { ManualTime } from '../../../libs/broker-core/src/runtime/manual-time.js';
import { MemoryDisk } from '../../../libs/broker-core/src/runtime/memory-disk.js';
import type { Logger } from '../../../libs/broker-core/src/runtime/logger.js';
import { type DiskWatcher, watchedDisk } from './watched-disk.js';
import { silentLogger } from '../../../libs/broker-core/src/runtime/logger.js';
import { MessageStore } from '../../../libs/broker-core/src/store/message-store.js';
import { defaultStoreConfig, type StoreConfig } from '../../../libs/broker-core/src/store/store-config.js';

export const ROOT = '/store';

export interface MemoryStoreOptions {
  /** A disk that another store left behind. */
  readonly disk?: MemoryDisk;
  readonly time?: ManualTime;
  readonly config?: Partial<StoreConfig>;
  readonly logger?: Logger;
  readonly maxOpenFiles?: number;
  /** Looks on while the store uses its disk. */
  readonly watcher?: DiskWatcher;
}

/** Starts a store on a disk in memory, with files so small that a few messages fill them. */
export async function openMemoryStore(options: MemoryStoreOptions = {}) {
  const time = options.time ?? new ManualTime();
  const disk = options.disk ?? new MemoryDisk({ now: () => time.now(), capacityBytes: 1 << 30 });
  const store = new MessageStore({
    config: defaultStoreConfig(ROOT, {
      commitLogFileBytes: 4096,
      consumeQueueFileBytes: 200,
      maxHashSlotNum: 64,
      maxIndexNum: 500,
      ...options.config,
    }),
    disk: options.watcher ? watchedDisk(disk.process(), options.watcher) : disk.process(),
    clock: time,
    scheduler: time,
    logger: options.logger ?? silentLogger,
    storeHost: () => ({ address: '127.0.0.1', port: 10911 }),
    memoryBytes: 1 << 20,
    maxOpenFiles: options.maxOpenFiles,
  });
  await store.start();
  return { disk, time, store };
}
