import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { convertPayload } from '../conversion/payload.js';
import type { OrderlySendOptions, SendOptions } from '../interfaces/send-options.js';
import type {
  RocketMQClientOptions,
  RocketMQTransportEvents,
  RocketMQTransportStatus,
} from '../interfaces/transport-options.js';
import { MessageExt } from '../messages/message-ext.js';
import { RocketMQConnection } from '../rocketmq.connection.js';
import { toError } from '../rocketmq.errors.js';
import { RocketMQTemplate } from '../rocketmq.template.js';
import { readPattern } from './pattern-router.js';
import { REPLY_ERROR } from './reply-error.js';
import { isRocketMQRecord } from './rocketmq-record.js';
import { TransportEvents } from './transport-events.js';

const DEFAULT_REPLY_TIMEOUT_MS = 3000;

/** Gives every client a producer group of its own. */
let clients = 0;

/**
 * Nest's ClientProxy over RocketMQ: `emit('topic:tag', data)` sends, `send('topic:tag', data)` waits for the reply.
 *
 *     ClientsModule.registerAsync([{ name: 'SHOP', inject: [RocketMQConnection],
 *       useFactory: (connection) => ({ customClass: RocketMQClient, options: { connection } }) }])
 *
 * As with every ClientProxy, `send` does nothing until its Observable is subscribed to.
 */
export class RocketMQClient extends ClientProxy<RocketMQTransportEvents, RocketMQTransportStatus> {
  readonly #connection: RocketMQConnection;
  readonly #template: RocketMQTemplate;
  readonly #events = new TransportEvents();
  #connecting: Promise<void> | undefined;

  /** Throws  RocketMQOptionsError for options that cannot work */
  constructor(private readonly options: RocketMQClientOptions) {
    super();
    const { connection, replyTimeout: _timeout, serializer, deserializer, ...own } = options;
    this.#connection = connection ?? RocketMQConnection.standalone(own);
    const group = `rocketmq-nest-client-${++clients}`;
    this.#template = new RocketMQTemplate({ name: group, producer: { group, ...(own.producer || {}) } });
    this.#template.bind(this.#connection);
    this.initializeSerializer({ ...(serializer ? { serializer } : {}) } as never);
    // Nest's default deserializer expects an envelope; ours is used only when the application gives one.
    if (deserializer) this.initializeDeserializer({ deserializer } as never);
  }

  connect(): Promise<void> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined;
      this._status$.next('disconnected');
      this.#events.emit('error', toError(error));
      throw error;
    });
    return this.#connecting;
  }

  async close(): Promise<void> {
    this.#connecting = undefined;
    await this.#template.stop();
    if (!this.options.connection) await this.#connection.stop();
    this._status$.next('stopped');
    this.#events.emit('disconnected');
  }

  override on<K extends keyof RocketMQTransportEvents>(event: K, callback: RocketMQTransportEvents[K]): void {
    this.#events.on(event, callback);
  }

  /** The producer. */
  unwrap<T>(): T {
    return this.#template.unwrap<T>();
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const abort = new AbortController();
    this.#request(packet, abort.signal).then(
      (response) => callback({ response, isDisposed: true }),
      (err: unknown) => callback({ err, isDisposed: true }),
    );
    return () => abort.abort();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the base class's signature
  protected async dispatchEvent<T = any>(packet: ReadPacket): Promise<T> {
    const { destination, data, hashKey, options } = await this.#outgoing(packet);
    const result =
      hashKey === undefined
        ? await this.#template.syncSend(destination, data, options)
        : await this.#template.syncSendOrderly(destination, data, hashKey, options as OrderlySendOptions);
    return result as T;
  }

  async #connect(): Promise<void> {
    this._status$.next('connecting');
    await this.#connection.start();
    await this.#template.start();
    this._status$.next('connected');
    this.#events.emit('connected');
  }

  async #request(packet: ReadPacket, signal: AbortSignal): Promise<unknown> {
    const { destination, data, hashKey, options } = await this.#outgoing(packet);
    const { replyTimeout = DEFAULT_REPLY_TIMEOUT_MS } = this.options;
    const keyed = hashKey === undefined ? {} : { hashKey };
    const reply = await this.#template.sendAndReceive(destination, data, MessageExt, {
      timeout: replyTimeout,
      signal,
      ...options,
      ...keyed,
    });
    const { converter, charset } = this.#connection;
    const value = await convertPayload(reply, undefined, converter, charset);
    if (reply.getProperty(REPLY_ERROR) !== undefined) throw value;
    if (!this.deserializer) return value;
    return ((await this.deserializer.deserialize({ response: value, isDisposed: true })) as WritePacket).response;
  }

  async #outgoing({ pattern, data }: ReadPacket) {
    const destination = readPattern(pattern);
    const record = isRocketMQRecord(data) ? data : { data };
    const { hashKey, ...options } =
      ('options' in record ? record.options : undefined) ?? ({} as SendOptions & { hashKey?: string });
    return { destination, hashKey, options, data: (await this.serializer.serialize(record.data)) as unknown };
  }
}
