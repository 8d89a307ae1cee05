import { ProtocolError } from '../runtime/errors.js';
import { languageCodeOf, languageOfCode } from './language-code.js';
import { type ExtFields, type RemotingCommand, SerializeType } from './remoting-command.js';
import { writeText } from './text-bytes.js';

/** The part before the remark's bytes: i16 code, i8 language, i16 version, i32 opaque, i32 flag, i32 remarkLength. */
const FIXED_BYTES = 17;
const NON_ASCII = /[\x80-\xff]/;

/**
 * Reads a binary header.
 *
 * Shape   i16 code · i8 language · i16 version · i32 opaque · i32 flag · i32 length, remark · i32 length, then until
 *         its end i16 length, name · i32 length, value
 * Throws  ProtocolError if a length points outside the header or there are more than `maxFields` fields
 * Source  RocketMQ RocketMQSerializable; docs/formats/remoting-frame.md
 */
export function decodeRocketmqHeader(source: Buffer, start: number, end: number, maxFields: number): RemotingCommand {
  if (end - start < FIXED_BYTES) throw new ProtocolError(`a binary header of ${end - start} bytes is too short`);
  const remarkLength = source.readInt32BE(start + 13);
  const extLengthAt = start + FIXED_BYTES + remarkLength;
  if (remarkLength < 0 || extLengthAt + 4 > end) throw lies('the remark', remarkLength);
  const extLength = source.readInt32BE(extLengthAt);
  const extStart = extLengthAt + 4;
  if (extLength < 0 || extStart + extLength > end) throw lies('the ext fields', extLength);
  return {
    code: source.readInt16BE(start),
    language: languageOfCode(source.readInt8(start + 2)),
    version: source.readInt16BE(start + 3),
    opaque: source.readInt32BE(start + 5),
    flag: source.readInt32BE(start + 9),
    remark: remarkLength === 0 ? undefined : source.toString('utf8', start + FIXED_BYTES, extLengthAt),
    extFields: extLength === 0 ? undefined : decodeExtFields(source, extStart, extStart + extLength, maxFields),
    body: undefined,
    serializeType: SerializeType.ROCKETMQ,
  };
}

/**
 * Hot: one native call turns the whole area into a string, and names and values are cut out of it. Two native calls
 * per field would cost five times as much. Bytes above 127 (text, but also the length of a long value) take a second look.
 */
function decodeExtFields(source: Buffer, start: number, end: number, maxFields: number): ExtFields {
  const area = source.toString('latin1', start, end);
  const isPlain = !NON_ASCII.test(area);
  const fields: ExtFields = {};
  let count = 0;
  let at = start;
  while (at < end) {
    if (++count > maxFields) throw new ProtocolError(`a header has more than ${maxFields} fields`);
    if (at + 6 > end) throw lies('an ext field', end - at);
    const nameLength = (source[at]! << 8) | source[at + 1]!;
    const nameStart = at + 2;
    const valueLengthAt = nameStart + nameLength;
    if (nameLength > 0x7fff || valueLengthAt + 4 > end) throw lies('the name of an ext field', nameLength);
    const valueLength = source.readInt32BE(valueLengthAt);
    const valueStart = valueLengthAt + 4;
    at = valueStart + valueLength;
    if (valueLength < 0 || at > end) throw lies('the value of an ext field', valueLength);
    // RocketMQ reads an empty name or value as null: such a field is as good as absent.
    if (nameLength === 0 || valueLength === 0) continue;
    let name = area.substring(nameStart - start, valueLengthAt - start);
    let value = area.substring(valueStart - start, at - start);
    if (!isPlain) {
      if (NON_ASCII.test(name)) name = source.toString('utf8', nameStart, valueLengthAt);
      if (NON_ASCII.test(value)) value = source.toString('utf8', valueStart, at);
    }
    if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true, writable: true });
    else fields[name] = value;
  }
  return fields;
}

function lies(what: string, length: number): ProtocolError {
  return new ProtocolError(`a binary header announces ${length} bytes for ${what}, which do not fit in it`);
}

/** No more bytes than the header of `command` can take in binary form; for making room. */
export function maxRocketmqHeaderBytes(command: RemotingCommand): number {
  let bytes = FIXED_BYTES + 4 + (command.remark === undefined ? 0 : command.remark.length * 3);
  const fields = command.extFields;
  for (const name in fields) bytes += 6 + (name.length + fields[name]!.length) * 3;
  return bytes;
}

/** Writes the binary header of `command` at `position` and returns where it ends; the target has room. */
export function encodeRocketmqHeader(command: RemotingCommand, target: Buffer, position: number): number {
  // Codes take 16 bits here: the POP family (200050 and up) is cut, as Apache cuts it, and needs a JSON header.
  target[position] = command.code >> 8;
  target[position + 1] = command.code;
  target[position + 2] = languageCodeOf(command.language);
  target[position + 3] = command.version >> 8;
  target[position + 4] = command.version;
  target.writeInt32BE(command.opaque | 0, position + 5);
  target.writeInt32BE(command.flag, position + 9);
  let at = position + FIXED_BYTES;
  if (command.remark !== undefined) at = writeText(command.remark, target, at);
  target.writeInt32BE(at - position - FIXED_BYTES, position + 13);
  const extLengthAt = at;
  at += 4;
  const fields = command.extFields;
  for (const name in fields) {
    const valueLengthAt = writeText(name, target, at + 2);
    const nameLength = valueLengthAt - at - 2;
    if (nameLength > 0x7fff) throw new ProtocolError(`a field's name of ${nameLength} bytes does not fit in a header`);
    target[at] = nameLength >> 8;
    target[at + 1] = nameLength;
    at = writeText(fields[name]!, target, valueLengthAt + 4);
    target.writeInt32BE(at - valueLengthAt - 4, valueLengthAt);
  }
  target.writeInt32BE(at - extLengthAt - 4, extLengthAt);
  return at;
}
