import type { CompositeMessageConverter } from './conversion/converter.js';
import { convertPayload } from './conversion/payload.js';
import type { Type } from '@nestjs/common';
import type { DriverProducer, DriverPullConsumer, DriverSendOptions, EncodedMessage } from './interfaces/driver.js';
import type { MessagePostProcessor, RocketMQHeaders, RocketMQMessage } from './interfaces/message-options.js';
import type { ProducerOptions, ProducerTuning } from './interfaces/producer-options.js';
import type { PullConsumerOptions } from './interfaces/pull-consumer-options.js';
import type {
  MessageQueueSelector,
  OrderlySendOptions,
  RequestOptions,
  RocketMQLocalRequestCallback,
  SendCallback,
  SendOptions,
  SendResult,
} from './interfaces/send-options.js';
import {
  ConsumeFromWhere,
  type Destination,
  MessageModel,
  type Millis,
  type PayloadType,
} from './interfaces/vocabulary.js';
import { delayLevelOf } from './messages/delay.js';
import { isRocketMQMessage, MessageBuilder } from './messages/message-builder.js';
import { encodeMessage } from './messages/message-encoder.js';
import { hashSelector, queueChoice } from './messages/queue-selector.js';
import { checkOptions, refuseUnsupported } from './options/checked-options.js';
import { DEFAULT_NAME } from './options/default-name.js';
import type { RocketMQConnection } from './rocketmq.connection.js';
import { RocketMQArgumentError, RocketMQNotRunningError, RocketMQOptionsError, toError } from './rocketmq.errors.js';
import { messages } from './rocketmq.messages.js';

const DEFAULT_GROUP = 'rocketmq-nest-producer';
const DEFAULT_TIMEOUT_MS = 3000;
const DEFAULT_POLL_MS = 5000;

/** What a template is made of, before its connection is known. */
export interface TemplateDefinition {
  readonly name?: string | undefined;
  /** Name of the connection. */
  readonly connection?: string | undefined;
  readonly producer?: ProducerOptions | false | undefined;
  readonly pullConsumer?: PullConsumerOptions | undefined;
}

/** A payload, or a message made by MessageBuilder. */
type Sendable<T> = T | RocketMQMessage<T>;

/**
 * Sends messages, asks for replies, and receives by asking.
 *
 * Method names are those of rocketmq-spring; its overloads for timeouts and delay levels are one options object here.
 * `sync…` methods resolve when the broker has answered. A destination is `topic` or `topic:tag`.
 *
 * Throws  RocketMQArgumentError for what cannot be sent, RocketMQNotRunningError before start and after stop, and the
 *         client's own errors (TimeoutError, ConnectionError, RemoteError …), whose `retryable` says whether to try again
 */
export class RocketMQTemplate {
  readonly name: string;
  readonly connectionName: string;
  defaultDestination?: Destination;
  readonly #definition: TemplateDefinition;
  #connection: RocketMQConnection | undefined;
  #producer: DriverProducer | undefined;
  #pullConsumer: DriverPullConsumer | undefined;
  #options: Partial<ProducerTuning> & { selector?: MessageQueueSelector } = {};
  #isRunning = false;

  constructor(definition: TemplateDefinition = {}) {
    this.name = definition.name ?? DEFAULT_NAME;
    this.connectionName = definition.connection ?? DEFAULT_NAME;
    this.#definition = definition;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Gives the template its connection; it starts and stops with it. */
  bind(connection: RocketMQConnection): void {
    this.#connection = connection;
    connection.attach(this);
  }

  // --- sends -------------------------------------------------------------------------------------------------------

  /** Sends to `destination`, or to `defaultDestination`; the result is dropped. */
  async send(message: RocketMQMessage): Promise<void>;
  async send(destination: Destination, message: RocketMQMessage): Promise<void>;
  async send(first: Destination | RocketMQMessage, message?: RocketMQMessage): Promise<void> {
    const destination = message === undefined ? this.#defaultDestination() : (first as Destination);
    this.#watch(await this.syncSend(destination, message ?? first));
  }

  /** Converts and sends `payload`; the result is dropped. With one argument it goes to `defaultDestination`. */
  async convertAndSend(payload: unknown): Promise<void>;
  async convertAndSend(
    destination: Destination,
    payload: unknown,
    headers?: RocketMQHeaders,
    postProcessor?: MessagePostProcessor,
  ): Promise<void>;
  async convertAndSend(...args: [unknown, unknown?, RocketMQHeaders?, MessagePostProcessor?]): Promise<void> {
    const [first, second, headers = {}, postProcessor] = args;
    const destination = args.length === 1 ? this.#defaultDestination() : (first as Destination);
    const payload = args.length === 1 ? first : second;
    const processed = postProcessor ? postProcessor(withHeaders(payload, headers)) : payload;
    this.#watch(await this.syncSend(destination, processed, postProcessor ? {} : { headers }));
  }

  async syncSend<T>(destination: Destination, payload: Sendable<T>, options: SendOptions = {}): Promise<SendResult> {
    const message = this.#encode(destination, payload, options);
    return this.#runningProducer().send(message, this.#sendOptions(options));
  }

  /** One request, one answer for all of `payloads`; they go to one queue and may not be delayed. */
  async syncSendBatch<T>(
    destination: Destination,
    payloads: readonly Sendable<T>[],
    options: Pick<SendOptions, 'timeout' | 'signal'> = {},
  ): Promise<SendResult> {
    return this.#runningProducer().sendBatch(this.#encodeBatch(destination, payloads), this.#sendOptions(options));
  }

  /** The delay must be one of the 18 levels; others are not supported yet. */
  async syncSendDelayTimeSeconds<T>(
    destination: Destination,
    payload: Sendable<T>,
    seconds: number,
    options: SendOptions = {},
  ): Promise<SendResult> {
    return this.syncSend(destination, payload, { ...options, delay: seconds * 1000 });
  }

  /** The delay must be one of the 18 levels; others are not supported yet. (Spring spells it so.) */
  async syncSendDelayTimeMills<T>(
    destination: Destination,
    payload: Sendable<T>,
    millis: Millis,
    options: SendOptions = {},
  ): Promise<SendResult> {
    return this.syncSend(destination, payload, { ...options, delay: millis });
  }

  /** Messages with the same `hashKey` go to the same queue; sent one after the other, they keep their order. */
  async syncSendOrderly<T>(
    destination: Destination,
    payload: Sendable<T>,
    hashKey: string,
    options: OrderlySendOptions = {},
  ): Promise<SendResult> {
    const message = this.#encodeOrderly(destination, payload, options);
    return this.#runningProducer().send(message, this.#orderlyOptions(payload, hashKey, options));
  }

  async syncSendOrderlyBatch<T>(
    destination: Destination,
    payloads: readonly Sendable<T>[],
    hashKey: string,
    options: OrderlySendOptions = {},
  ): Promise<SendResult> {
    const batch = this.#encodeBatch(destination, payloads);
    return this.#runningProducer().sendBatch(batch, this.#orderlyOptions(payloads[0], hashKey, options));
  }

  /** Never throws: everything that goes wrong reaches `callback.onException`. */
  asyncSend<T>(destination: Destination, payload: Sendable<T>, callback: SendCallback, options?: SendOptions): void {
    this.#callBack(this.syncSend(destination, payload, options), callback);
  }

  asyncSendBatch<T>(
    destination: Destination,
    payloads: readonly Sendable<T>[],
    callback: SendCallback,
    options?: Pick<SendOptions, 'timeout' | 'signal'>,
  ): void {
    this.#callBack(this.syncSendBatch(destination, payloads, options), callback);
  }

  asyncSendOrderly<T>(
    destination: Destination,
    payload: Sendable<T>,
    hashKey: string,
    callback: SendCallback,
    options?: OrderlySendOptions,
  ): void {
    this.#callBack(this.syncSendOrderly(destination, payload, hashKey, options), callback);
  }

  /** No answer and no retry; a message that could not be handed to the network is logged and lost. */
  sendOneWay<T>(destination: Destination, payload: Sendable<T>): void {
    const message = this.#encode(destination, payload, {});
    this.#logFailure(this.#runningProducer().sendOneWay(message, {}), destination);
  }

  sendOneWayOrderly<T>(destination: Destination, payload: Sendable<T>, hashKey: string): void {
    const message = this.#encode(destination, payload, {});
    this.#logFailure(
      this.#runningProducer().sendOneWay(message, this.#orderlyOptions(payload, hashKey, {})),
      destination,
    );
  }

  // --- request and reply -------------------------------------------------------------------------------------------

  /**
   * Sends a request and waits for the reply of a RocketMQReplyListener, converted to `replyType`.
   *
   * Throws  TimeoutError when no reply came within `timeout` (default: the producer's)
   */
  async sendAndReceive(
    d: Destination,
    payload: unknown,
    replyType: StringConstructor,
    options?: RequestOptions,
  ): Promise<string>;
  async sendAndReceive<E>(
    destination: Destination,
    payload: unknown,
    replyType: readonly [Type<E>],
    options?: RequestOptions,
  ): Promise<E[]>;
  async sendAndReceive<R = unknown>(
    destination: Destination,
    payload: unknown,
    replyType?: PayloadType<R>,
    options?: RequestOptions,
  ): Promise<R>;
  sendAndReceive<R>(
    destination: Destination,
    payload: unknown,
    callback: RocketMQLocalRequestCallback<R>,
    replyType: PayloadType<R> | undefined,
    options?: RequestOptions,
  ): void;
  sendAndReceive(
    destination: Destination,
    payload: unknown,
    typeOrCallback?: PayloadType<unknown> | StringConstructor | RocketMQLocalRequestCallback<never>,
    third?: PayloadType<unknown> | RequestOptions,
    fourth?: RequestOptions,
  ): Promise<unknown> | undefined {
    if (!isRequestCallback(typeOrCallback)) {
      return this.#request(
        destination,
        payload,
        typeOrCallback as PayloadType<unknown> | undefined,
        third as RequestOptions,
      );
    }
    const reply = this.#request(destination, payload, third as PayloadType<unknown> | undefined, fourth);
    this.#callBack(reply as Promise<never>, typeOrCallback);
    return undefined;
  }

  // --- receiving ---------------------------------------------------------------------------------------------------

  /**
   * Up to `pullBatchSize` messages of the pull consumer's topic, converted; an empty array when none came in time.
   *
   * Throws  RocketMQOptionsError when the template has no `pullConsumer`
   */
  async receive<T = unknown>(type?: PayloadType<T>, timeout?: Millis): Promise<T[]> {
    const { pullConsumer: options } = this.#definition;
    if (!options) throw new RocketMQOptionsError(messages.noPullConsumer(this.name));
    if (!this.#pullConsumer || !this.#isRunning)
      throw new RocketMQNotRunningError(messages.templateNotRunning(this.name));
    const { pollTimeout = DEFAULT_POLL_MS } = options as { pollTimeout?: Millis };
    const received = await this.#pullConsumer.poll(timeout ?? pollTimeout);
    const { converter, charset } = this.#settings();
    return Promise.all(received.map((message) => convertPayload(message, type, converter, charset) as Promise<T>));
  }

  /** For `pullConsumer: { autoCommit: false }`: what `receive` handed out so far is done. */
  async commit(): Promise<void> {
    if (!this.#pullConsumer) throw new RocketMQOptionsError(messages.noPullConsumer(this.name));
    await this.#pullConsumer.commit();
  }

  // --- life --------------------------------------------------------------------------------------------------------

  /** Called by the module; again does nothing. */
  async start(): Promise<void> {
    const connection = this.#connection;
    if (this.#isRunning || !connection) return;
    if (this.#definition.producer !== false) await this.#startProducer(connection, this.#definition.producer ?? {});
    if (this.#definition.pullConsumer) await this.#startPullConsumer(connection, this.#definition.pullConsumer);
    this.#isRunning = true;
  }

  /** Called by the module; again does nothing. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    const [producer, pullConsumer] = [this.#producer, this.#pullConsumer];
    this.#producer = undefined;
    this.#pullConsumer = undefined;
    await Promise.all([producer?.shutdown(), pullConsumer?.shutdown()]);
  }

  /** The client's producer. */
  unwrap<T>(): T {
    return this.#runningProducer().unwrap() as T;
  }

  async #startProducer(connection: RocketMQConnection, given: ProducerOptions): Promise<void> {
    const where = `the producer of template "${this.name}"`;
    const options = checkOptions(connection.resolve(given, where), where);
    refuseUnsupported(options, where);
    const { group = DEFAULT_GROUP, topics = [], selector, ...tuning } = options;
    const { trace: _trace, ...numbers } = tuning;
    this.#options = { ...(numbers as Partial<ProducerTuning>), ...(selector ? { selector } : {}) };
    const producer = connection.driver.createProducer({
      ...(numbers as Partial<ProducerTuning>),
      connection: connection.addressFor(options),
      group,
    });
    await producer.start();
    this.#producer = producer;
    if (topics.length > 0) await producer.prefetchRoutes(topics);
  }

  async #startPullConsumer(connection: RocketMQConnection, given: PullConsumerOptions): Promise<void> {
    const where = `the pull consumer of template "${this.name}"`;
    const options = checkOptions(connection.resolve(given, where), where);
    refuseUnsupported(options, where);
    const { pullBatchSize, autoCommit } = options as { pullBatchSize?: number; autoCommit?: boolean };
    const consumer = connection.driver.createPullConsumer({
      connection: connection.addressFor(options),
      group: options.group,
      topic: options.topic,
      expression: options.selectorExpression ?? '*',
      messageModel: options.messageModel ?? MessageModel.CLUSTERING,
      consumeFromWhere: options.consumeFromWhere ?? ConsumeFromWhere.LAST_OFFSET,
      ...(pullBatchSize === undefined ? {} : { pullBatchSize }),
      ...(autoCommit === undefined ? {} : { autoCommit }),
    });
    await consumer.start();
    this.#pullConsumer = consumer;
  }

  async #request(
    destination: Destination,
    payload: unknown,
    type: PayloadType<unknown> | undefined,
    options: RequestOptions = {},
  ): Promise<unknown> {
    const { hashKey, ...send } = options;
    const message = this.#encode(destination, payload, send);
    const routed = hashKey === undefined ? this.#sendOptions(send) : this.#orderlyOptions(payload, hashKey, send);
    const timeout = options.timeout ?? this.#options.sendMessageTimeout ?? DEFAULT_TIMEOUT_MS;
    const reply = await this.#runningProducer().request(message, { ...routed, timeout });
    const { converter, charset } = this.#settings();
    return convertPayload(reply, type, converter, charset);
  }

  #encode(destination: Destination, payload: unknown, options: SendOptions): EncodedMessage {
    const delayLevel = delayLevelOf(options);
    const message = encodeMessage(destination, payload, this.#settings(), options.headers);
    return delayLevel === undefined ? message : { ...message, delayLevel };
  }

  #encodeOrderly(destination: Destination, payload: unknown, options: OrderlySendOptions): EncodedMessage {
    const { delay, deliverAt } = options as SendOptions;
    if (delay !== undefined || deliverAt !== undefined) throw new RocketMQArgumentError(messages.orderlyDelay());
    return this.#encode(destination, payload, options);
  }

  #encodeBatch(destination: Destination, payloads: readonly unknown[]): EncodedMessage[] {
    if (!Array.isArray(payloads) || payloads.length === 0) throw new RocketMQArgumentError(messages.emptyBatch());
    return payloads.map((payload) => encodeMessage(destination, payload, this.#settings()));
  }

  #sendOptions({ timeout, signal }: Pick<SendOptions, 'timeout' | 'signal'>): DriverSendOptions {
    return { timeout, signal };
  }

  #orderlyOptions(payload: unknown, hashKey: string, options: OrderlySendOptions): DriverSendOptions {
    const selector = options.selector ?? this.#options.selector ?? hashSelector;
    const message = isRocketMQMessage(payload) ? payload : withHeaders(payload, {});
    return { ...this.#sendOptions(options), selectQueue: queueChoice(selector, message, hashKey) };
  }

  #settings(): { converter: CompositeMessageConverter; charset: BufferEncoding } {
    if (!this.#connection) throw new RocketMQNotRunningError(messages.templateNotRunning(this.name));
    return this.#connection;
  }

  #runningProducer(): DriverProducer {
    if (this.#definition.producer === false) throw new RocketMQOptionsError(messages.noProducer(this.name));
    if (!this.#producer) throw new RocketMQNotRunningError(messages.templateNotRunning(this.name));
    return this.#producer;
  }

  #defaultDestination(): Destination {
    if (this.defaultDestination === undefined) throw new RocketMQArgumentError(messages.noDefaultDestination());
    return this.defaultDestination;
  }

  /** Callers that drop the result still get to know that a message is not as safe as they asked. */
  #watch({ sendStatus, msgId, messageQueue }: SendResult): void {
    if (sendStatus === 'SEND_OK') return;
    this.#connection?.logger.warn(messages.log.notSendOk, { sendStatus, msgId, topic: messageQueue.topic });
  }

  #callBack<T>(outcome: Promise<T>, callback: { onSuccess(value: T): void; onException(error: Error): void }): void {
    outcome
      .then(
        (value) => callback.onSuccess(value),
        (error: unknown) => callback.onException(toError(error)),
      )
      .catch((error: unknown) => this.#connection?.logger.error(messages.log.callbackFailed, { error }));
  }

  #logFailure(sent: Promise<void>, destination: Destination): void {
    sent.catch((error: unknown) => this.#connection?.logger.warn(messages.log.oneWayFailed, { destination, error }));
  }
}

function withHeaders(payload: unknown, headers: RocketMQHeaders): RocketMQMessage {
  if (isRocketMQMessage(payload)) return payload;
  return MessageBuilder.fromMessage({ payload, headers }).build();
}

/** A class is a function and a schema has `~standard`; a callback object has neither. */
function isRequestCallback(value: unknown): value is RocketMQLocalRequestCallback<never> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { onSuccess?: unknown }).onSuccess === 'function'
  );
}
