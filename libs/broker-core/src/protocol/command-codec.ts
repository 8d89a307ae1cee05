import { ProtocolError } from '../runtime/errors.js';
import { decodeJsonHeader, encodeJsonHeader } from './header-json.js';
import { decodeRocketmqHeader, encodeRocketmqHeader, maxRocketmqHeaderBytes } from './header-rocketmq.js';
import { type RemotingCommand, SerializeType } from './remoting-command.js';

/** The bytes before the header: i32 length of all that follows it, then i8 serializeType and u24 headerLength. */
export const FRAME_PREFIX_BYTES = 8;
/** The longest header that its 24 bits of length can announce. */
const MAX_HEADER_BYTES = 0xffffff;

/** What a decoder lets through of one header. */
export interface HeaderLimits {
  /** A longer header is a protocol error. */
  readonly maxHeaderBytes: number;
  /** More ext fields than this are a protocol error. */
  readonly maxExtFields: number;
}

/** Generous against every known client (they send up to 30 fields and 40 KiB), and bounded. */
export const defaultHeaderLimits: HeaderLimits = { maxHeaderBytes: 1024 * 1024, maxExtFields: 256 };

/**
 * Reads the frame whose length field stands at `start` and whose last byte is before `end`. The body shares memory with
 * the source; a frame without one has `body: undefined`.
 *
 * Shape   i32 length · i8 serializeType · u24 headerLength · header · body
 * Throws  ProtocolError if the header does not fit in the frame or cannot be read
 * Source  RocketMQ RemotingCommand#decode; docs/formats/remoting-frame.md
 */
export function decodeFrame(
  source: Buffer,
  start: number,
  end: number,
  limits: HeaderLimits = defaultHeaderLimits,
): RemotingCommand {
  const mark = source.readUInt32BE(start + 4);
  const headerLength = mark & MAX_HEADER_BYTES;
  const headerStart = start + FRAME_PREFIX_BYTES;
  const headerEnd = headerStart + headerLength;
  if (headerEnd > end) throw new ProtocolError(`a header of ${headerLength} bytes does not fit in its frame`);
  if (headerLength > limits.maxHeaderBytes) {
    throw new ProtocolError(`a header of ${headerLength} bytes exceeds the limit of ${limits.maxHeaderBytes}`);
  }
  const command = decodeHeader(source, mark >>> 24, headerStart, headerEnd, limits.maxExtFields);
  if (headerEnd < end) command.body = source.subarray(headerEnd, end);
  return command;
}

function decodeHeader(source: Buffer, type: number, start: number, end: number, maxFields: number): RemotingCommand {
  if (type === SerializeType.JSON) return decodeJsonHeader(source, start, end, maxFields);
  if (type === SerializeType.ROCKETMQ) return decodeRocketmqHeader(source, start, end, maxFields);
  throw new ProtocolError(`a header has the unknown serialisation ${type}`);
}

/** Binary headers are built here and copied out: their length is known only when they are written. */
let scratch = Buffer.allocUnsafeSlow(16 * 1024);

/**
 * The whole frame of a command, in one new buffer.
 *
 * Throws  ProtocolError if its header needs more than 24 bits of length
 */
export function encodeCommand(command: RemotingCommand): Buffer {
  const body = command.body;
  const bodyLength = body === undefined ? 0 : body.length;
  const frame = encodeHead(command, bodyLength, bodyLength);
  if (body !== undefined) frame.set(body, frame.length - bodyLength);
  return frame;
}

/**
 * A frame up to its body, for writing a body of `bodyLength` bytes from buffers of its own after it; `room` bytes are
 * left free at the end.
 */
export function encodeHead(command: RemotingCommand, bodyLength: number, room = 0): Buffer {
  if (command.serializeType === SerializeType.JSON) {
    const header = encodeJsonHeader(command);
    const headerLength = Buffer.byteLength(header);
    const frame = Buffer.allocUnsafe(FRAME_PREFIX_BYTES + headerLength + room);
    if (headerLength === header.length) frame.write(header, FRAME_PREFIX_BYTES, 'latin1');
    else frame.write(header, FRAME_PREFIX_BYTES, 'utf8');
    return writePrefix(frame, 0, SerializeType.JSON, headerLength, bodyLength);
  }
  const most = maxRocketmqHeaderBytes(command);
  if (most > scratch.length) scratch = Buffer.allocUnsafeSlow(most);
  const headerLength = encodeRocketmqHeader(command, scratch, 0);
  const frame = Buffer.allocUnsafe(FRAME_PREFIX_BYTES + headerLength + room);
  scratch.copy(frame, FRAME_PREFIX_BYTES, 0, headerLength);
  if (scratch.length > MAX_HEADER_BYTES) scratch = Buffer.allocUnsafeSlow(16 * 1024);
  return writePrefix(frame, 0, SerializeType.ROCKETMQ, headerLength, bodyLength);
}

/** How many bytes {@link encodeCommand} would make. Costs as much as encoding the header. */
export function encodedLength(command: RemotingCommand): number {
  return encodeHead(command, 0).length + (command.body?.length ?? 0);
}

/**
 * Writes the whole frame at `position` and returns where it ends, or -1 if the target has no room for it (bytes after
 * `position` are then undefined). For collecting many answers in one buffer.
 */
export function encodeCommandInto(command: RemotingCommand, target: Buffer, position: number): number {
  const body = command.body;
  const bodyLength = body === undefined ? 0 : body.length;
  const headerStart = position + FRAME_PREFIX_BYTES;
  const headerEnd = writeHeader(command, target, headerStart, target.length - bodyLength);
  if (headerEnd < 0) return -1;
  writePrefix(target, position, command.serializeType, headerEnd - headerStart, bodyLength);
  if (body !== undefined) target.set(body, headerEnd);
  return headerEnd + bodyLength;
}

function writeHeader(command: RemotingCommand, target: Buffer, position: number, limit: number): number {
  if (command.serializeType === SerializeType.ROCKETMQ) {
    if (position + maxRocketmqHeaderBytes(command) > limit) return -1;
    return encodeRocketmqHeader(command, target, position);
  }
  const header = encodeJsonHeader(command);
  // Counting bytes costs a pass, so only where room is short.
  if (position + header.length * 3 > limit && position + Buffer.byteLength(header) > limit) return -1;
  return position + target.write(header, position, 'utf8');
}

function writePrefix(frame: Buffer, position: number, type: number, headerLength: number, bodyLength: number): Buffer {
  if (headerLength > MAX_HEADER_BYTES) throw new ProtocolError(`a header of ${headerLength} bytes cannot be announced`);
  frame.writeInt32BE(4 + headerLength + bodyLength, position);
  frame.writeUInt32BE(((type << 24) | headerLength) >>> 0, position + 4);
  return frame;
}
