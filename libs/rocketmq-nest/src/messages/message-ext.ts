import type { Millis } from '../interfaces/vocabulary.js';

/** The fields of a received message. */
export interface MessageExtFields {
  readonly topic: string;
  readonly tags?: string | undefined;
  readonly keys: readonly string[];
  readonly body: Buffer;
  readonly msgId: string;
  readonly offsetMsgId?: string | undefined;
  readonly transactionId?: string | undefined;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly brokerName?: string | undefined;
  readonly bornTimestamp: Millis;
  readonly bornHost?: string | undefined;
  readonly storeTimestamp: Millis;
  readonly reconsumeTimes: number;
  readonly flag: number;
  readonly sysFlag: number;
  /** All properties: RocketMQ's own and the user's. */
  readonly properties: ReadonlyMap<string, string>;
  /** The client's own object, if any. */
  readonly native?: unknown;
}

/**
 * A message as the broker delivered it. A class, not an interface, so that it can be asked for at run time:
 * `@RocketMQMessageListener({ …, payloadType: MessageExt })`.
 *
 * Units   bornTimestamp and storeTimestamp in milliseconds since the epoch; queueOffset counts messages of the queue
 */
export class MessageExt {
  readonly topic!: string;
  readonly tags?: string;
  readonly keys!: readonly string[];
  readonly body!: Buffer;
  /** The sender's id (UNIQ_KEY), or the broker's when the sender gave none. */
  readonly msgId!: string;
  readonly offsetMsgId?: string;
  readonly transactionId?: string;
  readonly queueId!: number;
  readonly queueOffset!: number;
  readonly brokerName?: string;
  readonly bornTimestamp!: Millis;
  readonly bornHost?: string;
  readonly storeTimestamp!: Millis;
  /** 0 at the first delivery. */
  readonly reconsumeTimes!: number;
  readonly flag!: number;
  readonly sysFlag!: number;
  readonly #properties: ReadonlyMap<string, string>;
  readonly #native: unknown;

  constructor(fields: MessageExtFields) {
    const { properties, native, ...rest } = fields;
    Object.assign(this, rest);
    this.#properties = properties;
    this.#native = native;
  }

  /** 1 at the first delivery. */
  get deliveryAttempt(): number {
    return this.reconsumeTimes + 1;
  }

  /** All properties, RocketMQ's own and the user's, as a plain object without a prototype. */
  get properties(): Readonly<Record<string, string>> {
    return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(this.#properties));
  }

  getProperty(name: string): string | undefined {
    return this.#properties.get(name);
  }

  /** The body as text. */
  text(charset: BufferEncoding = 'utf8'): string {
    return this.body.toString(charset);
  }

  /** The client's own message object. */
  unwrap<T>(): T {
    return this.#native as T;
  }
}
