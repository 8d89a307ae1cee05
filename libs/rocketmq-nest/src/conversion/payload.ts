import type { Type } from '@nestjs/common';
import type { PayloadType, StandardSchemaLike } from '../interfaces/vocabulary.js';
import { MessageExt } from '../messages/message-ext.js';
import { PayloadConversionError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';
import type { RocketMQMessageConverter } from './converter.js';

/** The user property that says what a body is; Spring writes it too. */
export const CONTENT_TYPE = 'contentType';

/**
 * Turns a received message into what its receiver wants.
 *
 * Throws  PayloadConversionError with the message, and with the converter's own error as its cause
 */
export async function convertPayload(
  message: MessageExt,
  type: PayloadType<unknown> | undefined,
  converter: RocketMQMessageConverter,
  charset: BufferEncoding,
): Promise<unknown> {
  if (type === MessageExt) return message;
  const wanted = type === Object ? undefined : type;
  try {
    const hint = { contentType: message.getProperty(CONTENT_TYPE), type: hintType(wanted), charset };
    return await shape(converter.fromBody(message.body, hint), wanted);
  } catch (cause) {
    if (cause instanceof PayloadConversionError) throw cause.of(message);
    const where = `message ${message.msgId} of topic ${message.topic}`;
    throw new PayloadConversionError(messages.conversionFailed(nameOf(type), where), { cause }).of(message);
  }
}

/** What a payload type is called in sentences. */
export function nameOf(type: PayloadType<unknown> | undefined): string {
  if (type === undefined) return 'JSON';
  if (isSchema(type)) return `what its ${type['~standard'].vendor} schema says`;
  return Array.isArray(type) ? `an array of ${(type[0] as Type<unknown>).name}` : (type as Type<unknown>).name;
}

/** Schemas look at plain values: to a converter they are "whatever the content type says". */
function hintType(type: PayloadType<unknown> | undefined): PayloadType<unknown> | undefined {
  return type !== undefined && isSchema(type) ? undefined : type;
}

async function shape(value: unknown, type: PayloadType<unknown> | undefined): Promise<unknown> {
  if (type === undefined) return value;
  if (isSchema(type)) return validate(type, value);
  if (Array.isArray(type)) return shapeArray(value, type[0] as Type<unknown>);
  return shapeOne(value, type as Type<unknown>);
}

async function shapeArray(value: unknown, type: Type<unknown>): Promise<unknown[]> {
  if (!Array.isArray(value)) throw new TypeError(`expected an array, got ${typeof value}`);
  return Promise.all(value.map((item) => shapeOne(item, type)));
}

async function shapeOne(value: unknown, type: Type<unknown>): Promise<unknown> {
  const wanted: unknown = type;
  if (wanted === Object) return value;
  if (wanted === String) return typeof value === 'string' ? value : JSON.stringify(value);
  if (wanted === Number || wanted === Boolean) return shapePrimitive(value, wanted === Number ? 'number' : 'boolean');
  if (wanted === Date) return shapeDate(value);
  if (value === null || typeof value !== 'object') throw new TypeError(`expected an object, got ${String(value)}`);
  if (value instanceof type || Buffer.isBuffer(value)) return value;
  const transformer = await loadClassTransformer();
  if (transformer) return transformer.plainToInstance(type, value);
  return Object.assign(Object.create(type.prototype as object) as object, value);
}

function shapePrimitive(value: unknown, kind: 'number' | 'boolean'): unknown {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (typeof parsed !== kind) throw new TypeError(`expected a ${kind}, got ${typeof parsed}`);
  return parsed;
}

function shapeDate(value: unknown): Date {
  const date = new Date(value as string | number);
  if (Number.isNaN(date.getTime())) throw new TypeError('expected a date');
  return date;
}

async function validate(schema: StandardSchemaLike<unknown>, value: unknown): Promise<unknown> {
  const outcome = await schema['~standard'].validate(value);
  if (!('issues' in outcome) || outcome.issues === undefined) return (outcome as { value: unknown }).value;
  throw new PayloadConversionError(messages.schemaIssues(outcome.issues.map(issueText).join('; ')));
}

function issueText(issue: unknown): string {
  const { message, path } = issue as { message?: string; path?: readonly unknown[] };
  const place = path?.map((step) => String((step as { key?: unknown })?.key ?? step)).join('.');
  return place ? `${place}: ${message}` : String(message ?? issue);
}

function isSchema(type: PayloadType<unknown>): type is StandardSchemaLike<unknown> {
  return typeof (type as { '~standard'?: unknown })['~standard'] === 'object';
}

type ClassTransformer = { plainToInstance(type: Type<unknown>, value: unknown): unknown };
let classTransformer: Promise<ClassTransformer | undefined> | undefined;

/** class-transformer is optional; without it a class payload gets the class's methods but no nested conversion. */
function loadClassTransformer(): Promise<ClassTransformer | undefined> {
  classTransformer ??= import('class-transformer').then(
    (module) => module as unknown as ClassTransformer,
    () => undefined,
  );
  return classTransformer;
}
