import { ConsumerGroups } from '../../consumers/consumer-groups.js';
import { ConsumerOffsets } from '../../consumers/consumer-offsets.js';
import { defaultConsumerSettings } from '../../consumers/consumer-settings.js';
import { ProducerGroups } from '../../consumers/producer-groups.js';
import { SubscriptionGroups } from '../../consumers/subscription-groups.js';
import { FakeConnection } from '../../consumers/testing/fake-connection.js';
import {
  createRequest,
  createResponse,
  type ExtFields,
  type RemotingCommand,
} from '../../protocol/remoting-command.js';
import { newSubscriptionGroupConfig } from '../../protocol/subscription-group-config.js';
import { newTopicConfig } from '../../protocol/topic-config.js';
import type { RequestProcessor } from '../../remoting/connection.js';
import { RequestError } from '../../runtime/errors.js';
import { silentLogger } from '../../runtime/logger.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { TopicConfigs } from '../../topics/topic-configs.js';
import { defaultTopicSettings } from '../../topics/topic-settings.js';
import { MemoryTextFile } from '../../topics/testing/memory-text-file.js';
import { BrokerStats, MessageRequestModes, MidnightTotals, registerAdminProcessors } from '../index.js';
import { FakeAdminStore } from './fake-admin-store.js';

/** The rooms of a broker with a store in memory, and an operator who asks: for specs. */
export class AdminDesk {
  readonly time = new ManualTime();
  readonly store = new FakeAdminStore();
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
  readonly producerGroups: ProducerGroups;
  readonly offsets: ConsumerOffsets;
  readonly offsetsFile = new MemoryTextFile();
  readonly stats: BrokerStats;
  readonly connection = new FakeConnection();
  readonly settings = { serverLoadBalancerEnable: true, commandTimeoutMs: 1000 };
  readonly topicRules = {
    validateSystemTopicWhenUpdateTopic: true,
    enableMixedMessageType: false,
    clearRetryTopicWhenDeleteTopic: true,
  };
  /** What the configuration was told, and how often the name servers were told everything. */
  readonly updates: string[] = [];
  registrations = 0;
  /** Queues whose held pulls were woken. */
  readonly moved: string[] = [];
  useServerSideResetOffset = true;
  /** What waits for the store, and for its turn. */
  readonly admission = { pending: 0, capacity: 10_000, lateMs: 0 };
  /** What a name server answers when it is asked for a route. */
  route: RemotingCommand = createResponse(17);
  readonly #processors = new Map<number, RequestProcessor>();

  constructor() {
    const { time } = this;
    const identity = { clusterName: 'C', brokerName: 'b', brokerId: 0, advertisedHost: '10.0.0.9', regionId: 'R' };
    const settings = defaultConsumerSettings;
    const file = () => new MemoryTextFile();
    this.topics = new TopicConfigs({ file: file(), identity, settings: defaultTopicSettings, clock: time });
    this.subscriptionGroups = new SubscriptionGroups({ file: file(), settings, clock: time });
    this.consumerGroups = new ConsumerGroups({ settings, onMembersChanged: () => {}, clock: time });
    this.producerGroups = new ProducerGroups({ settings, clock: time });
    this.offsets = new ConsumerOffsets({ file: this.offsetsFile, settings, clock: time, scheduler: time });
    this.stats = new BrokerStats('C', time);
    registerAdminProcessors((code, processor) => this.#processors.set(code, processor), {
      ...this,
      identity,
      address: () => '10.0.0.9:10911',
      heldPulls: { moved: (topic, queueId) => void this.moved.push(`${topic}/${queueId}`) },
      schedule: {
        runtimeInfo: () => new Map([['scheduleMessageOffset_3', '5,6']]),
        printProgress: () => '{"offsetTable":{3:5}}',
      },
      registration: {
        registerAll: async () => {
          this.registrations++;
        },
        awaitTold: async () => {},
      },
      client: { invoke: async () => this.route },
      nameServers: () => '127.0.0.1:9876',
      midnightTotals: new MidnightTotals(this.stats.totals, time),
      requestModes: new MessageRequestModes(file(), silentLogger),
      brokerSettings: {
        version: 3,
        toProperties: () => 'a=1\n',
        update: (text) => void this.updates.push(text),
      },
      useServerSideResetOffset: () => this.useServerSideResetOffset,
      acceptSendsFromMs: () => 0,
      storePath: '/store',
      disk: { space: () => ({ totalBytes: 1000, freeBytes: 250, usableBytes: 200 }) },
      clock: time,
      logger: silentLogger,
    });
  }

  /** Asks as a tool does; a refusal is an answer with its code and remark. */
  async ask(code: number, fields: ExtFields = {}, body?: Buffer | object): Promise<RemotingCommand> {
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const processor = this.#processors.get(code);
    if (!processor) return createResponse(3);
    try {
      return (await processor(createRequest(code, fields, bytes), this.connection)) ?? createResponse(0);
    } catch (error) {
      if (error instanceof RequestError) return createResponse(error.responseCode, error.remark);
      throw error;
    }
  }

  get codes(): number[] {
    return [...this.#processors.keys()];
  }

  addTopic(topic: string, queues = 2): void {
    this.topics.update(newTopicConfig(topic, { readQueueNums: queues, writeQueueNums: queues }));
  }

  addGroup(group: string): void {
    this.subscriptionGroups.update(newSubscriptionGroupConfig(group));
  }

  /** A consumer that subscribes to `topics`; returns the connection that tools' requests reach it by. */
  joinGroup(group: string, clientId: string, topics: readonly string[]): FakeConnection {
    const connection = new FakeConnection();
    const { language, version } = connection;
    const client = { connection, clientId, language, version, lastUpdateTimestamp: this.time.now() };
    const subscriptionDataSet = topics.map((topic) => ({
      ...{ classFilterMode: false, topic, subString: '*', tagsSet: new Set<string>(), codeSet: new Set<number>() },
      ...{ subVersion: 1, expressionType: 'TAG' },
    }));
    const data = {
      ...{ groupName: group, consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', unitMode: false },
      ...{ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', subscriptionDataSet },
    } as unknown as Parameters<ConsumerGroups['hear']>[1];
    this.consumerGroups.hear(client, data, { mayNotify: false });
    return connection;
  }
}
