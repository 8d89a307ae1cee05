import type { HostAddress } from '../protocol/host-address.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import type { QueueOffset } from '../runtime/numbers.js';
import type { Scheduler } from '../runtime/scheduler.js';
import type { DeliverTimestamp } from './scanned-record.js';
import type { StoreConfig } from './store-config.js';

/** Hears of a message when consumers can see it; `nextOffset` is the queue offset behind it. */
export type MessageArrivingListener = (
  topic: string,
  queueId: number,
  nextOffset: QueueOffset,
  tagsCode: number,
  storeTimestamp: number,
) => void;

export interface MessageStoreOptions {
  readonly config: StoreConfig;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** The address that clients reach this broker by: part of every record and of every offset id. */
  readonly storeHost: () => HostAddress;
  /** When a message of a delay level is due; schedule/ knows the levels. */
  readonly deliverTimestamp?: DeliverTimestamp;
  /** Memory of the machine, for the estimate which messages are still in its page cache. */
  readonly memoryBytes?: number;
  /** Files that this process may have open, sockets and all; undefined where nobody knows. */
  readonly maxOpenFiles?: number | undefined;
}

/** Without schedule/ nothing waits. */
export const dueAtOnce: DeliverTimestamp = (_level, storeTimestamp) => storeTimestamp;
