import type { MessageQueue } from '../../../protocol/message-queue.js';
import type { AllocateMessageQueueStrategy } from '../../options.js';

/**
 * Contiguous shares of nearly equal size; the first members get one more each. The default. RocketMQ: AVG.
 *
 * With q queues and c clients, member i starts at i·⌊q/c⌋ + min(i, q mod c).
 */
export const allocateAveragely: AllocateMessageQueueStrategy = {
  name: 'AVG',
  allocate(_group, clientId, queues, clientIds) {
    const index = clientIds.indexOf(clientId);
    if (index < 0) return [];
    const share = Math.floor(queues.length / clientIds.length);
    const larger = queues.length % clientIds.length;
    const start = index * share + Math.min(index, larger);
    return queues.slice(start, start + share + (index < larger ? 1 : 0));
  },
};

/** Queues dealt out like cards: queue j to client j mod c. RocketMQ: AVG_BY_CIRCLE. */
export const allocateAveragelyByCircle: AllocateMessageQueueStrategy = {
  name: 'AVG_BY_CIRCLE',
  allocate(_group, clientId, queues, clientIds) {
    const index = clientIds.indexOf(clientId);
    if (index < 0) return [];
    return queues.filter((_, position) => position % clientIds.length === index);
  },
};

/** Exactly these queues, whoever else there is; the caller answers for there being no overlap. RocketMQ: CONFIG. */
export function allocateByConfig(mine: readonly MessageQueue[]): AllocateMessageQueueStrategy {
  return { name: 'CONFIG', allocate: () => mine };
}
