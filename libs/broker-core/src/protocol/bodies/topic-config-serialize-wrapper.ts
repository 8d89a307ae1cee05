import {
  anything,
  bodyOf,
  mapOf,
  number,
  numberMapOf,
  objectOf,
  type ShapeValue,
  text,
  boolean,
} from '../json-shape.js';
import { topicConfigShape } from '../topic-config.js';
import { dataVersionShape } from './data-version.js';

/** A broker's topics: the file config/topics.json, and the answer to GET_ALL_TOPIC_CONFIG. */
export const topicConfigSerializeWrapperShape = objectOf({
  topicConfigTable: mapOf(topicConfigShape),
  dataVersion: dataVersionShape,
});
export type TopicConfigSerializeWrapper = ShapeValue<typeof topicConfigSerializeWrapperShape>;

const wrapper = bodyOf('TopicConfigSerializeWrapper', topicConfigSerializeWrapperShape);
export const encodeTopicConfigSerializeWrapper = wrapper.encode;
export const decodeTopicConfigSerializeWrapper = wrapper.decode;

/** The queues of a static topic that one broker holds. RocketMQ: TopicQueueMappingInfo. */
export const topicQueueMappingInfoShape = objectOf({
  topic: text,
  scope: text.or('__global__'),
  totalQueues: number,
  bname: text,
  epoch: number,
  dirty: boolean,
  currIdMap: numberMapOf(number),
});
export type TopicQueueMappingInfo = ShapeValue<typeof topicQueueMappingInfoShape>;

/** A broker's topics with the queues of its static ones: what it registers. */
export const topicConfigAndMappingSerializeWrapperShape = objectOf({
  topicConfigTable: mapOf(topicConfigShape),
  dataVersion: dataVersionShape,
  topicQueueMappingInfoMap: mapOf(topicQueueMappingInfoShape),
  topicQueueMappingDetailMap: mapOf(anything),
  mappingDataVersion: dataVersionShape.optional,
});
export type TopicConfigAndMappingSerializeWrapper = ShapeValue<typeof topicConfigAndMappingSerializeWrapperShape>;

const mapping = bodyOf('TopicConfigAndMappingSerializeWrapper', topicConfigAndMappingSerializeWrapperShape);
export const encodeTopicConfigAndMappingSerializeWrapper = mapping.encode;
export const decodeTopicConfigAndMappingSerializeWrapper = mapping.decode;
