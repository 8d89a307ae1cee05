import { type ConsumeStats, decodeConsumeStats, type TopicStatsTable } from '../../protocol/bodies/admin-stats.js';
import {
  type ConsumerConnection,
  decodeConsumerConnection,
  decodeProducerConnection,
  type ProducerConnection,
} from '../../protocol/bodies/client-connection.js';
import type { ClusterInfo } from '../../protocol/bodies/cluster-info.js';
import { type ConsumerRunningInfo, decodeConsumerRunningInfo } from '../../protocol/bodies/consumer-running-info.js';
import { decodeGetConsumerListByGroupResponseBody } from '../../protocol/bodies/heartbeat-data.js';
import { decodeKVTable } from '../../protocol/bodies/kv-table.js';
import { decodeResetOffsetBody } from '../../protocol/bodies/reset-offset-body.js';
import type { TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import type { ExtFields, RemotingCommand } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import type { SubscriptionGroupConfig } from '../../protocol/subscription-group-config.js';
import { retryTopicOf, validateTopic } from '../../protocol/topic-names.js';
import { ClientError, RouteError } from '../errors.js';
import { ask } from '../instance/call.js';
import { clientInstances } from '../instance/client-instances.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { addressForReading, QueueOffsets } from '../instance/queue-offsets.js';
import type { ClientOptions, NewTopic } from '../options.js';
import { fetchClusterInfo, fetchTopicList, mastersOf } from './cluster-admin.js';
import { createGroupAt, deleteGroupAt } from './group-admin.js';
import { type KeyQuery, queryByKey, queryByUniqueKey, viewByOffsetId } from './message-admin.js';
import { createTopicAt, deleteTopicAt, topicStatsOf } from './topic-admin.js';

/** Where an operation takes effect: every master of a cluster, or one broker (`host:port`). */
export type Target = { readonly cluster: string } | { readonly broker: string };

/** Looks after a cluster: topics, groups, offsets, messages. RocketMQ: DefaultMQAdminExt, the parts that tools use most. */
export class MQAdmin {
  #instance: MQClientInstance | undefined;

  constructor(readonly options: ClientOptions) {}

  async start(): Promise<void> {
    this.#instance ??= clientInstances.acquire(this.options);
    this.#instance.start();
  }

  async shutdown(): Promise<void> {
    const instance = this.#instance;
    this.#instance = undefined;
    if (instance) await clientInstances.release(instance);
  }

  /** Every cluster with its brokers, and every broker with its addresses. */
  clusterInfo(): Promise<ClusterInfo> {
    return fetchClusterInfo(this.#started);
  }

  /** All topics the name server knows. */
  topicList(): Promise<string[]> {
    return fetchTopicList(this.#started);
  }

  /** Where a topic is; undefined when it is nowhere. Asks the name server, whatever is cached. */
  route(topic: string): Promise<TopicRouteData | undefined> {
    const instance = this.#started;
    return instance.nameServers.fetchRoute(topic, instance.settings.mqClientApiTimeoutMs);
  }

  /** Creates the topic, or changes it to be so. Without `target`: on every master of every cluster. */
  async createTopic(topic: NewTopic, target?: Target): Promise<void> {
    const problem = validateTopic(topic.topicName);
    if (problem !== undefined) throw new ClientError(`cannot create the topic: ${problem}`);
    for (const address of await this.#targets(target)) await createTopicAt(this.#started, address, topic);
  }

  /** Deletes the topic on these brokers and, when they were all that have it, at the name servers. */
  async deleteTopic(topic: string, target?: Target): Promise<void> {
    for (const address of await this.#targets(target)) await deleteTopicAt(this.#started, address, topic);
    const { nameServers, settings, transport } = this.#started;
    const ofCluster = target && 'cluster' in target ? { clusterName: target.cluster } : {};
    for (const address of nameServers.servers.addresses) {
      await ask(transport, address, {
        code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
        extFields: { topic, ...ofCluster },
        timeoutMs: settings.mqClientApiTimeoutMs,
        topic,
      });
    }
  }

  /** Ends of the topic's queues, over all brokers. */
  topicStats(topic: string): Promise<TopicStatsTable> {
    return topicStatsOf(this.#started, topic);
  }

  /** Creates the group, or changes it to be so. */
  async createSubscriptionGroup(
    config: Partial<SubscriptionGroupConfig> & { groupName: string },
    target?: Target,
  ): Promise<void> {
    for (const address of await this.#targets(target)) await createGroupAt(this.#started, address, config);
  }

  /** `cleanOffset`: forgets how far the group was, too. */
  async deleteSubscriptionGroup(group: string, cleanOffset = false, target?: Target): Promise<void> {
    for (const address of await this.#targets(target)) await deleteGroupAt(this.#started, address, group, cleanOffset);
  }

  minOffset(queue: MessageQueue): Promise<number> {
    return new QueueOffsets(this.#started).min(queue);
  }

  maxOffset(queue: MessageQueue): Promise<number> {
    return new QueueOffsets(this.#started).max(queue);
  }

  /** First queueOffset that was stored at or after `timestamp`. */
  searchOffset(queue: MessageQueue, timestamp: number): Promise<number> {
    return new QueueOffsets(this.#started).search(queue, timestamp);
  }

  earliestStoreTime(queue: MessageQueue): Promise<number> {
    return new QueueOffsets(this.#started).earliestStoreTime(queue);
  }

  /** All queues of a topic that can be read. */
  async fetchMessageQueues(topic: string): Promise<MessageQueue[]> {
    const route = await this.#started.routes.refresh(topic, this.#started.settings.mqClientApiTimeoutMs);
    if (!route) throw new RouteError(`no route for topic '${topic}': mqadmin topicList shows which there are`);
    return [...route.subscribeQueues];
  }

  /** How far the group is, queue by queue; of one topic, or of all it subscribes to. */
  async consumeStats(group: string, topic = ''): Promise<ConsumeStats> {
    const merged: ConsumeStats = { offsetTable: new Map(), consumeTps: 0 };
    const extFields = { consumerGroup: group, ...(topic === '' ? {} : { topic }) };
    for (const response of await this.#askBrokersOf(
      topic || retryTopicOf(group),
      RequestCode.GET_CONSUME_STATS,
      extFields,
    )) {
      const { offsetTable, consumeTps } = decodeConsumeStats(response.body);
      for (const [queue, offsets] of offsetTable) merged.offsetTable.set(queue, offsets);
      merged.consumeTps += consumeTps;
    }
    return merged;
  }

  /** Messages of the topic that the group has not committed. */
  async lag(group: string, topic: string): Promise<number> {
    const { offsetTable } = await this.consumeStats(group, topic);
    let lag = 0;
    for (const { brokerOffset, consumerOffset } of offsetTable.values()) lag += brokerOffset - consumerOffset;
    return lag;
  }

  /** The group's committed offset of a queue, said by an operator. */
  async updateConsumerOffset(group: string, queue: MessageQueue, consumerOffset: number): Promise<void> {
    const instance = this.#started;
    const { topic, queueId } = queue;
    await ask(instance.transport, await addressForReading(instance, queue), {
      code: RequestCode.UPDATE_CONSUMER_OFFSET,
      extFields: { consumerGroup: group, topic, queueId: String(queueId), commitOffset: String(consumerOffset) },
      timeoutMs: instance.settings.mqClientApiTimeoutMs,
      group,
    });
  }

  /** Sets the group back (or forward) to the messages of `timestamp`; online consumers are told. Answers the new offsets. */
  async resetOffsetByTimestamp(
    group: string,
    topic: string,
    timestamp: number,
    isForce = true,
  ): Promise<Map<MessageQueue, number>> {
    const table = new Map<MessageQueue, number>();
    const extFields = { topic, group, timestamp: String(timestamp), isForce: String(isForce) };
    for (const response of await this.#askBrokersOf(topic, RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, extFields)) {
      if (!response.body) continue;
      for (const [queue, consumerOffset] of decodeResetOffsetBody(response.body).offsetTable)
        table.set(queue, consumerOffset);
    }
    return table;
  }

  /** The group's connected consumers. Throws RemoteError CONSUMER_NOT_ONLINE when there are none. */
  async consumerConnection(group: string): Promise<ConsumerConnection> {
    const response = await this.#askOneOf(retryTopicOf(group), RequestCode.GET_CONSUMER_CONNECTION_LIST, {
      consumerGroup: group,
    });
    return decodeConsumerConnection(response.body);
  }

  /** The group's connected producers. */
  async producerConnection(group: string, topic: string): Promise<ProducerConnection> {
    const response = await this.#askOneOf(topic, RequestCode.GET_PRODUCER_CONNECTION_LIST, { producerGroup: group });
    return decodeProducerConnection(response.body);
  }

  /** Client ids of the group's consumers. */
  async consumerIds(group: string, topic: string): Promise<string[]> {
    const response = await this.#askOneOf(topic, RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: group });
    return decodeGetConsumerListByGroupResponseBody(response.body).consumerIdList;
  }

  /** What goes on inside one consumer. */
  async consumerRunningInfo(group: string, clientId: string): Promise<ConsumerRunningInfo> {
    const extFields = { consumerGroup: group, clientId, jstackEnable: 'false' };
    return decodeConsumerRunningInfo(
      (await this.#askOneOf(retryTopicOf(group), RequestCode.GET_CONSUMER_RUNNING_INFO, extFields)).body,
    );
  }

  /** What a broker tells of itself, by RocketMQ's names. */
  async brokerRuntimeInfo(address: string): Promise<Map<string, string>> {
    const { transport, settings } = this.#started;
    const response = await ask(transport, address, {
      code: RequestCode.GET_BROKER_RUNTIME_INFO,
      timeoutMs: settings.mqClientApiTimeoutMs,
    });
    return decodeKVTable(response.body).table;
  }

  /** Messages with a business key, from all brokers of the topic. */
  queryMessage(query: KeyQuery): Promise<MessageExt[]> {
    return queryByKey(this.#started, query);
  }

  /** The message with this id: the client's own (UNIQ_KEY) or the broker's (offsetMsgId). Undefined when there is none. */
  async viewMessage(topic: string, msgId: string): Promise<MessageExt | undefined> {
    return (await viewByOffsetId(this.#started, topic, msgId)) ?? (await queryByUniqueKey(this.#started, topic, msgId));
  }

  get #started(): MQClientInstance {
    if (this.#instance) return this.#instance;
    throw new ClientError('this MQAdmin is not started: await start() first (and not after shutdown())');
  }

  async #targets(target: Target | undefined): Promise<readonly string[]> {
    if (target && 'broker' in target) return [target.broker];
    const masters = mastersOf(await this.clusterInfo(), target?.cluster);
    if (masters.length === 0) {
      const where = target ? `cluster '${target.cluster}'` : 'any cluster';
      throw new RouteError(`no master broker of ${where} is registered: mqadmin clusterList shows which there are`);
    }
    return masters;
  }

  async #askBrokersOf(topic: string, code: number, extFields: ExtFields): Promise<RemotingCommand[]> {
    const instance = this.#started;
    const route = await instance.routes.refresh(topic, instance.settings.mqClientApiTimeoutMs);
    if (!route)
      throw new RouteError(`no route for topic '${topic}': was it, or its group's first consumer, ever there?`);
    const addresses = route.data.brokerDatas.map(
      ({ brokerName }) => instance.routes.brokers.memberOf(brokerName)?.address,
    );
    const known = addresses.filter((address) => address !== undefined);
    const { mqClientApiTimeoutMs } = instance.settings;
    return Promise.all(
      known.map((address) =>
        ask(instance.transport, address, { code, extFields, timeoutMs: mqClientApiTimeoutMs, topic }),
      ),
    );
  }

  async #askOneOf(topic: string, code: number, extFields: ExtFields): Promise<RemotingCommand> {
    const instance = this.#started;
    const address = await instance.anyBrokerOf(topic);
    if (address === undefined) throw new RouteError(`no broker of topic '${topic}' is known to the name server`);
    return ask(instance.transport, address, {
      code,
      extFields,
      timeoutMs: instance.settings.mqClientApiTimeoutMs,
      topic,
    });
  }
}
