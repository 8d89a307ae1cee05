import { type AttributeTable, oneOf } from './attributes.js';

/**
 * What topics may carry.
 *
 * queue.type BatchCQ and cleanup.policy COMPACTION need store files that this broker does not write: taking them would
 * silently store something else.
 *
 * Source  RocketMQ TopicAttributes
 */
export const topicAttributes: AttributeTable = new Map([
  ['queue.type', oneOf(false, ['SimpleCQ'])],
  ['cleanup.policy', oneOf(false, ['DELETE'])],
  ['message.type', oneOf(true, ['UNSPECIFIED', 'NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED', 'LITE', 'PRIORITY'])],
]);
