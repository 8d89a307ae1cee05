import type { PlaceholderResolver } from '../interfaces/message-options.js';
import { RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** Where a text stands, for the sentence about a placeholder that cannot be resolved. */
export interface Place {
  /** The option's path, as `consumer.concurrency`. */
  readonly option: string;
  /** Whose option: a class, or a connection. */
  readonly where: string;
}

/** Options that hold values of their own kind, in which no text is ours to replace. */
const OPAQUE = new Set([
  'payloadType',
  'converter',
  'converters',
  'errorHandler',
  'pipes',
  'driver',
  'placeholders',
  'name',
]);

/**
 * Replaces `${key}` and `${key:default}` in a text; a default may hold placeholders too.
 *
 * Throws  RocketMQOptionsError for a key without value and default, and for a missing brace
 */
export function resolveText(text: string, lookup: PlaceholderResolver, place: Place): string {
  let resolved = '';
  let from = 0;
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = closingBrace(text, open + 2);
    if (close < 0) throw new RocketMQOptionsError(messages.openPlaceholder(text, place.option, place.where));
    resolved += text.slice(from, open) + resolveKey(text.slice(open + 2, close), lookup, place);
    from = close + 1;
  }
  return resolved + text.slice(from);
}

/** The same for every text in an options object, at any depth; class instances and functions are left alone. */
export function resolvePlaceholders<T>(options: T, lookup: PlaceholderResolver, where: string, path = ''): T {
  if (typeof options === 'string') return resolveText(options, lookup, { option: path, where }) as T;
  if (Array.isArray(options)) {
    return options.map((item, index) => resolvePlaceholders(item, lookup, where, `${path}[${index}]`)) as T;
  }
  if (!isPlain(options)) return options;
  const entries = Object.entries(options).map(([key, value]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [key, OPAQUE.has(key) ? value : resolvePlaceholders(value, lookup, where, below)];
  });
  return Object.fromEntries(entries) as T;
}

function resolveKey(inside: string, lookup: PlaceholderResolver, place: Place): string {
  const colon = inside.indexOf(':');
  const key = (colon < 0 ? inside : inside.slice(0, colon)).trim();
  const value = lookup(key);
  if (value !== undefined) return value;
  if (colon >= 0) return resolveText(inside.slice(colon + 1), lookup, place);
  throw new RocketMQOptionsError(messages.unresolvedPlaceholder(key, place.option, place.where));
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
