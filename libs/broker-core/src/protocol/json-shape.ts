import { RequestError } from '../runtime/errors.js';
import { parseJson } from './json.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { type JsonStyle, stringifyJson } from './json-writer.js';
import { ResponseCode } from './response-code.js';

/**
 * How a piece of parsed JSON becomes a typed value. What is absent or null becomes the shape's own default, as a Java
 * bean keeps its initial value; what is of another kind is converted where fastjson converts, and refused otherwise.
 */
export class Shape<T> {
  constructor(
    readonly read: (value: JsonValue) => T,
    readonly absent: () => T,
  ) {}

  /** Undefined when absent. */
  get optional(): Shape<T | undefined> {
    return new Shape<T | undefined>(this.read, () => undefined);
  }

  /** `value` when absent. */
  or(value: T): Shape<T> {
    return new Shape(this.read, () => value);
  }

  /** Reads a value that may be missing. */
  of(value: JsonValue | undefined): T {
    return value === undefined || value === null ? this.absent() : this.read(value);
  }
}

function refused(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}

/** A string, '' when absent. */
export const text = new Shape<string>(
  (value) => {
    if (typeof value === 'object') throw refused('a string was expected, and an object came');
    return String(value);
  },
  () => '',
);

/** A number, 0 when absent; one beyond 2^53 becomes the nearest safe integer. */
export const number = new Shape<number>(
  (value) => {
    const found = typeof value === 'object' || value === '' ? Number.NaN : Number(value);
    if (Number.isNaN(found)) throw refused(`a number was expected, and ${JSON.stringify(value)?.slice(0, 40)} came`);
    return Math.min(Math.max(found, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  },
  () => 0,
);

/** A boolean, false when absent. */
export const boolean = new Shape<boolean>(
  (value) => value === true || value === 1 || (typeof value === 'string' && value.toLowerCase() === 'true'),
  () => false,
);

/** One of the names of a Java enumeration; the fallback when absent or unknown. */
export function oneOf<const T extends string>(names: readonly T[], fallback: T): Shape<T> {
  return new Shape<T>(
    (value) => names.find((name) => name === value) ?? fallback,
    () => fallback,
  );
}

/** Whatever JSON says, taken as it is. */
export const anything = new Shape<JsonValue>(
  (value) => value,
  () => null,
);

export function listOf<T>(item: Shape<T>): Shape<T[]> {
  return new Shape<T[]>(
    (value) => {
      if (!Array.isArray(value)) throw refused('an array was expected');
      return value.map((entry) => item.of(entry));
    },
    () => [],
  );
}

export function setOf<T>(item: Shape<T>): Shape<Set<T>> {
  const list = listOf(item);
  return new Shape<Set<T>>(
    (value) => new Set(list.read(value)),
    () => new Set(),
  );
}

/** An object used as a map; its keys are made by `key`, which may refuse them. */
function keyedBy<K, T>(key: (name: string) => K, item: Shape<T>): Shape<Map<K, T>> {
  return new Shape<Map<K, T>>(
    (value) => new Map(Object.entries(asObject(value)).map(([name, entry]) => [key(name), item.of(entry)])),
    () => new Map(),
  );
}

export function mapOf<T>(item: Shape<T>): Shape<Map<string, T>> {
  return keyedBy((name) => name, item);
}

/** A map with whole numbers as keys. */
export function numberMapOf<T>(item: Shape<T>): Shape<Map<number, T>> {
  return keyedBy((name) => {
    const key = Number(name);
    if (name === '' || !Number.isSafeInteger(key)) throw refused(`the key ${JSON.stringify(name)} is not a number`);
    return key;
  }, item);
}

/** A map with objects as keys; the reader hands them over as their JSON text. */
export function objectMapOf<K, T>(key: Shape<K>, item: Shape<T>): Shape<Map<K, T>> {
  return keyedBy((name) => key.of(parseJson(name)), item);
}

function asObject(value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw refused('an object was expected');
}

type Fields = { readonly [name: string]: Shape<unknown> };
type ValueOf<S> = S extends Shape<infer T> ? T : never;
type OptionalNames<F> = { [K in keyof F]: undefined extends ValueOf<F[K]> ? K : never }[keyof F];
type ObjectValue<F> = { [K in Exclude<keyof F, OptionalNames<F>>]: ValueOf<F[K]> } & {
  [K in OptionalNames<F>]?: ValueOf<F[K]> | undefined;
};

/** An object with these fields; others are passed over. Absent, it is an object of defaults. */
export function objectOf<const F extends Fields>(fields: F): Shape<ObjectValue<F>> {
  const entries = Object.entries(fields);
  const read = (value: JsonValue) => {
    const object = asObject(value);
    const result: { [name: string]: unknown } = {};
    for (const [name, shape] of entries)
      result[name] = shape.of(Object.hasOwn(object, name) ? object[name] : undefined);
    return result as ObjectValue<F>;
  };
  return new Shape(read, () => read({}));
}

/** The value that a shape or a body reads to. */
export type ShapeValue<S> = S extends { of(value: JsonValue | undefined): infer T } ? T : never;

/** Reads and writes one kind of body. */
export interface Body<T> {
  /** Throws RequestError(INVALID_PARAMETER) if the body is missing, no JSON or of another shape. */
  decode(body: Buffer | undefined): T;
  encode(value: T, style?: JsonStyle): Buffer;
  /** Reads the value out of a larger piece of JSON. */
  of(value: JsonValue | undefined): T;
}

/** A body that is one JSON value of this shape; `name` is RocketMQ's, for remarks. */
export function bodyOf<T extends object>(name: string, shape: Shape<T>): Body<T> {
  return {
    decode(body) {
      if (body === undefined || body.length === 0) throw refused(`the body, a ${name}, is missing`);
      try {
        return shape.of(parseJson(body.toString('utf8')));
      } catch (error) {
        throw error instanceof RequestError ? refused(`the body is no ${name}: ${error.remark}`) : error;
      }
    },
    encode: (value, style) => Buffer.from(stringifyJson(value, style)),
    of: (value) => shape.of(value),
  };
}
