import type { ConsumerRunningInfo, ProcessQueueInfo } from '../../protocol/bodies/consumer-running-info.js';
import { CURRENT_VERSION } from '../../protocol/remoting-command.js';
import type { OffsetStore } from './offset-store.js';
import type { ProcessQueue } from './process-queue.js';
import type { QueueShare } from './queue-share.js';
import type { Statistics } from './statistics.js';

/** How a consumer consumes. */
export interface MannerOfConsuming {
  readonly consumeType: 'CONSUME_ACTIVELY' | 'CONSUME_PASSIVELY';
  readonly isOrderly: boolean;
  readonly concurrency: number;
}

/** MQVersion's word for CURRENT_VERSION; Java's tools print it. */
const VERSION_TEXT = 'V5_5_0';

/** What `mqadmin consumerStatus` shows of this consumer. RocketMQ: ConsumerRunningInfo, with its property names. */
export function runningInfoOf(
  { instance, subscriptions, queues }: QueueShare,
  offsets: OffsetStore,
  statistics: Statistics,
  manner: MannerOfConsuming,
): ConsumerRunningInfo {
  const { clock } = instance.settings;
  // ProcessQueue counts time that does not go back; operators want a date.
  const toDate = (monotonicMs: number) => Math.round(clock.now() - (clock.monotonicMs() - monotonicMs));
  return {
    properties: new Map([
      ['PROP_NAMESERVER_ADDR', instance.nameServers.servers.addresses.map((address) => `${address};`).join('')],
      ['PROP_CONSUME_TYPE', manner.consumeType],
      ['PROP_CLIENT_VERSION', `${VERSION_TEXT} (${CURRENT_VERSION}, Node.js)`],
      ['PROP_CONSUMEORDERLY', String(manner.isOrderly)],
      ['PROP_THREADPOOL_CORE_SIZE', String(manner.concurrency)],
      ['PROP_CONSUMER_START_TIMESTAMP', String(statistics.startedAt)],
    ]),
    subscriptionSet: [...subscriptions.all],
    mqTable: new Map(queues.map((queue) => [queue.messageQueue, infoOf(queue, offsets, toDate)])),
    mqPopTable: new Map(),
    statusTable: new Map(subscriptions.all.map(({ topic }) => [topic, { ...statistics.of(topic) }])),
    userConsumerInfo: new Map(),
  };
}

function infoOf(queue: ProcessQueue, offsets: OffsetStore, toDate: (monotonicMs: number) => number): ProcessQueueInfo {
  return {
    commitOffset: offsets.get(queue.messageQueue) ?? -1,
    cachedMsgMinOffset: queue.minOffset ?? 0,
    cachedMsgMaxOffset: queue.maxOffset ?? 0,
    cachedMsgCount: queue.messageCount,
    cachedMsgSizeInMiB: Math.floor(queue.bodyBytes / (1024 * 1024)),
    transactionMsgMinOffset: 0,
    transactionMsgMaxOffset: 0,
    transactionMsgCount: queue.takenCount,
    locked: queue.isLocked,
    tryUnlockTimes: 0,
    lastLockTimestamp: toDate(queue.lockedAtMs),
    droped: queue.isDropped,
    lastPullTimestamp: toDate(queue.pulledAtMs),
    lastConsumeTimestamp: toDate(queue.consumedAtMs),
  };
}
