import {
  type Body,
  bodyOf,
  boolean,
  listOf,
  mapOf,
  number,
  numberMapOf,
  objectOf,
  type ShapeValue,
  text,
} from '../json-shape.js';
import { topicQueueMappingInfoShape } from './topic-config-serialize-wrapper.js';

/** One broker name and the addresses of its master (0) and slaves. */
export const brokerDataShape = objectOf({
  cluster: text.optional,
  brokerName: text,
  brokerAddrs: numberMapOf(text),
  zoneName: text.optional,
  enableActingMaster: boolean,
});
export type BrokerData = ShapeValue<typeof brokerDataShape>;

/** How many queues of a topic one broker name has. */
export const queueDataShape = objectOf({
  brokerName: text,
  readQueueNums: number,
  writeQueueNums: number,
  /** Bits of PermName. */
  perm: number,
  topicSysFlag: number,
});
export type QueueData = ShapeValue<typeof queueDataShape>;

/**
 * Where a topic lives: the answer to GET_ROUTEINFO_BY_TOPIC.
 *
 * Source  RocketMQ TopicRouteData
 */
export const topicRouteDataShape = objectOf({
  orderTopicConf: text.optional,
  queueDatas: listOf(queueDataShape),
  brokerDatas: listOf(brokerDataShape),
  filterServerTable: mapOf(listOf(text)),
  topicQueueMappingByBroker: mapOf(topicQueueMappingInfoShape).optional,
});
export type TopicRouteData = ShapeValue<typeof topicRouteDataShape>;

const body: Body<TopicRouteData> = bodyOf('TopicRouteData', topicRouteDataShape);

/** `standard: true` for peers of version 401 and up, or that ask with acceptStandardJsonOnly; older ones know bare keys. */
export const encodeTopicRouteData = body.encode;
export const decodeTopicRouteData = body.decode;
