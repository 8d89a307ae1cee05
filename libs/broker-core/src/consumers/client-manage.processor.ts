import {
  type ConsumerData,
  decodeCheckClientRequestBody,
  decodeHeartbeatData,
  type HeartbeatData,
} from '../protocol/bodies/heartbeat-data.js';
import { UnregisterClientRequestHeader } from '../protocol/headers/membership.headers.js';
import { PERM_READ_WRITE } from '../protocol/permissions.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { TopicSysFlag } from '../protocol/sys-flag.js';
import { retryTopicOf } from '../protocol/topic-names.js';
import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { RequestError } from '../runtime/errors.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { ClientChannel } from './client-channel.js';
import { type ConsumerGroups, MAX_SUBSCRIPTIONS_PER_GROUP } from './consumer-groups.js';
import { MAX_PRODUCER_GROUPS_PER_CLIENT, type ProducerGroups } from './producer-groups.js';
import type { SubscriptionGroups } from './subscription-groups.js';

/** What heartbeats may bring, decided by the delivery keys of the configuration. */
export interface HeartbeatRules {
  readonly rejectPullConsumerEnable: boolean;
}

export interface ClientManageOptions {
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
  readonly producerGroups: ProducerGroups;
  readonly rules: HeartbeatRules;
  readonly clock: Clock;
}

/**
 * Listens to clients: HEART_BEAT (34), UNREGISTER_CLIENT (35), CHECK_CLIENT_CONFIG (46).
 *
 * RocketMQ: ClientManageProcessor
 */
export class ClientManageProcessor {
  readonly #parts: ClientManageOptions;
  /** Fingerprint of the last heartbeat of each group, for clients that send the short form (heartbeat v2). */
  readonly #fingerprints = new Map<string, number>();

  constructor(options: ClientManageOptions) {
    this.#parts = options;
  }

  readonly heartbeat = (request: RemotingCommand, connection: Connection): RemotingCommand => {
    const data = decodeHeartbeatData(request.body);
    if (data.producerDataSet.length > MAX_PRODUCER_GROUPS_PER_CLIENT) {
      throw new RequestError(
        ResponseCode.INVALID_PARAMETER,
        `the client produces in ${data.producerDataSet.length} groups, more than ${MAX_PRODUCER_GROUPS_PER_CLIENT}`,
      );
    }
    const client: ClientChannel = {
      connection,
      clientId: data.clientID,
      language: request.language,
      version: request.version,
      lastUpdateTimestamp: this.#parts.clock.now(),
    };
    let isSubChange = data.heartbeatFingerprint === 0;
    for (const consumer of data.consumerDataSet) {
      if (this.#hearConsumer(client, consumer, data)) isSubChange = true;
    }
    for (const producer of data.producerDataSet) this.#parts.producerGroups.hear(producer.groupName, client);
    return createResponse(ResponseCode.SUCCESS, undefined, {
      IS_SUPPORT_HEART_BEAT_V2: 'true',
      IS_SUB_CHANGE: String(isSubChange),
    });
  };

  readonly unregister = (request: RemotingCommand, connection: Connection): RemotingCommand => {
    const { producerGroup, consumerGroup } = UnregisterClientRequestHeader.decode(request.extFields);
    if (producerGroup !== undefined) this.#parts.producerGroups.unregister(producerGroup, connection);
    if (consumerGroup !== undefined) {
      const config = this.#parts.subscriptionGroups.get(consumerGroup);
      this.#parts.consumerGroups.unregister(consumerGroup, connection, config?.notifyConsumerIdsChangedEnable ?? true);
    }
    return createResponse(ResponseCode.SUCCESS);
  };

  readonly checkClientConfig = (request: RemotingCommand): RemotingCommand => {
    const type = decodeCheckClientRequestBody(request.body).subscriptionData?.expressionType;
    if (type === undefined || type === '' || type === 'TAG') return createResponse(ResponseCode.SUCCESS);
    return createResponse(
      ResponseCode.SYSTEM_ERROR,
      `The broker does not support consumer to filter message by ${type}`,
    );
  };

  /** Returns whether the client should send its subscriptions in full the next time. */
  #hearConsumer(
    client: ClientChannel,
    consumer: ConsumerData,
    { heartbeatFingerprint, withoutSub }: HeartbeatData,
  ): boolean {
    const { rules, subscriptionGroups, consumerGroups } = this.#parts;
    if (rules.rejectPullConsumerEnable && consumer.consumeType === 'CONSUME_ACTIVELY') return false;
    if (consumer.subscriptionDataSet.length > MAX_SUBSCRIPTIONS_PER_GROUP) {
      throw new RequestError(
        ResponseCode.INVALID_PARAMETER,
        `group ${consumer.groupName} subscribes to ${consumer.subscriptionDataSet.length} topics, more than ${MAX_SUBSCRIPTIONS_PER_GROUP}`,
      );
    }
    const group = subscriptionGroups.find(consumer.groupName);
    if (!group) return false;
    const known = this.#fingerprints.get(consumer.groupName);
    this.#fingerprints.set(consumer.groupName, heartbeatFingerprint);
    this.#makeRetryTopic(consumer, group.retryQueueNums);
    consumerGroups.hear(client, consumer, {
      mayNotify: group.notifyConsumerIdsChangedEnable,
      withoutSubscriptions: withoutSub && heartbeatFingerprint !== 0,
    });
    // A broker that restarted knows no subscriptions: it must not let a client go on with short heartbeats.
    const isLost = withoutSub && consumerGroups.get(consumer.groupName)?.subscriptions.size === 0;
    return isLost || (known !== undefined && known !== heartbeatFingerprint);
  }

  /** Consumers subscribe to the retry topic of their group unasked, so it must have a route before they need it. */
  #makeRetryTopic(consumer: ConsumerData, queueNums: number): void {
    this.#parts.topics.createForGroup({
      topic: retryTopicOf(consumer.groupName),
      queueNums,
      perm: PERM_READ_WRITE,
      order: consumer.subscriptionDataSet.some(({ topic }) => this.#parts.topics.isOrder(topic)),
      topicSysFlag: consumer.unitMode ? TopicSysFlag.FLAG_UNIT_SUB : 0,
    });
  }
}
