import type { JsonValue } from './json-value.js';
import { asText, booleanField, mapField, numberField, objectOf, textField } from './json-fields.js';
import { PERM_READ_WRITE } from './permissions.js';

/**
 * What a broker knows of a topic.
 *
 * Source  RocketMQ TopicConfig; docs/formats/json-dialect.md
 */
export interface TopicConfig {
  topicName: string;
  readQueueNums: number;
  writeQueueNums: number;
  /** Bits of PermName. */
  perm: number;
  topicFilterType: 'SINGLE_TAG' | 'MULTI_TAG';
  /** Bits of TopicSysFlag. */
  topicSysFlag: number;
  /** The name server keeps an order of queues for this topic. */
  order: boolean;
  /** TopicAttributes, as `message.type` → `FIFO`. */
  attributes: Map<string, string>;
}

/** The queues of a topic that does not say. */
const DEFAULT_QUEUES = 16;

/** A topic as RocketMQ makes it when nothing else is said. */
export function newTopicConfig(topicName: string, given: Partial<Omit<TopicConfig, 'topicName'>> = {}): TopicConfig {
  return {
    topicName,
    readQueueNums: DEFAULT_QUEUES,
    writeQueueNums: DEFAULT_QUEUES,
    perm: PERM_READ_WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: new Map(),
    ...given,
  };
}

/** Reads a TopicConfig out of a body or a file; what is absent is as {@link newTopicConfig} has it. */
export function topicConfigFromJson(value: JsonValue, fallbackName = ''): TopicConfig {
  const object = objectOf(value, 'a TopicConfig');
  return {
    topicName: textField(object, 'topicName', fallbackName),
    readQueueNums: numberField(object, 'readQueueNums', DEFAULT_QUEUES),
    writeQueueNums: numberField(object, 'writeQueueNums', DEFAULT_QUEUES),
    perm: numberField(object, 'perm', PERM_READ_WRITE),
    topicFilterType: textField(object, 'topicFilterType') === 'MULTI_TAG' ? 'MULTI_TAG' : 'SINGLE_TAG',
    topicSysFlag: numberField(object, 'topicSysFlag', 0),
    order: booleanField(object, 'order'),
    attributes: mapField(object, 'attributes', asText),
  };
}
