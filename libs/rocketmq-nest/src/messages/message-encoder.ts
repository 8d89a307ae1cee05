import { MessageConst, validateTopic } from 'rocketmq-broker-core/client';
import type { RocketMQMessageConverter } from '../conversion/converter.js';
import { CONTENT_TYPE } from '../conversion/payload.js';
import type { EncodedMessage } from '../interfaces/driver.js';
import type { HeaderValue, RocketMQHeaders } from '../interfaces/message-options.js';
import type { Destination } from '../interfaces/vocabulary.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';
import { parseDestination } from './destination.js';
import { isRocketMQMessage } from './message-builder.js';

/** Property names RocketMQ keeps for itself. */
const RESERVED: ReadonlySet<string> = new Set(Object.values(MessageConst).filter((name) => typeof name === 'string'));

/** What the encoder needs to know about a template. */
export interface EncoderSettings {
  readonly converter: RocketMQMessageConverter;
  readonly charset: BufferEncoding;
}

/**
 * A payload (or a message with headers) as the client wants it.
 *
 * Throws  RocketMQArgumentError naming the destination, header or property that cannot work
 */
export function encodeMessage(
  destination: Destination,
  payloadOrMessage: unknown,
  settings: EncoderSettings,
  extra: RocketMQHeaders = {},
): EncodedMessage {
  const { topic, tag } = parseDestination(destination);
  const problem = validateTopic(topic);
  if (problem !== undefined) throw new RocketMQArgumentError(messages.invalidTopic(topic, problem));
  const { payload, headers } = split(payloadOrMessage, extra);
  if (payload === undefined || payload === null) throw new RocketMQArgumentError(messages.noPayload());
  const { body, contentType } = encodeBody(payload, headers.contentType, settings);
  if (body.length === 0) throw new RocketMQArgumentError(messages.emptyBody(destination));
  const chosenTag = agree(destination, tag, headers.tag);
  return {
    topic,
    ...(chosenTag === undefined ? {} : { tag: chosenTag }),
    keys: encodeKeys(headers.keys),
    body,
    flag: headers.flag ?? 0,
    waitStoreMsgOk: headers.waitStoreMsgOk ?? true,
    properties: { [CONTENT_TYPE]: contentType, ...encodeUserProperties(headers.properties) },
  };
}

/** A reply's body and properties; replies have neither tag nor keys. */
export function encodeBody(
  payload: unknown,
  contentType: string | undefined,
  settings: EncoderSettings,
): { body: Buffer; contentType: string } {
  const converted = settings.converter.toBody(payload, { contentType, charset: settings.charset });
  if (converted === undefined) throw new RocketMQArgumentError(messages.noConverter(typeof payload));
  return converted;
}

/**
 * User properties as text. Blank values are left out, since RocketMQ's property format cannot tell them from absent
 * ones; names of RocketMQ's own properties are refused rather than dropped.
 */
export function encodeUserProperties(properties: Record<string, HeaderValue> = {}): Record<string, string> {
  const encoded = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(properties)) {
    const text =
      value instanceof Date ? value.toISOString() : value === undefined || value === null ? '' : String(value);
    if (RESERVED.has(name)) throw new RocketMQArgumentError(messages.reservedProperty(name));
    if (/[\u0001\u0002]/.test(name + text)) throw new RocketMQArgumentError(messages.badProperty(name));
    if (text.trim() !== '') encoded[name] = text;
  }
  return encoded;
}

function split(payloadOrMessage: unknown, extra: RocketMQHeaders): { payload: unknown; headers: RocketMQHeaders } {
  if (!isRocketMQMessage(payloadOrMessage)) return { payload: payloadOrMessage, headers: extra };
  const own = payloadOrMessage.headers;
  const properties = { ...own.properties, ...extra.properties };
  return { payload: payloadOrMessage.payload, headers: { ...own, ...extra, properties } };
}

function agree(destination: Destination, fromDestination: string | undefined, fromHeader: string | undefined) {
  if (fromDestination !== undefined && fromHeader !== undefined && fromDestination !== fromHeader) {
    throw new RocketMQArgumentError(messages.tagConflict(destination, fromHeader));
  }
  return fromDestination ?? fromHeader;
}

function encodeKeys(keys: string | readonly string[] | undefined): readonly string[] {
  if (keys === undefined) return [];
  const list = typeof keys === 'string' ? keys.split(' ').filter((key) => key !== '') : keys;
  for (const key of list) {
    if (key === '' || /[\s\u0001\u0002]/.test(key)) throw new RocketMQArgumentError(messages.badKey(key));
  }
  return list;
}
