import { boolean, defineHeader, type HeaderOf, string } from './define-header.js';
import { rpcFields, topicFields } from './rpc-fields.js';

/** GET_TOPIC_STATS_INFO. */
export const GetTopicStatsInfoRequestHeader = defineHeader({ topic: string, ...topicFields });
export type GetTopicStatsInfoRequestHeader = HeaderOf<typeof GetTopicStatsInfoRequestHeader>;

/** GET_CONSUMER_CONNECTION_LIST. */
export const GetConsumerConnectionListRequestHeader = defineHeader({ consumerGroup: string, ...rpcFields });
export type GetConsumerConnectionListRequestHeader = HeaderOf<typeof GetConsumerConnectionListRequestHeader>;

/** GET_PRODUCER_CONNECTION_LIST. */
export const GetProducerConnectionListRequestHeader = defineHeader({ producerGroup: string, ...rpcFields });
export type GetProducerConnectionListRequestHeader = HeaderOf<typeof GetProducerConnectionListRequestHeader>;

/** GET_CONSUME_STATS; `topicList` is separated by semicolons. */
export const GetConsumeStatsRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string.optional,
  topicList: string.optional,
  ...topicFields,
});
export type GetConsumeStatsRequestHeader = HeaderOf<typeof GetConsumeStatsRequestHeader>;

/** GET_BROKER_CONSUME_STATS. */
export const GetConsumeStatsInBrokerHeader = defineHeader({ isOrder: boolean.or(false) });
export type GetConsumeStatsInBrokerHeader = HeaderOf<typeof GetConsumeStatsInBrokerHeader>;

/** QUERY_TOPIC_CONSUME_BY_WHO. */
export const QueryTopicConsumeByWhoRequestHeader = defineHeader({ topic: string, ...topicFields });
export type QueryTopicConsumeByWhoRequestHeader = HeaderOf<typeof QueryTopicConsumeByWhoRequestHeader>;

/** QUERY_TOPICS_BY_CONSUMER. */
export const QueryTopicsByConsumerRequestHeader = defineHeader({ group: string, ...rpcFields });
export type QueryTopicsByConsumerRequestHeader = HeaderOf<typeof QueryTopicsByConsumerRequestHeader>;

/** QUERY_SUBSCRIPTION_BY_CONSUMER. */
export const QuerySubscriptionByConsumerRequestHeader = defineHeader({
  group: string,
  topic: string.optional,
  ...topicFields,
});
export type QuerySubscriptionByConsumerRequestHeader = HeaderOf<typeof QuerySubscriptionByConsumerRequestHeader>;

/** QUERY_CONSUME_TIME_SPAN. */
export const QueryConsumeTimeSpanRequestHeader = defineHeader({ topic: string, group: string, ...topicFields });
export type QueryConsumeTimeSpanRequestHeader = HeaderOf<typeof QueryConsumeTimeSpanRequestHeader>;

/** QUERY_CORRECTION_OFFSET; `filterGroups` is separated by commas. */
export const QueryCorrectionOffsetHeader = defineHeader({
  filterGroups: string.optional,
  compareGroup: string,
  topic: string,
  ...topicFields,
});
export type QueryCorrectionOffsetHeader = HeaderOf<typeof QueryCorrectionOffsetHeader>;

/** VIEW_BROKER_STATS_DATA. */
export const ViewBrokerStatsDataRequestHeader = defineHeader({ statsName: string, statsKey: string });
export type ViewBrokerStatsDataRequestHeader = HeaderOf<typeof ViewBrokerStatsDataRequestHeader>;
