import { boolean, mapOf, number, objectOf, oneOf, type ShapeValue, text } from './json-shape.js';
import { PERM_READ_WRITE } from './permissions.js';

/** The queues of a topic that does not say. */
const DEFAULT_QUEUES = 16;

/** Reads a TopicConfig out of a body or a file. */
export const topicConfigShape = objectOf({
  topicName: text,
  readQueueNums: number.or(DEFAULT_QUEUES),
  writeQueueNums: number.or(DEFAULT_QUEUES),
  /** Bits of PermName. */
  perm: number.or(PERM_READ_WRITE),
  topicFilterType: oneOf(['SINGLE_TAG', 'MULTI_TAG'], 'SINGLE_TAG'),
  /** Bits of TopicSysFlag. */
  topicSysFlag: number,
  /** The name server keeps an order of queues for this topic. */
  order: boolean,
  /** TopicAttributes, as `message.type` → `FIFO`. */
  attributes: mapOf(text),
});

/**
 * What a broker knows of a topic.
 *
 * Source  RocketMQ TopicConfig; docs/formats/json-dialect.md
 */
export type TopicConfig = ShapeValue<typeof topicConfigShape>;

/** A topic as RocketMQ makes it when nothing else is said. */
export function newTopicConfig(topicName: string, given: Partial<Omit<TopicConfig, 'topicName'>> = {}): TopicConfig {
  return { ...topicConfigShape.absent(), ...given, topicName };
}
