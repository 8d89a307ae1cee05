import type { QueueLocks } from '../consumers/queue-locks.js';
import type { SubscriptionGroups } from '../consumers/subscription-groups.js';
import type { SendMessageRequestHeader } from '../protocol/headers/send-message.headers.js';
import { MessageConst } from '../protocol/message-const.js';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { PERM_READ_WRITE } from '../protocol/permissions.js';
import { MQVersion } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { dlqTopicOf, groupOfTopic } from '../protocol/topic-names.js';
import { RequestError } from '../runtime/errors.js';
import type { PutMessage } from '../store/put-message.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import { remarks } from './remarks.js';

/** Queues of a dead letter topic. */
export const DLQ_NUMS_PER_GROUP = 1;

export interface RetryParts {
  readonly subscriptionGroups: SubscriptionGroups;
  readonly queueLocks: QueueLocks;
  readonly topics: TopicConfigs;
}

/**
 * Where a message goes that a client sends to %RETRY% itself: there, or to the dead letters when it was tried too often.
 * A group that holds queue locks consumes in order: its clients have retried already, so the dead letters take it at once.
 *
 * Throws  RequestError SUBSCRIPTION_GROUP_NOT_EXIST
 * Source  RocketMQ SendMessageProcessor#handleRetryAndDLQ
 */
export function retryOrDeadLetter(
  parts: RetryParts,
  message: PutMessage,
  header: SendMessageRequestHeader,
  version: number,
): PutMessage {
  const groupName = groupOfTopic(message.topic) ?? '';
  const group = parts.subscriptionGroups.find(groupName);
  if (!group) throw new RequestError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remarks.retryGroupNotExist(groupName));
  const given = version >= MQVersion.V3_4_9 ? header.maxReconsumeTimes : undefined;
  const isOver = message.reconsumeTimes > (given ?? group.retryMaxTimes);
  if (!isOver && !parts.queueLocks.isAnyHeld(groupName)) return message;
  const topic = deadLetterTopic(parts.topics, groupName);
  const properties = decodeProperties(message.propertiesString);
  properties.set(MessageConst.PROPERTY_DELAY_TIME_LEVEL, '-1');
  return { ...message, topic, queueId: 0, propertiesString: encodeProperties(properties), delayLevel: 0 };
}

/** The name of a group's dead letter topic, which exists after this. */
export function deadLetterTopic(topics: TopicConfigs, group: string): string {
  const topic = dlqTopicOf(group);
  const config = topics.createForGroup({ topic, queueNums: DLQ_NUMS_PER_GROUP, perm: PERM_READ_WRITE });
  if (!config) throw new RequestError(ResponseCode.SYSTEM_ERROR, `topic[${topic}] not exist`);
  return topic;
}
