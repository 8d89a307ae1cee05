import type { MessageQueue } from '../protocol/message-queue.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import type { Random } from '../runtime/random.js';
import type { Scheduler } from '../runtime/scheduler.js';
import type { Transport } from './instance/transport.js';

/**
 * What every producer, consumer and admin client can be told. RocketMQ: ClientConfig.
 *
 * Units  names ending in Ms are milliseconds
 */
export interface ClientOptions {
  /** Name servers, `host:port`; several as a list or separated by `;`. */
  readonly namesrvAddr: string | readonly string[];
  /** Clients of one `instanceName` in one process share connections, routes and heartbeats. Default: one of its own. */
  readonly instanceName?: string | undefined;
  /** Address in the clientId and in message ids. Default: the machine's first address that is not loopback. */
  readonly clientIP?: string | undefined;
  /** Appended to the clientId; RocketMQ's unitName. */
  readonly unitName?: string | undefined;
  /** How often routes are asked for again. Default 30,000. */
  readonly pollNameServerIntervalMs?: number | undefined;
  /** How often brokers hear from this client. Default 30,000; brokers forget a client after 120,000. */
  readonly heartbeatBrokerIntervalMs?: number | undefined;
  /** How often consumer offsets go to the broker (or to the file, when broadcasting). Default 5,000. */
  readonly persistConsumerOffsetIntervalMs?: number | undefined;
  /** How often queues are shared out again without being told to. Default 20,000. */
  readonly rebalanceIntervalMs?: number | undefined;
  /** Time limit of calls that have none of their own. Default 3,000. */
  readonly mqClientApiTimeoutMs?: number | undefined;
  /** Time limit of a connection's start. Default 3,000. */
  readonly connectTimeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  readonly scheduler?: Scheduler | undefined;
  readonly random?: Random | undefined;
  /** Where broadcasting consumers keep their offsets. Default: the machine's disk. */
  readonly disk?: Disk | undefined;
  /** Replaces the sockets: for specs and simulations. Only the first client of an instance is asked. */
  readonly transport?: (() => Transport) | undefined;
}

/** Settings of a producer. RocketMQ: DefaultMQProducer's fields of the same names. */
export interface ProducerOptions extends ClientOptions {
  /** All of a send, its retries included. Default 3,000. */
  readonly sendMsgTimeoutMs?: number | undefined;
  /** Bodies of at least so many bytes travel as zlib. Default 4,096; 0 or less: never. */
  readonly compressMsgBodyOverHowmuch?: number | undefined;
  /** zlib level 1–9. Default 5. */
  readonly compressLevel?: number | undefined;
  /** Further attempts of `send` at other queues. Default 2. */
  readonly retryTimesWhenSendFailed?: number | undefined;
  /** Further attempts of `sendAsync`. Default 2. */
  readonly retryTimesWhenSendAsyncFailed?: number | undefined;
  /** Try another broker also when the message is stored but not as durably as asked. Default false. */
  readonly retryAnotherBrokerWhenNotStoreOK?: boolean | undefined;
  /** Response codes after which another broker is tried. Default: RocketMQ's own set. */
  readonly retryResponseCodes?: readonly number[] | undefined;
  /** Largest body. Default 4 MiB. */
  readonly maxMessageSize?: number | undefined;
  /** Queues of a topic that is created by its first message. Default 4. */
  readonly defaultTopicQueueNums?: number | undefined;
  /** The topic whose route new topics start with. Default `TBW102`. */
  readonly createTopicKey?: string | undefined;
  /** Avoid brokers that answered slowly or not at all for a while. Default false, as in RocketMQ. */
  readonly sendLatencyFaultEnable?: boolean | undefined;
  /** Sends of this producer that may wait for an answer at once. Default 65,535. */
  readonly maxInFlight?: number | undefined;
}

/** Where a group starts in a queue it has no committed offset for. */
export const ConsumeFromWhere = {
  CONSUME_FROM_LAST_OFFSET: 'CONSUME_FROM_LAST_OFFSET',
  CONSUME_FROM_FIRST_OFFSET: 'CONSUME_FROM_FIRST_OFFSET',
  CONSUME_FROM_TIMESTAMP: 'CONSUME_FROM_TIMESTAMP',
} as const;
export type ConsumeFromWhere = (typeof ConsumeFromWhere)[keyof typeof ConsumeFromWhere];

/** CLUSTERING: each message to one member of the group. BROADCASTING: to every member, offsets kept locally. */
export const MessageModel = { CLUSTERING: 'CLUSTERING', BROADCASTING: 'BROADCASTING' } as const;
export type MessageModel = (typeof MessageModel)[keyof typeof MessageModel];

/** What push and lite pull consumers have in common. */
export interface ConsumerOptions extends ClientOptions {
  /** Default CLUSTERING. */
  readonly messageModel?: MessageModel | undefined;
  /** Default CONSUME_FROM_LAST_OFFSET. */
  readonly consumeFromWhere?: ConsumeFromWhere | undefined;
  /** The same for single topics; wins over `consumeFromWhere`. */
  readonly perTopicConsumeFromWhere?: ReadonlyMap<string, ConsumeFromWhere> | undefined;
  /** `yyyyMMddHHmmss` in local time, for CONSUME_FROM_TIMESTAMP. Default: half an hour before the start. */
  readonly consumeTimestamp?: string | undefined;
  /** Default `allocateAveragely`. All members of a group must use the same. */
  readonly allocateMessageQueueStrategy?: AllocateMessageQueueStrategy | undefined;
  /** Most cached messages of a queue before pulling waits. Default 1,000. */
  readonly pullThresholdForQueue?: number | undefined;
  /** Most cached MiB of a queue before pulling waits. Default 100. */
  readonly pullThresholdSizeForQueue?: number | undefined;
  /** Where a broadcasting consumer keeps its offsets. Default `~/.rocketmq_offsets`. */
  readonly offsetStorePath?: string | undefined;
}

/** Settings of a push consumer. RocketMQ: DefaultMQPushConsumer's fields of the same names. */
export interface PushConsumerOptions extends ConsumerOptions {
  /** Listener calls at once; RocketMQ's consumeThreadMax. Default 20. */
  readonly concurrency?: number | undefined;
  /** Most messages of one pull. Default 32. */
  readonly pullBatchSize?: number | undefined;
  /** Pause between two pulls of a queue. Default 0. */
  readonly pullIntervalMs?: number | undefined;
  /** Most messages of one listener call. Default 1. */
  readonly consumeMessageBatchMaxSize?: number | undefined;
  /** Deliveries after the first before a message goes to the dead letters. Default -1: the broker's 16; orderly: no limit. */
  readonly maxReconsumeTimes?: number | undefined;
  /** Minutes a listener call may take before its message is given to the group again. Default 15. */
  readonly consumeTimeoutMin?: number | undefined;
  /** Widest distance of cached offsets in a queue before pulling waits. Default 2,000. */
  readonly consumeConcurrentlyMaxSpan?: number | undefined;
  /** As pullThresholdForQueue, for all queues of a topic together. Default -1: off. */
  readonly pullThresholdForTopic?: number | undefined;
  /** As pullThresholdSizeForQueue, for all queues of a topic together. Default -1: off. */
  readonly pullThresholdSizeForTopic?: number | undefined;
  /** Orderly: pause before a suspended queue goes on. Default 1,000; kept within 10 and 30,000. */
  readonly suspendCurrentQueueTimeMillis?: number | undefined;
  /** Default of ConsumeConcurrentlyContext: -1 dead letter at once, 0 the broker decides, > 0 that delay level. Default 0. */
  readonly delayLevelWhenNextConsume?: number | undefined;
  /** How long `shutdown` waits for listener calls in flight. Default 30,000. */
  readonly awaitTerminationMs?: number | undefined;
}

/** Settings of a lite pull consumer. RocketMQ: DefaultLitePullConsumer's fields of the same names. */
export interface LitePullConsumerOptions extends ConsumerOptions {
  /** A `poll` commits what earlier ones handed out, once in `autoCommitIntervalMs`. Default true. */
  readonly autoCommit?: boolean | undefined;
  /** Default 5,000; at least 1,000. */
  readonly autoCommitIntervalMs?: number | undefined;
  /** Most messages of one pull, and of one `poll`. Default 10. */
  readonly pullBatchSize?: number | undefined;
  /** Most cached messages of all queues together. Default 10,000. */
  readonly pullThresholdForAll?: number | undefined;
  /** Widest distance of cached offsets in a queue. Default 2,000. */
  readonly consumeMaxSpan?: number | undefined;
  /** `poll` without a time waits so long. Default 5,000. */
  readonly pollTimeoutMs?: number | undefined;
  /** How often changes of a topic's queues are looked for. Default 30,000. */
  readonly topicMetadataCheckIntervalMs?: number | undefined;
}

/** Shares a topic's queues out among a group's members; pure, and the same on every member. */
export interface AllocateMessageQueueStrategy {
  /** RocketMQ's word for it, e.g. `AVG`. */
  readonly name: string;
  /** `queues` sorted by topic, broker and id; `clientIds` sorted. Answers what `clientId` owns. */
  allocate(
    group: string,
    clientId: string,
    queues: readonly MessageQueue[],
    clientIds: readonly string[],
  ): readonly MessageQueue[];
}

/** The parts of a topic's settings that a client may choose when it creates one. */
export type NewTopic = Pick<TopicConfig, 'topicName'> & Partial<Omit<TopicConfig, 'topicName'>>;
