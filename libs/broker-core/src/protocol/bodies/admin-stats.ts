import { bodyOf, boolean, listOf, mapOf, number, objectMapOf, objectOf, type ShapeValue, text } from '../json-shape.js';
import { messageQueueShape } from '../message-queue.js';
import { subscriptionDataShape } from './heartbeat-data.js';

const topicStatsShape = objectOf({
  topicPutTps: number,
  offsetTable: objectMapOf(
    messageQueueShape,
    objectOf({ minOffset: number, maxOffset: number, lastUpdateTimestamp: number }),
  ),
});
/** Ends of a topic's queues: the answer to GET_TOPIC_STATS_INFO. */
export type TopicStatsTable = ShapeValue<typeof topicStatsShape>;
const topicStats = bodyOf('TopicStatsTable', topicStatsShape);
export const encodeTopicStatsTable = topicStats.encode;
export const decodeTopicStatsTable = topicStats.decode;

const consumeStatsShape = objectOf({
  offsetTable: objectMapOf(
    messageQueueShape,
    objectOf({ brokerOffset: number, consumerOffset: number, pullOffset: number, lastTimestamp: number }),
  ),
  consumeTps: number,
});
/** How far a group is behind: the answer to GET_CONSUME_STATS. */
export type ConsumeStats = ShapeValue<typeof consumeStatsShape>;
const consumeStats = bodyOf('ConsumeStats', consumeStatsShape);
export const encodeConsumeStats = consumeStats.encode;
export const decodeConsumeStats = consumeStats.decode;

const consumeStatsListShape = objectOf({
  /** One map for each group: group → its statistics, topic by topic. */
  consumeStatsList: listOf(mapOf(listOf(consumeStatsShape))),
  brokerAddr: text.optional,
  totalDiff: number,
  totalInflightDiff: number,
});
/** The answer to GET_BROKER_CONSUME_STATS. */
export type ConsumeStatsList = ShapeValue<typeof consumeStatsListShape>;
const consumeStatsList = bodyOf('ConsumeStatsList', consumeStatsListShape);
export const encodeConsumeStatsList = consumeStatsList.encode;
export const decodeConsumeStatsList = consumeStatsList.decode;

const statsItemShape = objectOf({ sum: number, tps: number, avgpt: number });
const brokerStatsShape = objectOf({ statsMinute: statsItemShape, statsHour: statsItemShape, statsDay: statsItemShape });
/** One counter over three spans: the answer to VIEW_BROKER_STATS_DATA. */
export type BrokerStatsData = ShapeValue<typeof brokerStatsShape>;
const brokerStats = bodyOf('BrokerStatsData', brokerStatsShape);
export const encodeBrokerStatsData = brokerStats.encode;
export const decodeBrokerStatsData = brokerStats.decode;

const timeSpanShape = objectOf({
  consumeTimeSpanSet: listOf(
    objectOf({
      messageQueue: messageQueueShape,
      minTimeStamp: number,
      maxTimeStamp: number,
      consumeTimeStamp: number,
      delayTime: number,
    }),
  ),
});
/** The answer to QUERY_CONSUME_TIME_SPAN. */
export type QueryConsumeTimeSpanBody = ShapeValue<typeof timeSpanShape>;
const timeSpan = bodyOf('QueryConsumeTimeSpanBody', timeSpanShape);
export const encodeQueryConsumeTimeSpanBody = timeSpan.encode;
export const decodeQueryConsumeTimeSpanBody = timeSpan.decode;

const consumeQueueShape = objectOf({
  subscriptionData: subscriptionDataShape.optional,
  filterData: text.optional,
  queueData: listOf(
    objectOf({
      physicOffset: number,
      physicSize: number,
      tagsCode: number,
      extendDataJson: text.optional,
      bitMap: text.optional,
      eval: boolean.optional,
      msg: text.optional,
    }),
  ),
  maxQueueIndex: number,
  minQueueIndex: number,
});
/** Entries of a ConsumeQueue: the answer to QUERY_CONSUME_QUEUE. */
export type QueryConsumeQueueResponseBody = ShapeValue<typeof consumeQueueShape>;
const consumeQueue = bodyOf('QueryConsumeQueueResponseBody', consumeQueueShape);
export const encodeQueryConsumeQueueResponseBody = consumeQueue.encode;
export const decodeQueryConsumeQueueResponseBody = consumeQueue.decode;
