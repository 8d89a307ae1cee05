import { boolean, defineHeader, type HeaderOf, int, string } from './define-header.js';
import { rpcFields, topicFields } from './rpc-fields.js';

/** HEART_BEAT, LOCK_BATCH_MQ and UNLOCK_BATCH_MQ: nothing of their own, the body says it all. */
export const HeartbeatRequestHeader = defineHeader({ ...rpcFields });
export type HeartbeatRequestHeader = HeaderOf<typeof HeartbeatRequestHeader>;

/** What a broker adds to its answer to a heartbeat. RocketMQ: MixAll#IS_SUPPORT_HEART_BEAT_V2, IS_SUB_CHANGE. */
export const HeartbeatResponseHeader = defineHeader({
  IS_SUPPORT_HEART_BEAT_V2: boolean.or(false),
  IS_SUB_CHANGE: boolean.or(true),
});
export type HeartbeatResponseHeader = HeaderOf<typeof HeartbeatResponseHeader>;

/** UNREGISTER_CLIENT. */
export const UnregisterClientRequestHeader = defineHeader({
  clientID: string,
  producerGroup: string.optional,
  consumerGroup: string.optional,
  ...rpcFields,
});
export type UnregisterClientRequestHeader = HeaderOf<typeof UnregisterClientRequestHeader>;

/** GET_CONSUMER_LIST_BY_GROUP. */
export const GetConsumerListByGroupRequestHeader = defineHeader({ consumerGroup: string, ...rpcFields });
export type GetConsumerListByGroupRequestHeader = HeaderOf<typeof GetConsumerListByGroupRequestHeader>;

/** NOTIFY_CONSUMER_IDS_CHANGED: the broker tells a consumer that its group has other members now. */
export const NotifyConsumerIdsChangedRequestHeader = defineHeader({ consumerGroup: string, ...rpcFields });
export type NotifyConsumerIdsChangedRequestHeader = HeaderOf<typeof NotifyConsumerIdsChangedRequestHeader>;

/** GET_CONSUMER_RUNNING_INFO: relayed by the broker to the client. */
export const GetConsumerRunningInfoRequestHeader = defineHeader({
  consumerGroup: string,
  clientId: string,
  jstackEnable: boolean.or(false),
  ...rpcFields,
});
export type GetConsumerRunningInfoRequestHeader = HeaderOf<typeof GetConsumerRunningInfoRequestHeader>;

/** CONSUME_MESSAGE_DIRECTLY: relayed by the broker to the client. */
export const ConsumeMessageDirectlyResultRequestHeader = defineHeader({
  consumerGroup: string,
  clientId: string.optional,
  msgId: string.optional,
  brokerName: string.optional,
  topic: string.optional,
  topicSysFlag: int.optional,
  groupSysFlag: int.optional,
  ...topicFields,
});
export type ConsumeMessageDirectlyResultRequestHeader = HeaderOf<typeof ConsumeMessageDirectlyResultRequestHeader>;
