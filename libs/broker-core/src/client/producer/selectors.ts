import { javaStringHash } from '../../protocol/string-hash.js';
import { systemRandom } from '../../runtime/random.js';
import type { MessageQueueSelector } from './send-result.js';

/**
 * The same queue for the same key, on every client of every language: `abs(hashCode mod queues)`.
 * RocketMQ: SelectMessageQueueByHash with a String.
 */
export const selectMessageQueueByHash: MessageQueueSelector<string | number> = (queues, _message, key) =>
  queues[Math.abs(hashOf(key) % queues.length)];

/** Any queue. RocketMQ: SelectMessageQueueByRandom. */
export const selectMessageQueueByRandom: MessageQueueSelector = (queues) => queues[systemRandom.int(queues.length)];

/** Java's hashCode of a String, of an Integer, or of a Long beyond 32 bits. */
function hashOf(key: string | number): number {
  if (typeof key === 'string') return javaStringHash(key);
  const low = key | 0;
  return low === key ? low : (Math.floor(key / 0x1_0000_0000) ^ low) | 0;
}
