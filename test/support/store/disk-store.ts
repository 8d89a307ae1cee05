import { systemClock } from '../../../libs/broker-core/src/runtime/clock.js';
import { silentLogger } from '../../../libs/broker-core/src/runtime/logger.js';
import { NodeDisk } from '../../../libs/broker-core/src/runtime/node-disk.js';
import { systemScheduler } from '../../../libs/broker-core/src/runtime/scheduler.js';
import { MessageStore } from '../../../libs/broker-core/src/store/message-store.js';
import { defaultStoreConfig, type StoreConfig } from '../../../libs/broker-core/src/store/store-config.js';

/** Starts a store in a directory of this machine, with its time: for specs and benches that are about real files. */
export async function openDiskStore(directory: string, overrides: Partial<StoreConfig> = {}): Promise<MessageStore> {
  const store = new MessageStore({
    config: defaultStoreConfig(directory, overrides),
    disk: new NodeDisk(),
    clock: systemClock,
    scheduler: systemScheduler,
    logger: silentLogger,
    storeHost: () => ({ address: '127.0.0.1', port: 10911 }),
  });
  await store.start();
  return store;
}
