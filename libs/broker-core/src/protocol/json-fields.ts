import { RequestError } from '../runtime/errors.js';
import { parseJson } from './json.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { ResponseCode } from './response-code.js';

/*
 * How bodies read parsed JSON: a field that is absent or null is its fallback, as a Java bean keeps its initial value;
 * a field of another kind is converted where fastjson converts, and refused otherwise.
 */

/** The object in a body, by the name of what was expected for the remark. */
export function parseObject(body: Buffer | string | undefined, what: string): JsonObject {
  const text = typeof body === 'string' ? body : (body?.toString('utf8') ?? '');
  if (text === '') throw refused(`the body of ${what} is missing`);
  return objectOf(parseJson(text), what);
}

/** `value` if it is an object. */
export function objectOf(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw refused(`${what} is not a JSON object`);
}

function refused(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}

/** The own property `name`, or undefined. */
export function fieldOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function textField(object: JsonObject, name: string): string | undefined;
export function textField(object: JsonObject, name: string, fallback: string): string;
export function textField(object: JsonObject, name: string, fallback?: string): string | undefined {
  const value = fieldOf(object, name);
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'object') throw refused(`"${name}" is not a string`);
  return String(value);
}

/** A number; one beyond 2^53 is cut to the nearest safe integer. */
export function numberField(object: JsonObject, name: string): number | undefined;
export function numberField(object: JsonObject, name: string, fallback: number): number;
export function numberField(object: JsonObject, name: string, fallback?: number): number | undefined {
  const value = fieldOf(object, name);
  if (value === undefined || value === null || value === '') return fallback;
  const number = typeof value === 'object' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw refused(`"${name}" is not a number`);
  return Math.min(Math.max(number, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

export function booleanField(object: JsonObject, name: string, fallback = false): boolean {
  const value = fieldOf(object, name);
  if (value === undefined || value === null) return fallback;
  return value === true || value === 1 || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** The items of an array, each read by `read`; none when the field is absent. */
export function listField<T>(object: JsonObject, name: string, read: (item: JsonValue) => T): T[] {
  const value = fieldOf(object, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refused(`"${name}" is not an array`);
  return value.map(read);
}

/** The entries of an object, each value read by `read`; none when the field is absent. */
export function mapField<T>(
  object: JsonObject,
  name: string,
  read: (value: JsonValue, key: string) => T,
): Map<string, T> {
  const map = new Map<string, T>();
  const value = fieldOf(object, name);
  if (value === undefined || value === null) return map;
  for (const [key, item] of Object.entries(objectOf(value, `"${name}"`))) map.set(key, read(item, key));
  return map;
}

/** As {@link mapField}, with keys that are whole numbers. */
export function numberMapField<T>(object: JsonObject, name: string, read: (value: JsonValue) => T): Map<number, T> {
  const map = new Map<number, T>();
  for (const [key, value] of mapField(object, name, read)) {
    const number = Number(key);
    if (!Number.isSafeInteger(number)) throw refused(`the key "${key}" of "${name}" is not a number`);
    map.set(number, value);
  }
  return map;
}

/** The strings of an array, as {@link listField}. */
export function textsField(object: JsonObject, name: string): string[] {
  return listField(object, name, asText);
}

/** A string out of a list or map; numbers and booleans are taken by their text. */
export function asText(value: JsonValue): string {
  if (typeof value === 'object') throw refused('a string was expected, not an object');
  return String(value);
}

/** A number out of a list or map. */
export function asNumber(value: JsonValue): number {
  const number = typeof value === 'object' || value === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw refused('a number was expected');
  return number;
}
