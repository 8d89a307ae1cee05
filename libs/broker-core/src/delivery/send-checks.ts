import type { SendMessageRequestHeader } from '../protocol/headers/send-message.headers.js';
import { isWriteable, PERM_READ_WRITE } from '../protocol/permissions.js';
import { ResponseCode } from '../protocol/response-code.js';
import { TopicSysFlag } from '../protocol/sys-flag.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { isForbiddenToSend, isRetryTopic, validateTopic } from '../protocol/topic-names.js';
import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { RequestError } from '../runtime/errors.js';
import { localTimeText } from '../runtime/machine.js';
import type { BrokerIdentity } from '../topics/broker-identity.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { TopicSettings } from '../topics/topic-settings.js';
import type { DeliverySettings } from './delivery-settings.js';
import { remarks } from './remarks.js';

export interface SendCheckParts {
  readonly identity: BrokerIdentity;
  readonly settings: DeliverySettings;
  readonly topicSettings: Pick<TopicSettings, 'brokerPermission'>;
  readonly topics: TopicConfigs;
  readonly clock: Clock;
}

/**
 * Every check of a send before its message is looked at, in RocketMQ's order; returns the topic, made now if it is new.
 *
 * Throws  RequestError with the documented code
 * Source  RocketMQ SendMessageProcessor#preSend, AbstractSendMessageProcessor#msgCheck
 */
export function checkSend(
  parts: SendCheckParts,
  header: SendMessageRequestHeader,
  connection: Connection,
): TopicConfig {
  const { settings, topics, topicSettings, identity } = parts;
  if (settings.acceptSendsFromMs > 0 && parts.clock.now() < settings.acceptSendsFromMs) {
    throw new RequestError(
      ResponseCode.SYSTEM_ERROR,
      `broker unable to service, until ${localTimeText(settings.acceptSendsFromMs)}`,
    );
  }
  const known = topics.get(header.topic);
  // A broker that may not be written still takes what is not ordered: order would break, the rest may be drained here.
  if (known?.order === true && !isWriteable(topicSettings.brokerPermission)) {
    throw new RequestError(
      ResponseCode.NO_PERMISSION,
      `the broker[${identity.advertisedHost}] sending message is forbidden`,
    );
  }
  const problem = known === undefined ? validateTopic(header.topic) : undefined; // known names were valid once
  if (problem !== undefined) throw new RequestError(ResponseCode.INVALID_PARAMETER, problem);
  if (isForbiddenToSend(header.topic)) {
    throw new RequestError(ResponseCode.NO_PERMISSION, `Sending message to topic[${header.topic}] is forbidden.`);
  }
  const topic = known ?? createTopic(topics, header, connection);
  if (header.queueId >= topic.writeQueueNums && header.queueId >= topic.readQueueNums) {
    throw new RequestError(
      ResponseCode.INVALID_PARAMETER,
      `request queueId[${header.queueId}] is illegal, topic[${topic.topicName}] has ${topic.writeQueueNums} write queues and ${topic.readQueueNums} read queues, Producer: ${connection.remoteAddress}`,
    );
  }
  return topic;
}

function createTopic(topics: TopicConfigs, header: SendMessageRequestHeader, connection: Connection): TopicConfig {
  const isRetry = isRetryTopic(header.topic);
  const unitFlag = isRetry ? TopicSysFlag.FLAG_UNIT_SUB : TopicSysFlag.FLAG_UNIT;
  const topicSysFlag = header.unitMode ? unitFlag : 0;
  const created = topics.createForSend({
    topic: header.topic,
    defaultTopic: header.defaultTopic,
    queueNums: header.defaultTopicQueueNums,
    topicSysFlag,
    producer: connection.remoteAddress,
  });
  if (created) return created;
  const retry = isRetry
    ? topics.createForGroup({ topic: header.topic, queueNums: 1, perm: PERM_READ_WRITE, topicSysFlag })
    : undefined;
  if (retry) return retry;
  throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, remarks.topicNotExist(header.topic));
}
