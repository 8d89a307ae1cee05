import type { MessageQueue } from '../../protocol/message-queue.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { QueueOffsets } from '../instance/queue-offsets.js';
import { startingPointOf } from './consume-from-where.js';
import type { ConsumerSettings } from './consumer-settings.js';
import type { OffsetStore } from './offset-store.js';

/**
 * The offset a queue is begun at: the group's committed one, or else by `consumeFromWhere`.
 *
 * Throws  when the broker cannot be asked: to guess would lose or repeat messages
 */
export async function startingOffset(
  queue: MessageQueue,
  instance: MQClientInstance,
  offsets: OffsetStore,
  settings: ConsumerSettings,
  missedAt: number | undefined,
): Promise<number> {
  const committed = await offsets.read(queue);
  if (committed !== undefined) return committed;
  const point = startingPointOf({
    group: settings.group,
    topic: queue.topic,
    consumeFromWhere: settings.consumeFromWhere,
    perTopic: settings.perTopicConsumeFromWhere,
    timestamp: settings.consumeTimestamp,
    missedAt,
  });
  const ends = new QueueOffsets(instance);
  switch (point.kind) {
    case 'offset':
      return point.queueOffset;
    case 'end':
      return ends.max(queue);
    case 'time':
      return ends.search(queue, point.timestamp);
  }
}
