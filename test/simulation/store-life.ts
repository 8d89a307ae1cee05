import { ManualTime } from '../../libs/broker-core/src/runtime/manual-time.js';
import { type Logger, silentLogger } from '../../libs/broker-core/src/runtime/logger.js';
import type { Disk } from '../../libs/broker-core/src/runtime/disk.js';
import type { Random } from '../../libs/broker-core/src/runtime/random.js';
import { MessageStore } from '../../libs/broker-core/src/store/message-store.js';
import { defaultStoreConfig, type StoreConfig } from '../../libs/broker-core/src/store/store-config.js';

export const ROOT = '/store';

/** Small sizes, so that a handful of messages fills files of every kind. */
export function randomConfig(random: Random): StoreConfig {
  const pick = <T>(...choices: readonly T[]): T => choices[random.int(choices.length)]!;
  return defaultStoreConfig(ROOT, {
    flushDiskType: pick('SYNC_FLUSH', 'ASYNC_FLUSH'),
    commitLogFileBytes: pick(4096, 8192, 20_000, 65_536),
    consumeQueueFileBytes: 20 * pick(3, 10, 100),
    maxHashSlotNum: pick(3, 64),
    maxIndexNum: pick(5, 30, 500),
    maxMessageBytes: 3000,
    flushIntervalMs: pick(50, 500),
    flushThoroughIntervalMs: pick(200, 10_000),
    flushConsumeQueueIntervalMs: pick(100, 1000),
    reservedHours: 1_000_000,
    cleanFileForciblyEnable: false,
    diskMaxUsedRatio: 95,
  });
}

/** One life of a store in a simulation: its own time, which stands still when the store dies. */
export class StoreLife {
  readonly time: ManualTime;
  readonly store: MessageStore;
  fatal: Error | undefined;

  constructor(disk: Disk, config: StoreConfig, startAt: number, logger: Logger = silentLogger) {
    this.time = new ManualTime(startAt);
    this.store = new MessageStore({
      config,
      disk,
      clock: this.time,
      scheduler: this.time,
      logger,
      storeHost: () => ({ address: '127.0.0.1', port: 10911 }),
      memoryBytes: 1 << 20,
    });
    // In a microtask: puts that were answered before the failure are heard of first.
    this.store.onFatal((error) =>
      queueMicrotask(() => {
        this.fatal = error;
      }),
    );
  }
}

/** Lets what the loop already holds happen. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise<void>((resolve) => setImmediate(resolve));
}
