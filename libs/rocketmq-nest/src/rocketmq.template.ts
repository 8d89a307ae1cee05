import type { Type } from '@nestjs/common';
import type { MessagePostProcessor, RocketMQHeaders, RocketMQMessage } from './interfaces/message-options.js';
import type { ProducerOptions } from './interfaces/producer-options.js';
import type { PullConsumerOptions } from './interfaces/pull-consumer-options.js';
import type {
  OrderlySendOptions,
  RequestOptions,
  RocketMQLocalRequestCallback,
  SendCallback,
  SendOptions,
  SendResult,
} from './interfaces/send-options.js';
import type { Destination, Millis, PayloadType } from './interfaces/vocabulary.js';
import { messageOf } from './messages/message-builder.js';
import { DEFAULT_NAME } from './options/default-name.js';
import type { RocketMQConnection } from './rocketmq.connection.js';
import { RocketMQArgumentError, toError } from './rocketmq.errors.js';
import { messages } from './rocketmq.messages.js';
import { TemplateReceiver } from './template/template-receiver.js';
import { TemplateSender } from './template/template-sender.js';

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
  readonly #sender: TemplateSender;
  readonly #receiver: TemplateReceiver;
  #connection: RocketMQConnection | undefined;
  #isRunning = false;

  constructor({ name = DEFAULT_NAME, connection = DEFAULT_NAME, ...definition }: TemplateDefinition = {}) {
    this.name = name;
    this.connectionName = connection;
    this.#sender = new TemplateSender(name, definition.producer ?? {});
    this.#receiver = new TemplateReceiver(name, definition.pullConsumer);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Gives the template its connection; it starts and stops with it. */
  bind(connection: RocketMQConnection): void {
    this.#connection = connection;
    this.#sender.bind(connection);
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
    const processed = postProcessor ? postProcessor(messageOf(payload, headers)) : payload;
    this.#watch(await this.syncSend(destination, processed, postProcessor ? {} : { headers }));
  }

  async syncSend<T>(destination: Destination, payload: Sendable<T>, options: SendOptions = {}): Promise<SendResult> {
    return this.#sender.send(destination, payload, options);
  }

  /** One request, one answer for all of `payloads`; they go to one queue and may not be delayed. */
  async syncSendBatch<T>(
    destination: Destination,
    payloads: readonly Sendable<T>[],
    options: Pick<SendOptions, 'timeout' | 'signal'> = {},
  ): Promise<SendResult> {
    return this.#sender.sendBatch(destination, payloads, options);
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
    return this.#sender.sendOrderly(destination, payload, hashKey, options);
  }

  async syncSendOrderlyBatch<T>(
    destination: Destination,
    payloads: readonly Sendable<T>[],
    hashKey: string,
    options: OrderlySendOptions = {},
  ): Promise<SendResult> {
    return this.#sender.sendBatch(destination, payloads, options, hashKey);
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
    this.#logFailure(this.#sender.sendOneWay(destination, payload), destination);
  }

  sendOneWayOrderly<T>(destination: Destination, payload: Sendable<T>, hashKey: string): void {
    this.#logFailure(this.#sender.sendOneWay(destination, payload, hashKey), destination);
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
      return this.#sender.request(
        destination,
        payload,
        typeOrCallback as PayloadType<unknown> | undefined,
        third as RequestOptions,
      );
    }
    const reply = this.#sender.request(destination, payload, third as PayloadType<unknown> | undefined, fourth);
    this.#callBack(reply as Promise<never>, typeOrCallback);
    return undefined;
  }

  // --- receiving ---------------------------------------------------------------------------------------------------

  /**
   * Up to `pullBatchSize` messages of the pull consumer's topic, converted; an empty array when none came in time.
   *
   * Throws  RocketMQOptionsError when the template has no `pullConsumer`, PayloadConversionError (with its `messageExt`)
   *         once for a message that is none of `type`: what came before it was handed out, and what came after it is next
   */
  async receive<T = unknown>(type?: PayloadType<T>, timeout?: Millis): Promise<T[]> {
    return (await this.#receiver.receive(type, timeout)) as T[];
  }

  /** For `pullConsumer: { autoCommit: false }`: what `receive` handed out so far is done. */
  async commit(): Promise<void> {
    await this.#receiver.commit();
  }

  // --- life --------------------------------------------------------------------------------------------------------

  /** Called by the module; again does nothing. */
  async start(): Promise<void> {
    const connection = this.#connection;
    if (this.#isRunning || !connection || connection.isStopped) return;
    try {
      await this.#sender.start();
      await this.#receiver.start(connection);
      this.#isRunning = true;
    } finally {
      // The connection was stopped meanwhile, and nobody else closes what came up too late.
      if (connection.isStopped) await this.stop();
    }
  }

  /** Called by the module; again does nothing. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all([this.#sender.stop(), this.#receiver.stop()]);
  }

  /** The client's producer. */
  unwrap<T>(): T {
    return this.#sender.producer.unwrap() as T;
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

/** A class is a function and a schema has `~standard`; a callback object has neither. */
function isRequestCallback(value: unknown): value is RocketMQLocalRequestCallback<never> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { onSuccess?: unknown }).onSuccess === 'function'
  );
}
