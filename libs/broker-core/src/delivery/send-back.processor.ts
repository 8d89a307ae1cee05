import type { SubscriptionGroups } from '../consumers/subscription-groups.js';
import { parseHost } from '../protocol/host-address.js';
import { ConsumerSendMsgBackRequestHeader } from '../protocol/headers/send-message.headers.js';
import { MessageConst } from '../protocol/message-const.js';
import type { MessageExt } from '../protocol/message.js';
import { isWriteable, PERM_READ_WRITE } from '../protocol/permissions.js';
import { createResponse, MQVersion, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { SubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { TopicSysFlag } from '../protocol/sys-flag.js';
import { retryTopicOf, SystemTopic } from '../protocol/topic-names.js';
import { RequestError } from '../runtime/errors.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Random } from '../runtime/random.js';
import { isStored, type PutMessage, type PutResult, storedProperties } from '../store/put-message.js';
import type { BrokerIdentity } from '../topics/broker-identity.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { TopicSettings } from '../topics/topic-settings.js';
import type { DeliveryStats } from './delivery-stats.js';
import type { DeliveryStore } from './delivery-store.js';
import { remarks } from './remarks.js';
import { deadLetterTopic } from './retry-or-dead-letter.js';

/** The first retry waits as long as this level says; each further one a level longer. */
const FIRST_RETRY_LEVEL = 3;

export interface SendBackParts {
  readonly identity: BrokerIdentity;
  readonly topicSettings: Pick<TopicSettings, 'brokerPermission'>;
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly store: Pick<DeliveryStore, 'lookMessageByOffset' | 'putMessage'>;
  readonly random: Random;
  readonly stats: DeliveryStats;
  readonly logger?: Logger;
}

/** Where a message that came back goes next, and when. */
interface NextTry {
  readonly topic: string;
  readonly queueId: number;
  /** 0 for the dead letters. */
  readonly delayLevel: number;
}

/**
 * Takes back what a consumer could not handle: CONSUMER_SEND_MSG_BACK (36). It comes again later, through the retry
 * topic of the group, or lies down among its dead letters.
 *
 * RocketMQ: AbstractSendMessageProcessor#consumerSendMsgBack
 */
export class SendBackProcessor {
  readonly #parts: SendBackParts;
  readonly #logger: Logger;

  constructor(parts: SendBackParts) {
    this.#parts = parts;
    this.#logger = parts.logger ?? silentLogger;
  }

  readonly sendBack = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const header = ConsumerSendMsgBackRequestHeader.decode(request.extFields);
    const group = this.#groupOf(header.group);
    if (group.retryQueueNums <= 0) return createResponse(ResponseCode.SUCCESS);
    this.#makeRetryTopic(group, header.unitMode);
    const message = await this.#parts.store.lookMessageByOffset(header.offset);
    if (!message) {
      throw new RequestError(ResponseCode.SYSTEM_ERROR, `look message by offset failed, ${header.offset}`);
    }
    const given = request.version >= MQVersion.V3_4_9 ? header.maxReconsumeTimes : undefined;
    const next = this.#nextTry(group, message, header.delayLevel, given ?? group.retryMaxTimes);
    const result = await this.#parts.store.putMessage(copyOf(message, next));
    if (result.status !== 'PUT_OK') {
      const isKept = isStored(result.status) ? ', although the message was stored' : '';
      throw new RequestError(ResponseCode.SYSTEM_ERROR, result.status + isKept);
    }
    await this.#parts.topics.awaitSaved();
    this.#count(header.group, message, result);
    return createResponse(ResponseCode.SUCCESS);
  };

  /** Who waits for his delay counts as put, like the delayed messages of producers; dead letters do not. */
  #count(group: string, message: MessageExt, { topic, queueId, sizeBytes }: PutResult): void {
    const { stats } = this.#parts;
    if (topic === SystemTopic.RMQ_SYS_SCHEDULE_TOPIC) stats.topicPut(topic, queueId, 1, sizeBytes);
    stats.sendBack(group, message.properties.get(MessageConst.PROPERTY_RETRY_TOPIC) ?? message.topic);
  }

  #groupOf(name: string): SubscriptionGroupConfig {
    const group = this.#parts.subscriptionGroups.find(name);
    if (!group) throw new RequestError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remarks.retryGroupNotExist(name));
    if (!isWriteable(this.#parts.topicSettings.brokerPermission)) {
      const { advertisedHost } = this.#parts.identity;
      throw new RequestError(ResponseCode.NO_PERMISSION, `the broker[${advertisedHost}] sending message is forbidden`);
    }
    return group;
  }

  #makeRetryTopic(group: SubscriptionGroupConfig, unitMode: boolean): void {
    const topic = retryTopicOf(group.groupName);
    const config = this.#parts.topics.createForGroup({
      topic,
      queueNums: group.retryQueueNums,
      perm: PERM_READ_WRITE,
      topicSysFlag: unitMode ? TopicSysFlag.FLAG_UNIT_SUB : 0,
    });
    if (!config) throw new RequestError(ResponseCode.SYSTEM_ERROR, `topic[${topic}] not exist`);
    if (!isWriteable(config.perm)) {
      throw new RequestError(ResponseCode.NO_PERMISSION, `the topic[${topic}] sending message is forbidden`);
    }
  }

  #nextTry(group: SubscriptionGroupConfig, message: MessageExt, level: number, maxReconsumeTimes: number): NextTry {
    const { groupName, retryQueueNums } = group;
    if (message.reconsumeTimes >= maxReconsumeTimes || level < 0) {
      const { topic: originTopic, msgId, reconsumeTimes } = message;
      this.#logger.info('message given up', { group: groupName, originTopic, msgId, reconsumeTimes });
      return { topic: deadLetterTopic(this.#parts.topics, groupName), queueId: 0, delayLevel: 0 };
    }
    return {
      topic: retryTopicOf(groupName),
      queueId: this.#parts.random.int(retryQueueNums),
      delayLevel: level === 0 ? FIRST_RETRY_LEVEL + message.reconsumeTimes : level,
    };
  }
}

/** The message as it is stored again: body, flag and properties stay; it remembers where it came from. */
function copyOf(message: MessageExt, next: NextTry): PutMessage {
  const properties = new Map(message.properties);
  if (!properties.has(MessageConst.PROPERTY_RETRY_TOPIC))
    properties.set(MessageConst.PROPERTY_RETRY_TOPIC, message.topic);
  if (!properties.has(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID)) {
    properties.set(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID, message.offsetMsgId);
  }
  properties.set(MessageConst.PROPERTY_WAIT_STORE_MSG_OK, 'false');
  properties.set(MessageConst.PROPERTY_DELAY_TIME_LEVEL, String(next.delayLevel));
  return {
    topic: next.topic,
    queueId: next.queueId,
    flag: message.flag,
    sysFlag: message.sysFlag,
    bornTimestamp: message.bornTimestamp,
    bornHost: parseHost(message.bornHost),
    reconsumeTimes: message.reconsumeTimes + 1,
    body: message.body,
    ...storedProperties(properties),
    waitStoreMsgOK: false,
    delayLevel: next.delayLevel,
  };
}
