import { boolean, defineHeader, type HeaderOf, int, long, string } from './define-header.js';
import { topicFields } from './rpc-fields.js';

/** REGISTER_BROKER. */
export const RegisterBrokerRequestHeader = defineHeader({
  brokerName: string,
  brokerAddr: string,
  clusterName: string,
  haServerAddr: string.optional,
  brokerId: long,
  heartbeatTimeoutMillis: long.optional,
  /** Absent from brokers older than 5.0. */
  enableActingMaster: boolean.optional,
  compressed: boolean.or(false),
  /** 0: not to be checked. */
  bodyCrc32: int.or(0),
  __ZONE_NAME: string.optional,
});
export type RegisterBrokerRequestHeader = HeaderOf<typeof RegisterBrokerRequestHeader>;

export const RegisterBrokerResponseHeader = defineHeader({
  haServerAddr: string.optional,
  masterAddr: string.optional,
});
export type RegisterBrokerResponseHeader = HeaderOf<typeof RegisterBrokerResponseHeader>;

const brokerIdentity = { brokerName: string, brokerAddr: string, clusterName: string, brokerId: long };

/** UNREGISTER_BROKER. */
export const UnRegisterBrokerRequestHeader = defineHeader(brokerIdentity);
export type UnRegisterBrokerRequestHeader = HeaderOf<typeof UnRegisterBrokerRequestHeader>;

/** BROKER_HEARTBEAT. */
export const BrokerHeartbeatRequestHeader = defineHeader({
  clusterName: string,
  brokerAddr: string,
  brokerName: string,
  brokerId: long.optional,
  epoch: int.optional,
  maxOffset: long.optional,
  confirmOffset: long.optional,
  /** Spelled as RocketMQ spells it. */
  heartbeatTimeoutMills: long.optional,
  electionPriority: int.optional,
});
export type BrokerHeartbeatRequestHeader = HeaderOf<typeof BrokerHeartbeatRequestHeader>;

/** QUERY_DATA_VERSION. */
export const QueryDataVersionRequestHeader = defineHeader(brokerIdentity);
export type QueryDataVersionRequestHeader = HeaderOf<typeof QueryDataVersionRequestHeader>;

export const QueryDataVersionResponseHeader = defineHeader({ changed: boolean });
export type QueryDataVersionResponseHeader = HeaderOf<typeof QueryDataVersionResponseHeader>;

/** GET_BROKER_MEMBER_GROUP. */
export const GetBrokerMemberGroupRequestHeader = defineHeader({ clusterName: string, brokerName: string });
export type GetBrokerMemberGroupRequestHeader = HeaderOf<typeof GetBrokerMemberGroupRequestHeader>;

/** NOTIFY_MIN_BROKER_ID_CHANGE: the name server tells brokers of a group who is the smallest now. */
export const NotifyMinBrokerIdChangeRequestHeader = defineHeader({
  minBrokerId: long.optional,
  brokerName: string.optional,
  minBrokerAddr: string.optional,
  offlineBrokerAddr: string.optional,
  haBrokerAddr: string.optional,
});
export type NotifyMinBrokerIdChangeRequestHeader = HeaderOf<typeof NotifyMinBrokerIdChangeRequestHeader>;

/** GET_ROUTEINFO_BY_TOPIC. */
export const GetRouteInfoRequestHeader = defineHeader({
  topic: string,
  acceptStandardJsonOnly: boolean.optional,
  __ZONE_NAME: string.optional,
  __ZONE_MODE: boolean.optional,
  ...topicFields,
});
export type GetRouteInfoRequestHeader = HeaderOf<typeof GetRouteInfoRequestHeader>;

/** GET_TOPICS_BY_CLUSTER. */
export const GetTopicsByClusterRequestHeader = defineHeader({ cluster: string });
export type GetTopicsByClusterRequestHeader = HeaderOf<typeof GetTopicsByClusterRequestHeader>;

/** REGISTER_TOPIC_IN_NAMESRV. */
export const RegisterTopicRequestHeader = defineHeader({ topic: string, ...topicFields });
export type RegisterTopicRequestHeader = HeaderOf<typeof RegisterTopicRequestHeader>;

/** DELETE_TOPIC_IN_NAMESRV. */
export const DeleteTopicFromNamesrvRequestHeader = defineHeader({
  topic: string,
  clusterName: string.optional,
  ...topicFields,
});
export type DeleteTopicFromNamesrvRequestHeader = HeaderOf<typeof DeleteTopicFromNamesrvRequestHeader>;

/** PUT_KV_CONFIG. */
export const PutKVConfigRequestHeader = defineHeader({ namespace: string, key: string, value: string });
export type PutKVConfigRequestHeader = HeaderOf<typeof PutKVConfigRequestHeader>;

/** GET_KV_CONFIG. */
export const GetKVConfigRequestHeader = defineHeader({ namespace: string, key: string });
export type GetKVConfigRequestHeader = HeaderOf<typeof GetKVConfigRequestHeader>;

export const GetKVConfigResponseHeader = defineHeader({ value: string.optional });
export type GetKVConfigResponseHeader = HeaderOf<typeof GetKVConfigResponseHeader>;

/** DELETE_KV_CONFIG. */
export const DeleteKVConfigRequestHeader = defineHeader({ namespace: string, key: string });
export type DeleteKVConfigRequestHeader = HeaderOf<typeof DeleteKVConfigRequestHeader>;

/** GET_KVLIST_BY_NAMESPACE. */
export const GetKVListByNamespaceRequestHeader = defineHeader({ namespace: string });
export type GetKVListByNamespaceRequestHeader = HeaderOf<typeof GetKVListByNamespaceRequestHeader>;

/** WIPE_WRITE_PERM_OF_BROKER. */
export const WipeWritePermOfBrokerRequestHeader = defineHeader({ brokerName: string });
export type WipeWritePermOfBrokerRequestHeader = HeaderOf<typeof WipeWritePermOfBrokerRequestHeader>;

export const WipeWritePermOfBrokerResponseHeader = defineHeader({ wipeTopicCount: int });
export type WipeWritePermOfBrokerResponseHeader = HeaderOf<typeof WipeWritePermOfBrokerResponseHeader>;

/** ADD_WRITE_PERM_OF_BROKER. */
export const AddWritePermOfBrokerRequestHeader = defineHeader({ brokerName: string });
export type AddWritePermOfBrokerRequestHeader = HeaderOf<typeof AddWritePermOfBrokerRequestHeader>;

export const AddWritePermOfBrokerResponseHeader = defineHeader({ addTopicCount: int });
export type AddWritePermOfBrokerResponseHeader = HeaderOf<typeof AddWritePermOfBrokerResponseHeader>;
