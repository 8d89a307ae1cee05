import type { RocketMQMessage } from '../interfaces/message-options.js';
import type { MessageQueueSelector } from '../interfaces/send-options.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** Java's String#hashCode, so that Java and Node senders of one key agree on the queue. */
export function hashOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0;
  return hash;
}

/** The queue of a key by its hash, as Apache's SelectMessageQueueByHash: the remainder's absolute value. */
export const hashSelector: MessageQueueSelector = (queues, _message, hashKey) =>
  Math.abs(hashOf(hashKey) % queues.length);

/** A selector with its message and key filled in, and its answer checked. */
export function queueChoice(selector: MessageQueueSelector, message: RocketMQMessage, hashKey: string) {
  return (queues: readonly { brokerName: string; queueId: number }[]): number => {
    const index = selector(queues, message, hashKey);
    if (Number.isInteger(index) && index >= 0 && index < queues.length) return index;
    throw new RocketMQArgumentError(messages.badQueueIndex(index, queues.length));
  };
}
