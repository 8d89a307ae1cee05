import type { PayloadType } from '../interfaces/vocabulary.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** What is known about a body before it is converted. */
export interface ConversionHint {
  /** The `contentType` header or property. */
  readonly contentType?: string | undefined;
  /** What the receiver wants. */
  readonly type?: PayloadType<unknown> | undefined;
  readonly charset: BufferEncoding;
}

/** A body and what it is. */
export interface ConvertedBody {
  readonly body: Buffer;
  readonly contentType: string;
}

/**
 * Turns payloads into bodies and back. `undefined` means "not mine": the next converter is asked.
 *
 * Throws  what it likes; the template rejects with it, a listener treats it as a failed conversion
 */
export interface RocketMQMessageConverter {
  readonly name: string;
  toBody(payload: unknown, hint: ConversionHint): ConvertedBody | undefined;
  fromBody(body: Buffer, hint: ConversionHint): unknown;
}

/** Buffers travel as they are. */
export const bufferConverter: RocketMQMessageConverter = {
  name: 'buffer',
  toBody(payload, hint) {
    if (!(payload instanceof Uint8Array)) return undefined;
    const body = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    return { body, contentType: hint.contentType ?? 'application/octet-stream' };
  },
  fromBody(body, hint) {
    if (hint.type === Buffer || hint.type === Uint8Array) return body;
    return hint.type === undefined && mimeOf(hint.contentType) === 'application/octet-stream' ? body : undefined;
  },
};

/** Texts travel as they are, whatever their content type says: a text marked as JSON is taken to be JSON already. */
export const textConverter: RocketMQMessageConverter = {
  name: 'text',
  toBody(payload, hint) {
    if (typeof payload !== 'string') return undefined;
    return { body: Buffer.from(payload, hint.charset), contentType: hint.contentType ?? 'text/plain' };
  },
  fromBody(body, hint) {
    if (hint.type === String) return body.toString(hint.charset);
    const isText = mimeOf(hint.contentType)?.startsWith('text/') ?? false;
    return hint.type === undefined && isText ? body.toString(hint.charset) : undefined;
  },
};

/**
 * Everything else travels as JSON. On the way back a body without a content type is parsed only when it looks like an
 * object or an array: the text "123" of another client stays a text.
 */
export const jsonConverter: RocketMQMessageConverter = {
  name: 'json',
  toBody(payload, hint) {
    const text = JSON.stringify(payload);
    if (text === undefined) return undefined;
    return { body: Buffer.from(text, hint.charset), contentType: hint.contentType ?? 'application/json' };
  },
  fromBody(body, hint) {
    const text = body.toString(hint.charset);
    if (hint.type !== undefined || isJson(hint.contentType)) return JSON.parse(text);
    if (!/^\s*[[{]/.test(text)) return text;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
};

/** Asks converters in order; the first that answers wins. */
export class CompositeMessageConverter implements RocketMQMessageConverter {
  readonly name: string;

  constructor(readonly delegates: readonly RocketMQMessageConverter[]) {
    this.name = delegates.map((delegate) => delegate.name).join(', ');
  }

  toBody(payload: unknown, hint: ConversionHint): ConvertedBody {
    for (const delegate of this.delegates) {
      const converted = delegate.toBody(payload, hint);
      if (converted !== undefined) return converted;
    }
    throw new RocketMQArgumentError(messages.noConverter(typeof payload));
  }

  fromBody(body: Buffer, hint: ConversionHint): unknown {
    for (const delegate of this.delegates) {
      const payload = delegate.fromBody(body, hint);
      if (payload !== undefined) return payload;
    }
    return body;
  }
}

/** `custom` first, then Buffer, text, JSON. */
export function createConverter(custom: readonly RocketMQMessageConverter[] = []): CompositeMessageConverter {
  return new CompositeMessageConverter([...custom, bufferConverter, textConverter, jsonConverter]);
}

function mimeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}

function isJson(contentType: string | undefined): boolean {
  const mime = mimeOf(contentType);
  return mime === 'application/json' || (mime?.endsWith('+json') ?? false);
}
