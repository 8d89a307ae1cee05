import type { HeaderValue, RocketMQHeaders } from '../interfaces/message-options.js';
import type { SendOptions } from '../interfaces/send-options.js';

const BRAND = Symbol.for('rocketmq-nest:record');

/** Data with options, for `client.emit(pattern, record)` and `client.send(pattern, record)`. */
export interface RocketMQRecord<T = unknown> {
  readonly data: T;
  readonly options?: SendOptions & { hashKey?: string };
}

/** Builds a record: data, and how it is to be sent. */
export class RocketMQRecordBuilder<T = unknown> {
  #data: T | undefined;
  #options: SendOptions & { hashKey?: string } = {};
  #headers: RocketMQHeaders = {};

  constructor(data?: T) {
    this.#data = data;
  }

  setData(data: T): this {
    this.#data = data;
    return this;
  }

  setKeys(...keys: string[]): this {
    this.#headers = { ...this.#headers, keys };
    return this;
  }

  /** Records of one key go to one queue. */
  setHashKey(hashKey: string): this {
    this.#options = { ...this.#options, hashKey };
    return this;
  }

  setDelay(options: Pick<SendOptions, 'delayLevel' | 'delay' | 'deliverAt'>): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }

  /** A user property. */
  setHeader(name: string, value: HeaderValue): this {
    this.#headers = { ...this.#headers, properties: { ...this.#headers.properties, [name]: value } };
    return this;
  }

  build(): RocketMQRecord<T> {
    const record = { data: this.#data as T, options: { ...this.#options, headers: this.#headers } };
    Object.defineProperty(record, BRAND, { value: true });
    return record;
  }
}

/** Whether `value` came from RocketMQRecordBuilder. */
export function isRocketMQRecord(value: unknown): value is RocketMQRecord {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
