import { crc32 } from 'node:zlib';
import { CorruptRecordError } from '../runtime/errors.js';
import { readInt64, writeInt64 } from '../runtime/numbers.js';
import { decompressBody } from './compression.js';
import { type HostAddress, hostBytes, hostText, isIpv6, readHost, writeHost } from './host-address.js';
import { MessageExt } from './message.js';
import { decodeProperties } from './message-properties.js';
import { MessageSysFlag } from './sys-flag.js';
import { writeText } from './text-bytes.js';

/** Magic of a record whose topic's length takes one byte. */
export const MESSAGE_MAGIC_V1 = 0xdaa320a7;
/** Magic of a record whose topic's length takes two bytes: topics longer than 127 characters. */
export const MESSAGE_MAGIC_V2 = 0xdaa320ab;
/** Magic of the blank that fills the rest of a log file. */
export const BLANK_MAGIC = 0xcbd43194;

/** Where fields of a record lie, for patching and peeking; from bornHost on it depends on the hosts. */
export const RecordPosition = {
  length: 0,
  magic: 4,
  bodyCrc: 8,
  queueId: 12,
  flag: 16,
  queueOffset: 20,
  commitLogOffset: 28,
  sysFlag: 36,
  bornTimestamp: 40,
  bornHost: 48,
} as const;

/** The fixed part of a record with two IPv4 hosts and a topic of one length byte. */
const FIXED_BYTES = 91;
const MAX_V1_TOPIC = 127;
const MAX_PROPERTIES_BYTES = 0x7fff;

/** What a record is made of. */
export interface RecordFields {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  readonly queueOffset: number;
  readonly commitLogOffset: number;
  readonly sysFlag: number;
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  readonly storeTimestamp: number;
  readonly storeHost: HostAddress;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset?: number | undefined;
  readonly body: Buffer;
  readonly propertiesString: string;
}

/** CRC-32 of a body as RocketMQ keeps it: without its highest bit, so that it is never negative in Java. */
export function bodyCrcOf(body: Buffer): number {
  return crc32(body) & 0x7fffffff;
}

/** Length of the record that {@link encodeRecord} would write. */
export function recordLength(
  fields: Pick<RecordFields, 'topic' | 'body' | 'propertiesString' | 'bornHost' | 'storeHost'>,
): number {
  return (
    FIXED_BYTES +
    (fields.topic.length > MAX_V1_TOPIC ? 1 : 0) +
    hostBytes(fields.bornHost.address) +
    hostBytes(fields.storeHost.address) -
    16 +
    fields.body.length +
    Buffer.byteLength(fields.topic) +
    Buffer.byteLength(fields.propertiesString)
  );
}

/**
 * Writes a record at `position` and returns where it ends; the caller made room with {@link recordLength}.
 *
 * Shape   i32 length · i32 magic · i32 bodyCrc · i32 queueId · i32 flag · i64 queueOffset · i64 commitLogOffset · i32 sysFlag ·
 *         i64 bornTimestamp · bornHost · i64 storeTimestamp · storeHost · i32 reconsumeTimes · i64 preparedTransactionOffset ·
 *         i32 length, body · i8 (V2: i16) length, topic · i16 length, properties; a host is 4 or 16 bytes and i32 port
 * Throws  CorruptRecordError if the topic or the properties exceed what their length fields can say
 * Source  RocketMQ MessageExtEncoder; docs/formats/message-record.md
 */
export function encodeRecord(fields: RecordFields, target: Buffer, position: number): number {
  const { body, topic, bornHost, storeHost } = fields;
  const isV2 = topic.length > MAX_V1_TOPIC;
  target.writeInt32BE(isV2 ? MESSAGE_MAGIC_V2 | 0 : MESSAGE_MAGIC_V1 | 0, position + RecordPosition.magic);
  target.writeInt32BE(bodyCrcOf(body), position + RecordPosition.bodyCrc);
  target.writeInt32BE(fields.queueId, position + RecordPosition.queueId);
  target.writeInt32BE(fields.flag | 0, position + RecordPosition.flag);
  writeInt64(target, fields.queueOffset, position + RecordPosition.queueOffset);
  writeInt64(target, fields.commitLogOffset, position + RecordPosition.commitLogOffset);
  target.writeInt32BE(withHostFlags(fields.sysFlag, bornHost, storeHost), position + RecordPosition.sysFlag);
  writeInt64(target, fields.bornTimestamp, position + RecordPosition.bornTimestamp);
  let at = writeHost(bornHost, target, position + RecordPosition.bornHost);
  writeInt64(target, fields.storeTimestamp, at);
  at = writeHost(storeHost, target, at + 8);
  target.writeInt32BE(fields.reconsumeTimes, at);
  writeInt64(target, fields.preparedTransactionOffset ?? 0, at + 4);
  target.writeInt32BE(body.length, at + 12);
  target.set(body, at + 16);
  at = writeTopic(topic, isV2, target, at + 16 + body.length);
  at = writeProperties(fields.propertiesString, target, at);
  target.writeInt32BE(at - position, position);
  return at;
}

/** The bits that say which hosts are IPv6 follow from the hosts, whatever the sender claimed. */
function withHostFlags(sysFlag: number, bornHost: HostAddress, storeHost: HostAddress): number {
  const others = sysFlag & ~(MessageSysFlag.BORNHOST_V6_FLAG | MessageSysFlag.STOREHOSTADDRESS_V6_FLAG);
  return (
    others |
    (isIpv6(bornHost.address) ? MessageSysFlag.BORNHOST_V6_FLAG : 0) |
    (isIpv6(storeHost.address) ? MessageSysFlag.STOREHOSTADDRESS_V6_FLAG : 0)
  );
}

function writeTopic(topic: string, isV2: boolean, target: Buffer, position: number): number {
  const start = position + (isV2 ? 2 : 1);
  const length = writeText(topic, target, start) - start;
  if (length > (isV2 ? 0x7fff : MAX_V1_TOPIC))
    throw new CorruptRecordError('a topic is too long for a record', { topic });
  if (isV2) target.writeInt16BE(length, position);
  else target[position] = length;
  return start + length;
}

function writeProperties(text: string, target: Buffer, position: number): number {
  const length = target.write(text, position + 2, 'utf8');
  if (length > MAX_PROPERTIES_BYTES) throw new CorruptRecordError(`properties of ${length} bytes are too long`, {});
  target.writeInt16BE(length, position);
  return position + 2 + length;
}

/** Where the parts of one record lie in a buffer. */
export interface RecordLayout {
  readonly start: number;
  readonly totalBytes: number;
  readonly sysFlag: number;
  readonly storeTimestampAt: number;
  readonly storeHostAt: number;
  readonly reconsumeTimesAt: number;
  readonly bodyAt: number;
  readonly bodyBytes: number;
  readonly topicAt: number;
  readonly topicBytes: number;
  readonly propertiesAt: number;
  readonly propertiesBytes: number;
}

/**
 * Finds the parts of the record at `position` without reading them.
 *
 * Throws  CorruptRecordError if the magic is none, or a length points outside the record or the record outside the source
 */
export function layoutOfRecord(source: Buffer, position: number): RecordLayout {
  if (position + FIXED_BYTES > source.length) throw corrupt('is cut off', position);
  const totalBytes = source.readInt32BE(position);
  const end = position + totalBytes;
  if (totalBytes < FIXED_BYTES || end > source.length) throw corrupt(`announces ${totalBytes} bytes`, position);
  const magic = source.readUInt32BE(position + RecordPosition.magic);
  if (magic !== MESSAGE_MAGIC_V1 && magic !== MESSAGE_MAGIC_V2) {
    throw corrupt(`has the magic ${magic.toString(16)}`, position);
  }
  const sysFlag = source.readInt32BE(position + RecordPosition.sysFlag);
  const storeTimestampAt =
    position + RecordPosition.bornHost + ((sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) !== 0 ? 20 : 8);
  const storeHostAt = storeTimestampAt + 8;
  const reconsumeTimesAt = storeHostAt + ((sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) !== 0 ? 20 : 8);
  const bodyAt = reconsumeTimesAt + 16;
  const lengthBytes = magic === MESSAGE_MAGIC_V2 ? 2 : 1;
  const bodyBytes = bodyAt <= end ? source.readInt32BE(bodyAt - 4) : -1;
  const topicAt = bodyAt + bodyBytes + lengthBytes;
  if (bodyBytes < 0 || topicAt + 2 > end) throw corrupt(`has a body of ${bodyBytes} bytes`, position);
  const topicBytes = lengthBytes === 2 ? source.readInt16BE(topicAt - 2) : source.readInt8(topicAt - 1);
  const propertiesAt = topicAt + topicBytes + 2;
  if (topicBytes < 0 || propertiesAt > end) throw corrupt(`has a topic of ${topicBytes} bytes`, position);
  const propertiesBytes = source.readInt16BE(propertiesAt - 2);
  if (propertiesBytes < 0 || propertiesAt + propertiesBytes > end) {
    throw corrupt(`has properties of ${propertiesBytes} bytes`, position);
  }
  return {
    start: position,
    totalBytes,
    sysFlag,
    storeTimestampAt,
    storeHostAt,
    reconsumeTimesAt,
    bodyAt,
    bodyBytes,
    topicAt,
    topicBytes,
    propertiesAt,
    propertiesBytes,
  };
}

function corrupt(what: string, position: number): CorruptRecordError {
  return new CorruptRecordError(`the record ${what}`, { position });
}

/** How {@link decodeMessage} reads. */
export interface DecodeOptions {
  /** False leaves the body empty. */
  readonly readBody?: boolean;
  /** False leaves a compressed body as it is stored. */
  readonly decompress?: boolean;
  /** What a compressed body may grow to. */
  readonly maxBodyBytes?: number;
}

/**
 * Reads the record at `position` as a message; its body shares the memory of the source unless it was compressed.
 *
 * Throws  CorruptRecordError if the bytes are no record or the body cannot be decompressed
 */
export function decodeMessage(source: Buffer, position = 0, options: DecodeOptions = {}): MessageExt {
  const layout = layoutOfRecord(source, position);
  const { sysFlag, bodyAt, topicAt, propertiesAt } = layout;
  const stored = options.readBody === false ? NO_BODY : source.subarray(bodyAt, bodyAt + layout.bodyBytes);
  const isPacked = (sysFlag & MessageSysFlag.COMPRESSED_FLAG) !== 0 && options.decompress !== false;
  const body = isPacked && stored.length > 0 ? decompressBody(stored, sysFlag, options.maxBodyBytes) : stored;
  const topic = source.toString('utf8', topicAt, topicAt + layout.topicBytes);
  const properties = source.toString('utf8', propertiesAt, propertiesAt + layout.propertiesBytes);
  const message = new MessageExt(topic, body, { properties: decodeProperties(properties) });
  message.queueId = source.readInt32BE(position + RecordPosition.queueId);
  message.flag = source.readInt32BE(position + RecordPosition.flag);
  message.queueOffset = readInt64(source, position + RecordPosition.queueOffset);
  message.commitLogOffset = readInt64(source, position + RecordPosition.commitLogOffset);
  message.sysFlag = sysFlag;
  message.bodyCrc = source.readInt32BE(position + RecordPosition.bodyCrc);
  message.bornTimestamp = readInt64(source, position + RecordPosition.bornTimestamp);
  const isBornV6 = (sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) !== 0;
  message.bornHost = hostText(readHost(source, position + RecordPosition.bornHost, isBornV6));
  message.storeTimestamp = readInt64(source, layout.storeTimestampAt);
  const isStoreV6 = (sysFlag & MessageSysFlag.STOREHOSTADDRESS_V6_FLAG) !== 0;
  message.storeHost = hostText(readHost(source, layout.storeHostAt, isStoreV6));
  message.reconsumeTimes = source.readInt32BE(layout.reconsumeTimesAt);
  message.preparedTransactionOffset = readInt64(source, layout.reconsumeTimesAt + 4);
  message.storeSize = layout.totalBytes;
  return message;
}

const NO_BODY = Buffer.alloc(0);

/** Reads the records that lie one after the other in a body, as in the answer to a pull. */
export function decodeMessages(body: Buffer, options?: DecodeOptions): MessageExt[] {
  const messages: MessageExt[] = [];
  let position = 0;
  while (position < body.length) {
    const message = decodeMessage(body, position, options);
    messages.push(message);
    position += message.storeSize;
  }
  return messages;
}
