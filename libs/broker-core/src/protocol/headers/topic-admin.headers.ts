import { boolean, defineHeader, type HeaderOf, int, long, string } from './define-header.js';
import { rpcFields, topicFields } from './rpc-fields.js';

/** UPDATE_AND_CREATE_TOPIC. */
export const CreateTopicRequestHeader = defineHeader({
  topic: string,
  defaultTopic: string.optional,
  readQueueNums: int,
  writeQueueNums: int,
  perm: int,
  topicFilterType: string.or('SINGLE_TAG'),
  topicSysFlag: int.optional,
  order: boolean.or(false),
  /** `+name=value` adds or alters, `-name` deletes; separated by commas. */
  attributes: string.optional,
  force: boolean.or(false),
  ...topicFields,
});
export type CreateTopicRequestHeader = HeaderOf<typeof CreateTopicRequestHeader>;

/** DELETE_TOPIC_IN_BROKER. */
export const DeleteTopicRequestHeader = defineHeader({ topic: string, ...topicFields });
export type DeleteTopicRequestHeader = HeaderOf<typeof DeleteTopicRequestHeader>;

/** GET_TOPIC_CONFIG. */
export const GetTopicConfigRequestHeader = defineHeader({ topic: string, ...topicFields });
export type GetTopicConfigRequestHeader = HeaderOf<typeof GetTopicConfigRequestHeader>;

/** GET_ALL_TOPIC_CONFIG; without any of them the answer holds everything. */
export const GetAllTopicConfigRequestHeader = defineHeader({
  topicSeq: int.optional,
  dataVersion: string.optional,
  maxTopicNum: int.optional,
});
export type GetAllTopicConfigRequestHeader = HeaderOf<typeof GetAllTopicConfigRequestHeader>;

export const GetAllTopicConfigResponseHeader = defineHeader({ totalTopicNum: int.optional });
export type GetAllTopicConfigResponseHeader = HeaderOf<typeof GetAllTopicConfigResponseHeader>;

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG; without any of them the answer holds everything. */
export const GetAllSubscriptionGroupRequestHeader = defineHeader({
  groupSeq: int.optional,
  dataVersion: string.optional,
  maxGroupNum: int.optional,
});
export type GetAllSubscriptionGroupRequestHeader = HeaderOf<typeof GetAllSubscriptionGroupRequestHeader>;

export const GetAllSubscriptionGroupResponseHeader = defineHeader({ totalGroupNum: int.optional });
export type GetAllSubscriptionGroupResponseHeader = HeaderOf<typeof GetAllSubscriptionGroupResponseHeader>;

/** GET_SUBSCRIPTIONGROUP_CONFIG. */
export const GetSubscriptionGroupConfigRequestHeader = defineHeader({ group: string, ...rpcFields });
export type GetSubscriptionGroupConfigRequestHeader = HeaderOf<typeof GetSubscriptionGroupConfigRequestHeader>;

/** DELETE_SUBSCRIPTIONGROUP. */
export const DeleteSubscriptionGroupRequestHeader = defineHeader({
  groupName: string,
  cleanOffset: boolean.or(false),
  ...rpcFields,
});
export type DeleteSubscriptionGroupRequestHeader = HeaderOf<typeof DeleteSubscriptionGroupRequestHeader>;

/** UPDATE_AND_GET_GROUP_FORBIDDEN; without `readable` it only asks. */
export const UpdateGroupForbiddenRequestHeader = defineHeader({
  group: string,
  topic: string,
  readable: boolean.optional,
  ...topicFields,
});
export type UpdateGroupForbiddenRequestHeader = HeaderOf<typeof UpdateGroupForbiddenRequestHeader>;

/** GET_BROKER_CONFIG: `version` is the DataVersion of the configuration as JSON. */
export const GetBrokerConfigResponseHeader = defineHeader({ version: string });
export type GetBrokerConfigResponseHeader = HeaderOf<typeof GetBrokerConfigResponseHeader>;

/** INVOKE_BROKER_TO_RESET_OFFSET and RESET_CONSUMER_CLIENT_OFFSET. */
export const ResetOffsetRequestHeader = defineHeader({
  group: string,
  topic: string,
  /** -1: all queues. */
  queueId: int.or(-1),
  offset: long.optional,
  timestamp: long.or(0),
  isForce: boolean.or(false),
  ...topicFields,
});
export type ResetOffsetRequestHeader = HeaderOf<typeof ResetOffsetRequestHeader>;

/** INVOKE_BROKER_TO_GET_CONSUMER_STATUS and GET_CONSUMER_STATUS_FROM_CLIENT. */
export const GetConsumerStatusRequestHeader = defineHeader({
  topic: string,
  group: string,
  clientAddr: string.optional,
  ...topicFields,
});
export type GetConsumerStatusRequestHeader = HeaderOf<typeof GetConsumerStatusRequestHeader>;

/** CLONE_GROUP_OFFSET. */
export const CloneGroupOffsetRequestHeader = defineHeader({
  srcGroup: string,
  destGroup: string,
  topic: string.optional,
  offline: boolean.or(false),
  ...rpcFields,
});
export type CloneGroupOffsetRequestHeader = HeaderOf<typeof CloneGroupOffsetRequestHeader>;
