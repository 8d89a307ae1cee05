import type { MessageExt } from '../messages/message-ext.js';
import type { ConnectionOptions } from './connection-options.js';
import type { ListenerTuning } from './listener-options.js';
import type { ProducerTuning } from './producer-options.js';
import type { PullConsumerTuning } from './pull-consumer-options.js';
import type { SendResult } from './send-options.js';
import type { TimeLimit } from './time-limit.js';
import type { ConsumeFromWhere, ConsumeResult, MessageModel, Millis } from './vocabulary.js';

/** A message ready for the client: body encoded, properties as text, checked. */
export interface EncodedMessage {
  readonly topic: string;
  readonly tag?: string;
  readonly keys: readonly string[];
  readonly body: Buffer;
  readonly flag: number;
  readonly waitStoreMsgOk: boolean;
  readonly properties: Readonly<Record<string, string>>;
  readonly delayLevel?: number;
}

/** How a single call of a producer goes out. */
export interface DriverSendOptions {
  readonly timeout?: Millis | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Index of the queue to use, among `queues`. */
  readonly selectQueue?: ((queues: readonly { brokerName: string; queueId: number }[]) => number) | undefined;
}

/** What every client of a connection is told: where the cluster is. */
export interface DriverConnection extends Pick<ConnectionOptions, 'instanceName'> {
  readonly nameServer: readonly string[];
  /** For clients without an `instanceName`: those of one connection share sockets and heartbeats by it. */
  readonly sharedInstanceName: string;
}

/** A producer to make. */
export interface DriverProducerOptions extends Partial<ProducerTuning> {
  readonly connection: DriverConnection;
  readonly group: string;
}

/** One topic of a consumer: all of it when `tags` is empty. */
export interface DriverSubscription {
  readonly topic: string;
  readonly expression: string;
  readonly consumeFromWhere: ConsumeFromWhere;
}

/** What became of one message, with the delay level of its retry. */
export interface ConsumeVerdict {
  readonly result: ConsumeResult;
  /** RETRY: 0 lets the broker decide. Orderly consumers take `suspendTime` instead. */
  readonly delayLevel?: number;
  readonly suspendTime?: Millis;
  /** What the handler threw. */
  readonly error?: unknown;
}

/** Handles what arrived together and answers with one verdict per message. */
export type DriverMessageHandler = (
  messages: readonly MessageExt[],
  limit: TimeLimit,
) => Promise<readonly ConsumeVerdict[]>;

/** A push consumer to make. */
export interface DriverPushConsumerOptions extends Partial<Omit<ListenerTuning, 'consumeFromWhere' | 'trace'>> {
  readonly connection: DriverConnection;
  readonly group: string;
  readonly subscriptions: readonly DriverSubscription[];
  readonly handler: DriverMessageHandler;
  /** Told how many queues this member of the group has, whenever that may have changed. */
  readonly onQueues?: (queues: number) => void;
}

/** A lite pull consumer to make. */
export interface DriverPullConsumerOptions extends Partial<PullConsumerTuning> {
  readonly connection: DriverConnection;
  readonly group: string;
  readonly topic: string;
  readonly expression: string;
  readonly messageModel: MessageModel;
  readonly consumeFromWhere: ConsumeFromWhere;
}

/** Something that is started once and stopped once. */
export interface DriverLifecycle {
  start(): Promise<void>;
  shutdown(): Promise<void>;
  /** The client's own object, for what this library does not offer. */
  unwrap(): unknown;
}

/** Sends. */
export interface DriverProducer extends DriverLifecycle {
  send(message: EncodedMessage, options: DriverSendOptions): Promise<SendResult>;
  sendBatch(messages: readonly EncodedMessage[], options: DriverSendOptions): Promise<SendResult>;
  sendOneWay(message: EncodedMessage, options: DriverSendOptions): Promise<void>;
  request(message: EncodedMessage, options: DriverSendOptions & { readonly timeout: Millis }): Promise<MessageExt>;
  /** Sends `body` to the one who is waiting for the answer to `request`. */
  reply(
    request: MessageExt,
    body: Buffer,
    properties: Readonly<Record<string, string>>,
    timeout: Millis,
  ): Promise<void>;
  /** Fetches routes ahead of the first send. */
  prefetchRoutes(topics: readonly string[]): Promise<void>;
}

/** Receives by being called. */
export interface DriverPushConsumer extends DriverLifecycle {
  pause(): void;
  resume(): void;
}

/** Receives by asking. */
export interface DriverPullConsumer extends DriverLifecycle {
  poll(timeout: Millis): Promise<MessageExt[]>;
  /** Takes what `poll` handed out as consumed, without `unread`. */
  commit(unread: readonly MessageExt[]): Promise<void>;
}

/** The seam between Nest and the network: RocketMQ's remoting client in production, memory in specs. */
export interface RocketMQDriver {
  readonly name: string;
  createProducer(options: DriverProducerOptions): DriverProducer;
  createPushConsumer(options: DriverPushConsumerOptions): DriverPushConsumer;
  createPullConsumer(options: DriverPullConsumerOptions): DriverPullConsumer;
  /** Asks the name servers for a sign of life; resolves with the time it took, rejects when none answered in time. */
  ping(connection: DriverConnection, timeout: Millis): Promise<Millis>;
}
