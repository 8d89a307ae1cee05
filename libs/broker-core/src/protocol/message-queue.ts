import { number, objectOf, text } from './json-shape.js';

/** One queue of a topic, on one broker. */
export interface MessageQueue {
  readonly topic: string;
  readonly brokerName: string;
  readonly queueId: number;
}

/** The same text for the same queue, for keys of Maps and Sets. */
export function messageQueueKey(queue: MessageQueue): string {
  // A space is in no topic's name, so two queues never share a key.
  return `${queue.topic} ${queue.brokerName} ${queue.queueId}`;
}

export function isSameMessageQueue(a: MessageQueue, b: MessageQueue): boolean {
  return a.queueId === b.queueId && a.topic === b.topic && a.brokerName === b.brokerName;
}

/** The order in which all clients of a group must see the queues: topic, broker, queueId. RocketMQ: MessageQueue#compareTo. */
export function compareMessageQueues(a: MessageQueue, b: MessageQueue): number {
  return compareText(a.topic, b.topic) || compareText(a.brokerName, b.brokerName) || a.queueId - b.queueId;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads a queue out of a body. */
export const messageQueueShape = objectOf({ topic: text, brokerName: text, queueId: number });
