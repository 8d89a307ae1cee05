import type { HeaderValue, RocketMQHeaders, RocketMQMessage } from '../interfaces/message-options.js';

/** Symbol.for, so that messages built by the CommonJS and the ESM copy of this library know each other. */
const BRAND = Symbol.for('rocketmq-nest:message');

/**
 * Builds a message: a payload with headers.
 *
 * `header` takes the names Spring users know (`KEYS`, `TAGS`, `FLAG`, `WAIT_STORE_MSG_OK`, `contentType`) and puts
 * any other name among the user properties.
 */
export class MessageBuilder<T = unknown> {
  readonly #payload: T;
  #headers: RocketMQHeaders;

  private constructor(payload: T, headers: RocketMQHeaders) {
    this.#payload = payload;
    this.#headers = headers;
  }

  static withPayload<T>(payload: T): MessageBuilder<T> {
    return new MessageBuilder(payload, {});
  }

  /** Starts from the payload and headers of another message. */
  static fromMessage<T>(message: RocketMQMessage<T>): MessageBuilder<T> {
    return new MessageBuilder(message.payload, { ...message.headers });
  }

  keys(...keys: string[]): this {
    return this.#with({ keys });
  }

  tag(tag: string): this {
    return this.#with({ tag });
  }

  flag(flag: number): this {
    return this.#with({ flag });
  }

  contentType(type: string): this {
    return this.#with({ contentType: type });
  }

  property(name: string, value: HeaderValue): this {
    return this.#with({ properties: { ...this.#headers.properties, [name]: value } });
  }

  header(name: string, value: HeaderValue): this {
    switch (name.replace(/^rocketmq_/, '')) {
      case 'KEYS':
        return this.keys(...String(value).split(/\s+/).filter(Boolean));
      case 'TAGS':
        return this.tag(String(value));
      case 'FLAG':
        return this.flag(Number.isInteger(Number(value)) ? Number(value) : 0);
      case 'WAIT_STORE_MSG_OK':
        return this.#with({ waitStoreMsgOk: String(value) !== 'false' });
      case 'contentType':
        return this.contentType(String(value));
      default:
        return this.property(name, value);
    }
  }

  setHeader(name: string, value: HeaderValue): this {
    return this.header(name, value);
  }

  build(): RocketMQMessage<T> {
    const message = { payload: this.#payload, headers: Object.freeze({ ...this.#headers }) };
    Object.defineProperty(message, BRAND, { value: true });
    return Object.freeze(message);
  }

  #with(more: RocketMQHeaders): this {
    this.#headers = { ...this.#headers, ...more };
    return this;
  }
}

/** Whether `value` came from MessageBuilder; an object that merely looks like a message is a payload. */
export function isRocketMQMessage(value: unknown): value is RocketMQMessage {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** A payload with `headers` as a message; a message stays as it is. */
export function messageOf(payload: unknown, headers: RocketMQHeaders = {}): RocketMQMessage {
  return isRocketMQMessage(payload) ? payload : MessageBuilder.fromMessage({ payload, headers }).build();
}
