import { convertPayload } from '../conversion/payload.js';
import type { DriverProducer, DriverSendOptions, EncodedMessage } from '../interfaces/driver.js';
import type { ProducerOptions, ProducerTuning } from '../interfaces/producer-options.js';
import type {
  MessageQueueSelector,
  OrderlySendOptions,
  RequestOptions,
  SendOptions,
  SendResult,
} from '../interfaces/send-options.js';
import type { Destination, PayloadType } from '../interfaces/vocabulary.js';
import { delayLevelOf } from '../messages/delay.js';
import { messageOf } from '../messages/message-builder.js';
import { encodeMessage } from '../messages/message-encoder.js';
import { hashSelector, queueChoice } from '../messages/queue-selector.js';
import { checkOptions, refuseUnsupported } from '../options/checked-options.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQArgumentError, RocketMQNotRunningError, RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

const DEFAULT_GROUP = 'rocketmq-nest-producer';
const DEFAULT_TIMEOUT_MS = 3000;

/** How long a send may take, and what gives it up. */
type Patience = Pick<SendOptions, 'timeout' | 'signal'>;

/**
 * The sending half of a template: its producer, how payloads become messages, and, where a hash key is given, which
 * queue they go to.
 *
 * Throws  before any I/O: RocketMQArgumentError for what cannot be sent, RocketMQNotRunningError before start and after
 *         stop, RocketMQOptionsError for templates with `producer: false`
 */
export class TemplateSender {
  #connection: RocketMQConnection | undefined;
  #producer: DriverProducer | undefined;
  #options: Partial<ProducerTuning> & { selector?: MessageQueueSelector } = {};

  constructor(
    private readonly templateName: string,
    private readonly given: ProducerOptions | false,
  ) {}

  /** The running producer. */
  get producer(): DriverProducer {
    if (this.given === false) throw new RocketMQOptionsError(messages.noProducer(this.templateName));
    if (!this.#producer) throw new RocketMQNotRunningError(messages.templateNotRunning(this.templateName));
    return this.#producer;
  }

  bind(connection: RocketMQConnection): void {
    this.#connection = connection;
  }

  /** A start that failed may be tried again. */
  async start(): Promise<void> {
    if (this.given === false || this.#producer) return;
    const connection = this.#boundConnection();
    const where = `the producer of template "${this.templateName}"`;
    const options = checkOptions(connection.resolve(this.given, where), where);
    refuseUnsupported(options, where);
    const { group = DEFAULT_GROUP, topics = [], selector, trace: _trace, ...tuning } = options;
    const numbers = tuning as Partial<ProducerTuning>;
    this.#options = { ...numbers, ...(selector ? { selector } : {}) };
    const producer = connection.driver.createProducer({
      ...numbers,
      connection: connection.addressFor(options),
      group,
    });
    await producer.start();
    this.#producer = producer;
    if (topics.length > 0) await producer.prefetchRoutes(topics);
  }

  async stop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.shutdown();
  }

  async send(destination: Destination, payload: unknown, options: SendOptions): Promise<SendResult> {
    const message = this.#encode(destination, payload, options);
    return this.producer.send(message, patienceOf(options));
  }

  async sendOrderly(
    destination: Destination,
    payload: unknown,
    hashKey: string,
    options: OrderlySendOptions,
  ): Promise<SendResult> {
    const { delay, deliverAt } = options as SendOptions;
    if (delay !== undefined || deliverAt !== undefined) throw new RocketMQArgumentError(messages.orderlyDelay());
    const message = this.#encode(destination, payload, options);
    return this.producer.send(message, this.#byKey(payload, hashKey, options));
  }

  /** With a `hashKey`, all of them go to its queue. */
  async sendBatch(
    destination: Destination,
    payloads: readonly unknown[],
    options: OrderlySendOptions,
    hashKey?: string,
  ): Promise<SendResult> {
    if (!Array.isArray(payloads) || payloads.length === 0) throw new RocketMQArgumentError(messages.emptyBatch());
    const batch = payloads.map((payload) => encodeMessage(destination, payload, this.#boundConnection()));
    return this.producer.sendBatch(batch, this.#routed(payloads[0], hashKey, options));
  }

  /** Resolves when the message was handed to the network. */
  sendOneWay(destination: Destination, payload: unknown, hashKey?: string): Promise<void> {
    const message = this.#encode(destination, payload, {});
    return this.producer.sendOneWay(message, this.#routed(payload, hashKey, {}));
  }

  /** Sends a request; resolves with the reply, converted to `type`. */
  async request(
    destination: Destination,
    payload: unknown,
    type: PayloadType<unknown> | undefined,
    options: RequestOptions = {},
  ): Promise<unknown> {
    const message = this.#encode(destination, payload, options);
    const timeout = options.timeout ?? this.#options.sendMessageTimeout ?? DEFAULT_TIMEOUT_MS;
    const routed = this.#routed(payload, options.hashKey, options);
    const reply = await this.producer.request(message, { ...routed, timeout });
    const { converter, charset } = this.#boundConnection();
    return convertPayload(reply, type, converter, charset);
  }

  #encode(destination: Destination, payload: unknown, options: SendOptions): EncodedMessage {
    const delayLevel = delayLevelOf(options);
    const message = encodeMessage(destination, payload, this.#boundConnection(), options.headers);
    return delayLevel === undefined ? message : { ...message, delayLevel };
  }

  #routed(payload: unknown, hashKey: string | undefined, options: OrderlySendOptions): DriverSendOptions {
    return hashKey === undefined ? patienceOf(options) : this.#byKey(payload, hashKey, options);
  }

  #byKey(payload: unknown, hashKey: string, options: OrderlySendOptions): DriverSendOptions {
    const selector = options.selector ?? this.#options.selector ?? hashSelector;
    return { ...patienceOf(options), selectQueue: queueChoice(selector, messageOf(payload), hashKey) };
  }

  #boundConnection(): RocketMQConnection {
    if (!this.#connection) throw new RocketMQNotRunningError(messages.templateNotRunning(this.templateName));
    return this.#connection;
  }
}

function patienceOf({ timeout, signal }: Patience): DriverSendOptions {
  return { timeout, signal };
}
