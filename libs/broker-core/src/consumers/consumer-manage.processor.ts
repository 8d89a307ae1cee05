import { encodeGetConsumerListByGroupResponseBody } from '../protocol/bodies/heartbeat-data.js';
import { GetConsumerListByGroupRequestHeader } from '../protocol/headers/membership.headers.js';
import {
  QueryConsumerOffsetRequestHeader,
  UpdateConsumerOffsetRequestHeader,
} from '../protocol/headers/offset.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { Connection } from '../remoting/connection.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { ConsumerGroups } from './consumer-groups.js';
import type { ConsumerOffsets } from './consumer-offsets.js';
import type { ConsumerSettings } from './consumer-settings.js';
import type { SubscriptionGroups } from './subscription-groups.js';

/** What offsets are compared with: the store. */
export interface OffsetStore {
  minQueueOffset(topic: string, queueId: number): number;
  /** Whether the entry exists and its message is near the end of the log. */
  isHot(topic: string, queueId: number, queueOffset: number): Promise<boolean>;
}

export interface ConsumerManageOptions {
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
  readonly offsets: ConsumerOffsets;
  readonly store: OffsetStore;
  readonly settings: Pick<ConsumerSettings, 'useServerSideResetOffset'>;
}

/**
 * What consumers ask about their group: GET_CONSUMER_LIST_BY_GROUP (38), QUERY_CONSUMER_OFFSET (14),
 * UPDATE_CONSUMER_OFFSET (15).
 *
 * RocketMQ: ConsumerManageProcessor
 */
export class ConsumerManageProcessor {
  readonly #parts: ConsumerManageOptions;

  constructor(options: ConsumerManageOptions) {
    this.#parts = options;
  }

  readonly consumerList = (request: RemotingCommand): RemotingCommand => {
    const { consumerGroup } = GetConsumerListByGroupRequestHeader.decode(request.extFields);
    const consumerIdList = this.#parts.consumerGroups.get(consumerGroup)?.clientIds ?? [];
    if (consumerIdList.length === 0) {
      return createResponse(ResponseCode.SYSTEM_ERROR, `no consumer for this group, ${consumerGroup}`);
    }
    const body = encodeGetConsumerListByGroupResponseBody({ consumerIdList });
    return createResponse(ResponseCode.SUCCESS, undefined, undefined, body);
  };

  readonly updateOffset = (request: RemotingCommand, connection: Connection): RemotingCommand => {
    const { consumerGroup, topic, queueId, commitOffset } = UpdateConsumerOffsetRequestHeader.decode(request.extFields);
    const { subscriptionGroups, topics, offsets, settings } = this.#parts;
    if (!subscriptionGroups.has(consumerGroup)) {
      return createResponse(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, `Group ${consumerGroup} not exist!`);
    }
    const config = topics.get(topic);
    if (!config) return createResponse(ResponseCode.TOPIC_NOT_EXIST, `Topic ${topic} not exist!`);
    // Apache takes any number here; each would be an entry of the table for ever.
    if (queueId < 0 || queueId >= Math.max(config.readQueueNums, config.writeQueueNums)) {
      return createResponse(ResponseCode.INVALID_PARAMETER, `queueId[${queueId}] is illegal, topic is ${topic}`);
    }
    if (settings.useServerSideResetOffset && offsets.hasReset(consumerGroup, topic, queueId)) {
      return createResponse(ResponseCode.SUCCESS, 'Offset has been previously reset');
    }
    offsets.commit(consumerGroup, topic, queueId, commitOffset, connection.remoteAddress);
    return createResponse(ResponseCode.SUCCESS);
  };

  readonly queryOffset = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const header = QueryConsumerOffsetRequestHeader.decode(request.extFields);
    const { consumerGroup, topic, queueId } = header;
    const offset = this.#parts.offsets.query(consumerGroup, topic, queueId);
    if (offset !== undefined && offset >= 0) return found(offset);
    if (header.setZeroIfNotFound === false) {
      return createResponse(ResponseCode.QUERY_NOT_FOUND, 'Not found, do not set to zero, maybe this group boot first');
    }
    if (await this.#startsFromFirstMessage(topic, queueId)) return found(0);
    return createResponse(
      ResponseCode.QUERY_NOT_FOUND,
      'Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first',
    );
  };

  /**
   * A new group begins with message 0 while that is still hot: short queues are consumed from their start, whatever
   * the group's consumeFromWhere says. Source  RocketMQ ConsumerManageProcessor#queryConsumerOffset
   */
  async #startsFromFirstMessage(topic: string, queueId: number): Promise<boolean> {
    const { store } = this.#parts;
    return store.minQueueOffset(topic, queueId) <= 0 && (await store.isHot(topic, queueId, 0));
  }
}

const found = (offset: number) => createResponse(ResponseCode.SUCCESS, undefined, { offset: String(offset) });
