import { RequestError } from '../../runtime/errors.js';
import type { ExtFields } from '../remoting-command.js';
import { ResponseCode } from '../response-code.js';
import { isTrue, parseDouble, parseInt32, parseInt64 } from './field-values.js';

/** How one field of a header is read and written, and what it is when it is absent. */
export interface Field<T> {
  /** Undefined when the text is not of this kind. */
  readonly read: (text: string) => T | undefined;
  // A method, so that fields of every kind fit in one table.
  write(value: NonNullable<T>): string;
  /** What an absent field reads as; a field without one is required. */
  readonly fallback?: { readonly value: T };
}

/** A kind of field: required as it stands, `.optional`, or with a value for the absent. */
export interface Kind<T> extends Field<T> {
  readonly optional: Field<T | undefined>;
  or(value: T): Field<T>;
}

function kind<T>(read: (text: string) => T | undefined, write: (value: NonNullable<T>) => string): Kind<T> {
  return {
    read,
    write,
    optional: { read, write, fallback: { value: undefined } },
    or: (value) => ({ read, write, fallback: { value } }),
  };
}

const decimal = (value: number): string => `${value}`;

/** Java String. */
export const string = kind<string>(
  (text) => text,
  (value) => value,
);
/** Java int: 32 bits. */
export const int = kind<number>(parseInt32, decimal);
/** Java long, as a number: values beyond 2^53 (Long.MAX_VALUE as "for ever") become the largest safe integer. */
export const long = kind<number>(parseInt64, decimal);
/** Java boolean: anything but "true" is false. */
export const boolean = kind<boolean>(isTrue, (value) => (value ? 'true' : 'false'));
/** Java double. */
export const double = kind<number>(parseDouble, decimal);

type Fields = { readonly [name: string]: Field<unknown> };
type ValueOf<F> = F extends Field<infer T> ? T : never;
type OptionalNames<S> = { [K in keyof S]: undefined extends ValueOf<S[K]> ? K : never }[keyof S];

/** The typed value of a header whose fields are `S`. */
export type HeaderValue<S> = { [K in Exclude<keyof S, OptionalNames<S>>]: ValueOf<S[K]> } & {
  [K in OptionalNames<S>]?: ValueOf<S[K]> | undefined;
};

/** Reads and writes one kind of header. */
export interface Header<T> {
  /** Throws RequestError(INVALID_PARAMETER) naming the field that is missing or of the wrong kind. */
  decode(ext: ExtFields | undefined): T;
  /** Leaves out what is undefined. */
  encode(value: T): ExtFields;
}

/** The typed value that a header reads to. */
export type HeaderOf<H> = H extends Header<infer T> ? T : never;

/**
 * A header from the table of its fields, which have the names of the Java class:
 *
 *   const GetMinOffsetRequestHeader = defineHeader({ topic: string, queueId: int });
 */
export function defineHeader<const S extends Fields>(fields: S): Header<HeaderValue<S>> {
  const entries = Object.entries(fields);
  return {
    decode(ext) {
      const value: { [name: string]: unknown } = {};
      for (const [name, field] of entries) value[name] = readField(ext, name, field);
      return value as HeaderValue<S>;
    },
    encode: (value) => writePresent({}, value, fields),
  };
}

/** Adds to `ext` those of `fields` that `value` has; for headers written by hand. */
export function writePresent(ext: ExtFields, value: object, fields: Fields): ExtFields {
  for (const name in fields) {
    const item = (value as { [name: string]: unknown })[name];
    if (item !== undefined && item !== null) ext[name] = fields[name]!.write(item);
  }
  return ext;
}

/** One field of a received header, or what it is when absent. */
export function readField<T>(ext: ExtFields | undefined, name: string, field: Field<T>): T {
  const text = ext === undefined ? undefined : ext[name];
  if (typeof text !== 'string') {
    if (field.fallback !== undefined) return field.fallback.value;
    throw invalid(`the header field "${name}" is missing`);
  }
  const value = field.read(text);
  if (value === undefined) throw invalid(`the header field "${name}" is not a number: ${text.slice(0, 40)}`);
  return value;
}

function invalid(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}
