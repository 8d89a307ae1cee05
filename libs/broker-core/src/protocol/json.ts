import { RequestError } from '../runtime/errors.js';
import { JsonReader } from './json-reader.js';
import { resolveReferences } from './json-references.js';
import type { JsonValue } from './json-value.js';
import { ResponseCode } from './response-code.js';

export type { JsonObject, JsonValue } from './json-value.js';
export { type JsonStyle, type JsonWritable, stringifyJson } from './json-writer.js';

/** Nesting beyond this is refused: nothing in the protocol goes deeper than 8. */
export const MAX_JSON_DEPTH = 64;
/** Shorter texts cannot nest deep enough to hurt the native parser. */
const HARMLESS_LENGTH = 16 * 1024;

/**
 * Reads JSON as fastjson writes it: standard JSON, and also unquoted keys (`{0:12}`), objects as keys (`{{"a":1}:5}`, the
 * key becomes its JSON text), single quotes, trailing commas, comments and `{"$ref":"$.path"}`.
 *
 * Units   numbers beyond 2^53 lose precision, as numbers do
 * Throws  RequestError(INVALID_PARAMETER) if it is not JSON or nests deeper than {@link MAX_JSON_DEPTH}
 * Source  fastjson 1.2, which all Java peers use; docs/formats/json-dialect.md
 */
export function parseJson(text: string): JsonValue {
  const hasReferences = text.includes('"$ref"');
  if ((hasReferences || text.length > HARMLESS_LENGTH) && isTooDeep(text)) throw notJson('nests too deep');
  const value = parseEither(text);
  return hasReferences ? resolveReferences(value) : value;
}

/** What is wrong with a text that should be JSON, as the end of a sentence; undefined when nothing is. */
export function problemOfJson(text: string): string | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch {
    return 'is not JSON';
  }
}

function parseEither(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return new JsonReader(text, MAX_JSON_DEPTH, notJson).read();
  }
}

function notJson(problem: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, `not JSON: ${problem}`);
}

/** Counts brackets outside of strings, so that a bomb of them is found before a parser piles them up. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x22) index = endOfString(text, index);
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}
