import type { SubscriptionData } from '../protocol/bodies/heartbeat-data.js';
import type { PullMessageRequestHeader } from '../protocol/headers/pull-message.headers.js';
import { isReadable } from '../protocol/permissions.js';
import type { ExtFields } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { SubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { PullSysFlag } from '../protocol/sys-flag.js';
import { buildSubscriptionData, isTagType } from '../protocol/tag-filter.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import type { ConsumerGroups } from '../consumers/consumer-groups.js';
import type { SubscriptionGroups } from '../consumers/subscription-groups.js';
import { isSystemPullGroup } from '../consumers/system-groups.js';
import type { Connection } from '../remoting/connection.js';
import type { BrokerIdentity } from '../topics/broker-identity.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { TopicSettings } from '../topics/topic-settings.js';
import type { DeliverySettings } from './delivery-settings.js';
import { remarks } from './remarks.js';

/**
 * Why a pull is forbidden, for the client's log.
 *
 * Source  RocketMQ ForbiddenType
 */
const ForbiddenType = {
  BROKER_FORBIDDEN: '1',
  GROUP_FORBIDDEN: '2',
  TOPIC_FORBIDDEN: '3',
  BROADCASTING_DISABLE_FORBIDDEN: '4',
  SUBSCRIPTION_FORBIDDEN: '5',
} as const;

/** What is known of a pull that may go to the store. */
export interface AllowedPull {
  readonly kind: 'allowed';
  readonly group: SubscriptionGroupConfig;
  readonly topic: TopicConfig;
  readonly subscription: SubscriptionData;
}

/** A pull that may not. */
export interface RefusedPull {
  readonly kind: 'refused';
  readonly code: number;
  readonly remark: string;
  readonly fields?: ExtFields;
}

export interface PullCheckParts {
  readonly identity: BrokerIdentity;
  readonly settings: DeliverySettings;
  readonly topicSettings: Pick<TopicSettings, 'brokerPermission'>;
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
}

const refuse = (code: number, remark: string): RefusedPull => ({ kind: 'refused', code, remark });

const forbid = (forbiddenType: string, remark: string): RefusedPull => ({
  kind: 'refused',
  code: ResponseCode.NO_PERMISSION,
  remark,
  fields: { forbiddenType },
});

/**
 * Every check of a pull before the store is asked, in RocketMQ's order.
 *
 * Source  RocketMQ PullMessageProcessor#processRequest
 */
export function checkPull(
  parts: PullCheckParts,
  code: number,
  header: PullMessageRequestHeader,
  connection: Connection,
): AllowedPull | RefusedPull {
  const { identity, settings } = parts;
  if (!isReadable(parts.topicSettings.brokerPermission)) {
    return forbid(
      ForbiddenType.BROKER_FORBIDDEN,
      `the broker[${identity.advertisedHost}] pulling message is forbidden`,
    );
  }
  if (code === RequestCode.LITE_PULL_MESSAGE && !settings.litePullMessageEnable) {
    const remark = `the broker[${identity.advertisedHost}] for lite pull consumer is forbidden`;
    return forbid(ForbiddenType.BROKER_FORBIDDEN, remark);
  }
  const group = parts.subscriptionGroups.find(header.consumerGroup);
  if (!group) return refuse(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remarks.groupNotExist(header.consumerGroup));
  if (!group.consumeEnable) {
    return forbid(ForbiddenType.GROUP_FORBIDDEN, `subscription group no permission, ${header.consumerGroup}`);
  }
  const topic = parts.topics.get(header.topic);
  if (!topic) return refuse(ResponseCode.TOPIC_NOT_EXIST, remarks.topicNotExist(header.topic));
  if (!isReadable(topic.perm)) {
    return forbid(ForbiddenType.TOPIC_FORBIDDEN, `the topic[${header.topic}] pulling message is forbidden`);
  }
  if (header.queueId < 0 || header.queueId >= topic.readQueueNums) {
    return refuse(
      ResponseCode.INVALID_PARAMETER,
      `queueId[${header.queueId}] is illegal, topic:[${header.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}] consumer:[${connection.remoteAddress}]`,
    );
  }
  const subscription = findSubscription(parts, header, group);
  if (subscription.kind === 'refused') return subscription;
  return checkFilterAndType(
    parts,
    { kind: 'allowed', group, topic, subscription: subscription.data },
    header,
    connection,
  );
}

type Subscription = { readonly kind: 'found'; readonly data: SubscriptionData } | RefusedPull;

function findSubscription(
  parts: PullCheckParts,
  header: PullMessageRequestHeader,
  group: SubscriptionGroupConfig,
): Subscription {
  if ((header.sysFlag & PullSysFlag.FLAG_SUBSCRIPTION) !== 0) return parseSubscription(header);
  const members = parts.consumerGroups.get(header.consumerGroup);
  if (!members) return refuse(ResponseCode.SUBSCRIPTION_NOT_EXIST, remarks.groupInfoNotExist);
  if (!group.consumeBroadcastEnable && members.isBroadcast) {
    const remark = `the consumer group[${header.consumerGroup}] can not consume by broadcast way`;
    return forbid(ForbiddenType.BROADCASTING_DISABLE_FORBIDDEN, remark);
  }
  if (parts.subscriptionGroups.isReadForbidden(header.consumerGroup, header.topic)) {
    const remark = `the consumer group[${header.consumerGroup}] is forbidden for topic[${header.topic}]`;
    return forbid(ForbiddenType.SUBSCRIPTION_FORBIDDEN, remark);
  }
  const data = members.subscriptions.get(header.topic);
  if (!data) return refuse(ResponseCode.SUBSCRIPTION_NOT_EXIST, remarks.subscriptionNotExist);
  if (data.subVersion < header.subVersion) {
    return refuse(ResponseCode.SUBSCRIPTION_NOT_LATEST, "the consumer's subscription not latest");
  }
  return { kind: 'found', data };
}

function parseSubscription({
  topic,
  subscription,
  expressionType,
  subVersion,
}: PullMessageRequestHeader): Subscription {
  try {
    return { kind: 'found', data: buildSubscriptionData(topic, subscription ?? '*', expressionType, subVersion) };
  } catch {
    return refuse(ResponseCode.SUBSCRIPTION_PARSE_FAILED, "parse the consumer's subscription failed");
  }
}

function checkFilterAndType(
  { settings, consumerGroups }: PullCheckParts,
  allowed: AllowedPull,
  header: PullMessageRequestHeader,
  connection: Connection,
): AllowedPull | RefusedPull {
  const { expressionType } = allowed.subscription;
  // Tags need nothing compiled; SQL92 does, and this broker has no engine for it yet.
  if (!isTagType(expressionType)) {
    return refuse(
      ResponseCode.SYSTEM_ERROR,
      `The broker does not support consumer to filter message by ${expressionType}`,
    );
  }
  if (settings.rejectPullConsumerEnable && !isSystemPullGroup(header.consumerGroup)) {
    const members = consumerGroups.get(header.consumerGroup);
    const isPuller = members === undefined || members.consumeType === 'CONSUME_ACTIVELY';
    if (isPuller && !members?.clients.has(connection)) {
      return refuse(ResponseCode.SUBSCRIPTION_NOT_EXIST, remarks.pullConsumerRejected);
    }
  }
  return allowed;
}
