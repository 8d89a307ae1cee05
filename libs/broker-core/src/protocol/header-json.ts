import { ProtocolError } from '../runtime/errors.js';
import { parseJson } from './json.js';
import { type ExtFields, type RemotingCommand, SerializeType } from './remoting-command.js';

/** Shorter headers cannot nest deep enough to hurt, and skip every look but the native parser's. */
const PLAIN_PARSE_LENGTH = 16 * 1024;

/**
 * Reads a JSON header: one object with code, language, version, opaque, flag, remark and extFields; other keys are
 * ignored and missing numbers are 0, as Apache has it.
 *
 * Throws  ProtocolError if it is not an object, a number is none, or there are more than `maxFields` fields
 * Source  RocketMQ RemotingCommand, written by fastjson; docs/formats/remoting-frame.md
 */
export function decodeJsonHeader(source: Buffer, start: number, end: number, maxFields: number): RemotingCommand {
  const header = parseHeader(source.toString('utf8', start, end));
  const { remark, language } = header;
  return {
    code: int32(header['code'], 'code'),
    language: typeof language === 'string' ? language : 'OTHER',
    version: int32(header['version'], 'version'),
    opaque: int32(header['opaque'], 'opaque'),
    flag: int32(header['flag'], 'flag'),
    remark: typeof remark === 'string' ? remark : undefined,
    extFields: extFieldsOf(header['extFields'], maxFields),
    body: undefined,
    serializeType: SerializeType.JSON,
  };
}

function parseHeader(text: string): { [name: string]: unknown } {
  let header: unknown;
  try {
    header = text.length > PLAIN_PARSE_LENGTH ? parseJson(text) : parsePlain(text);
  } catch (cause) {
    throw new ProtocolError('a header is not JSON', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new ProtocolError('a JSON header is not an object');
  }
  return header as { [name: string]: unknown };
}

/** Headers are standard JSON in all but odd cases; these get the lenient reader. */
function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(text);
  }
}

const INTEGER = /^[+-]?\d{1,10}$/;

function int32(value: unknown, name: string): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  if (value === undefined || value === null) return 0;
  // fastjson converts: hand-made clients send numbers between quotes.
  if (typeof value === 'string' && INTEGER.test(value)) return int32(Number(value), name);
  throw new ProtocolError(`"${name}" of a JSON header is not an int`);
}

/** Takes the parsed object as it is when all values are strings, as Java's are; otherwise makes strings of them. */
function extFieldsOf(value: unknown, maxFields: number): ExtFields | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new ProtocolError('"extFields" is not an object');
  const fields = value as { [name: string]: unknown };
  let count = 0;
  let areStrings = true;
  for (const name in fields) {
    if (++count > maxFields) throw new ProtocolError(`a header has more than ${maxFields} fields`);
    if (typeof fields[name] !== 'string') areStrings = false;
  }
  return areStrings ? (fields as ExtFields) : stringsOf(fields);
}

/** Clients in other languages send numbers and booleans where Java sends strings. */
function stringsOf(fields: { [name: string]: unknown }): ExtFields {
  const strings: ExtFields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || name === '__proto__') continue;
    if (typeof value === 'object') throw new ProtocolError(`the ext field "${name}" is not a string`);
    strings[name] = String(value);
  }
  return strings;
}

/** What JSON writes as it is between quotes. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Below this length a loop of our own beats the regular expression. */
const SHORT_TEXT = 40;

function isPlain(text: string): boolean {
  const { length } = text;
  if (length > SHORT_TEXT) return PLAIN.test(text);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

function quoted(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}

/** `","name":"` for names seen before: the protocol has some two hundred of them. */
const fieldStarts = new Map<string, string>();
const MAX_FIELD_STARTS = 512;

/** Ends the field before and begins this one, up to its value. */
function fieldStart(name: string): string {
  let text = fieldStarts.get(name);
  if (text === undefined) {
    text = `",${quoted(name)}:"`;
    if (fieldStarts.size < MAX_FIELD_STARTS && name.length <= SHORT_TEXT) fieldStarts.set(name, text);
  }
  return text;
}

/** The fields of a header, from brace to brace: two concatenations a field, since every one of them is garbage soon. */
function encodeExtFields(fields: ExtFields): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name]!;
    text += text === '' ? fieldStart(name).slice(2) : fieldStart(name);
    text += isPlain(value) ? value : JSON.stringify(value).slice(1, -1);
  }
  return text === '' ? '{}' : `{${text}"}`;
}

/** The JSON header of `command`, keys in alphabetical order as fastjson writes them. Hot: built by hand. */
export function encodeJsonHeader(command: RemotingCommand): string {
  let text = `{"code":${command.code}`;
  const fields = command.extFields;
  if (fields !== undefined) text += `,"extFields":${encodeExtFields(fields)}`;
  text += `,"flag":${command.flag},"language":${quoted(command.language)},"opaque":${command.opaque}`;
  if (command.remark !== undefined) text += `,"remark":${quoted(command.remark)}`;
  return `${text},"serializeTypeCurrentRPC":"JSON","version":${command.version}}`;
}
