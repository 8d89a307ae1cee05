import type { MessageQueue } from '../../protocol/message-queue.js';

/** A choice, and where the next one starts. */
export interface QueueChoice {
  readonly queue: MessageQueue;
  readonly next: number;
}

/**
 * The next queue in turn that all wishes accept; when none does, wishes are dropped from the last to the first.
 * RocketMQ: TopicPublishInfo#selectOneMessageQueue and MQFaultStrategy's two attempts.
 *
 * `wishes` by importance, e.g. [not the broker that just failed, a broker known to be quick].
 */
export function chooseQueue(
  queues: readonly MessageQueue[],
  start: number,
  wishes: readonly ((queue: MessageQueue) => boolean)[],
): QueueChoice | undefined {
  if (queues.length === 0) return undefined;
  for (let kept = wishes.length; kept >= 0; kept--) {
    for (let step = 0; step < queues.length; step++) {
      const position = (start + step) % queues.length;
      const queue = queues[position] as MessageQueue;
      if (acceptedBy(wishes, kept, queue)) return { queue, next: (position + 1) % queues.length };
    }
  }
  return undefined;
}

function acceptedBy(wishes: readonly ((queue: MessageQueue) => boolean)[], kept: number, queue: MessageQueue): boolean {
  for (let wish = 0; wish < kept; wish++) if (!wishes[wish]?.(queue)) return false;
  return true;
}
