import { MessageConst } from './message-const.js';
import { formatOffsetMessageId } from './message-id.js';
import { parseHost } from './host-address.js';

/** What a new message may be given besides its topic and body. */
export interface MessageOptions {
  /** The tag that consumers filter by. */
  readonly tags?: string | undefined;
  /** Business keys, to find the message by; several are joined by spaces. */
  readonly keys?: string | readonly string[] | undefined;
  /** A number of the application's own. */
  readonly flag?: number | undefined;
  /** Further properties. */
  readonly properties?: Iterable<readonly [string, string]> | undefined;
}

/**
 * A message, as an application makes it.
 *
 * Source  RocketMQ Message
 */
export class Message {
  flag: number;
  readonly properties: Map<string, string>;

  constructor(
    public topic: string,
    public body: Buffer,
    options: MessageOptions = {},
  ) {
    this.flag = options.flag ?? 0;
    this.properties = new Map(options.properties);
    if (options.tags !== undefined) this.tags = options.tags;
    if (options.keys !== undefined) this.keys = options.keys as string;
  }

  getProperty(name: string): string | undefined {
    return this.properties.get(name);
  }

  /** Sets a property; undefined and the empty string remove it, as RocketMQ cannot carry them. */
  putProperty(name: string, value: string | undefined): this {
    if (value === undefined || value === '') this.properties.delete(name);
    else this.properties.set(name, value);
    return this;
  }

  get tags(): string | undefined {
    return this.properties.get(MessageConst.PROPERTY_TAGS);
  }

  set tags(value: string | undefined) {
    this.putProperty(MessageConst.PROPERTY_TAGS, value);
  }

  /** Business keys, separated by spaces; a list may be assigned. */
  get keys(): string | undefined {
    return this.properties.get(MessageConst.PROPERTY_KEYS);
  }

  set keys(value: string | readonly string[] | undefined) {
    const text = typeof value === 'object' ? value.join(MessageConst.KEY_SEPARATOR) : value;
    this.putProperty(MessageConst.PROPERTY_KEYS, text);
  }

  /** 0 is no delay; 1 to 18 name the broker's delay levels. */
  get delayTimeLevel(): number {
    return Number(this.properties.get(MessageConst.PROPERTY_DELAY_TIME_LEVEL) ?? 0);
  }

  set delayTimeLevel(level: number) {
    this.putProperty(MessageConst.PROPERTY_DELAY_TIME_LEVEL, String(level));
  }

  /** Whether the sender waits for the flush and the replicas that the broker promises. */
  get isWaitStoreMsgOK(): boolean {
    return this.properties.get(MessageConst.PROPERTY_WAIT_STORE_MSG_OK) !== 'false';
  }

  set isWaitStoreMsgOK(waits: boolean) {
    this.putProperty(MessageConst.PROPERTY_WAIT_STORE_MSG_OK, String(waits));
  }

  /** The id that the sending client gave (UNIQ_KEY). */
  get uniqueKey(): string | undefined {
    return this.properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
  }

  /** When to deliver, in milliseconds since the epoch; needs a broker with timer messages. */
  get deliverTimeMs(): number | undefined {
    const text = this.properties.get(MessageConst.PROPERTY_TIMER_DELIVER_MS);
    return text === undefined ? undefined : Number(text);
  }

  set deliverTimeMs(timestamp: number | undefined) {
    this.putProperty(MessageConst.PROPERTY_TIMER_DELIVER_MS, timestamp?.toString());
  }

  /** How long to wait before delivery, in milliseconds; needs a broker with timer messages. */
  get delayTimeMs(): number | undefined {
    const text = this.properties.get(MessageConst.PROPERTY_TIMER_DELAY_MS);
    return text === undefined ? undefined : Number(text);
  }

  set delayTimeMs(duration: number | undefined) {
    this.putProperty(MessageConst.PROPERTY_TIMER_DELAY_MS, duration?.toString());
  }
}

/**
 * A message, as a broker stored it.
 *
 * `body` and whatever came with it share the memory of the answer they were read from.
 *
 * Units   commitLogOffset in bytes, queueOffset in entries, timestamps in milliseconds since the epoch
 * Source  RocketMQ MessageExt
 */
export class MessageExt extends Message {
  brokerName: string | undefined;
  queueId = 0;
  queueOffset = 0;
  commitLogOffset = 0;
  /** Bits of MessageSysFlag. */
  sysFlag = 0;
  bornTimestamp = 0;
  /** `ip:port` of the sender. */
  bornHost = '0.0.0.0:0';
  storeTimestamp = 0;
  /** `ip:port` of the broker. */
  storeHost = '0.0.0.0:0';
  /** How often a consumer sent it back. */
  reconsumeTimes = 0;
  preparedTransactionOffset = 0;
  bodyCrc = 0;
  /** Length of the stored record. */
  storeSize = 0;
  #msgId: string | undefined;

  /** The id that the sender knows: UNIQ_KEY, or the offset id of a message that has none. */
  get msgId(): string {
    return this.#msgId ?? this.uniqueKey ?? this.offsetMsgId;
  }

  set msgId(id: string) {
    this.#msgId = id;
  }

  /** The id that says where the message lies: storeHost and commitLogOffset. */
  get offsetMsgId(): string {
    return formatOffsetMessageId(parseHost(this.storeHost), this.commitLogOffset);
  }
}
