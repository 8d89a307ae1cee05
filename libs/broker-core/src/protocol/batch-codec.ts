import { CorruptRecordError } from '../runtime/errors.js';
import { type Message, MessageExt } from './message.js';
import { decodeProperties, encodeProperties } from './message-properties.js';

/** i32 totalBytes, i32 magic, i32 bodyCrc, i32 flag, i32 bodyLength, i16 propertiesLength. */
const FIXED_BYTES = 22;
const MAX_PROPERTIES_BYTES = 0x7fff;

/** One message inside the body of SEND_BATCH_MESSAGE; `body` shares the memory of the batch. */
export interface BatchedMessage {
  readonly flag: number;
  readonly body: Buffer;
  readonly propertiesString: string;
}

/**
 * The body of SEND_BATCH_MESSAGE: messages of one topic, one after the other.
 *
 * Shape   i32 totalBytes · i32 magic 0 · i32 bodyCrc 0 · i32 flag · i32 length, body · i16 length, properties; repeated
 * Source  RocketMQ MessageDecoder#encodeMessages; docs/formats/message-record.md
 */
export function encodeMessageBatch(messages: readonly Message[]): Buffer {
  const properties = messages.map((message) => encodeProperties(message.properties));
  let bytes = 0;
  for (let index = 0; index < messages.length; index++) {
    bytes += FIXED_BYTES + messages[index]!.body.length + Buffer.byteLength(properties[index]!);
  }
  const target = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let index = 0; index < messages.length; index++) at = writeOne(messages[index]!, properties[index]!, target, at);
  return target;
}

function writeOne(message: Message, properties: string, target: Buffer, position: number): number {
  const { body } = message;
  target.fill(0, position + 4, position + 12);
  target.writeInt32BE(message.flag | 0, position + 12);
  target.writeInt32BE(body.length, position + 16);
  target.set(body, position + 20);
  const propertiesAt = position + FIXED_BYTES + body.length;
  const propertiesBytes = target.write(properties, propertiesAt, 'utf8');
  if (propertiesBytes > MAX_PROPERTIES_BYTES) {
    throw new CorruptRecordError(`properties of ${propertiesBytes} bytes are too long for a batch`, {});
  }
  target.writeInt16BE(propertiesBytes, propertiesAt - 2);
  const end = propertiesAt + propertiesBytes;
  target.writeInt32BE(end - position, position);
  return end;
}

/**
 * Takes the body of SEND_BATCH_MESSAGE apart.
 *
 * Throws  CorruptRecordError if a length lies, or there are more than `maxMessages`
 */
export function decodeMessageBatch(body: Buffer, maxMessages = Number.MAX_SAFE_INTEGER): BatchedMessage[] {
  const messages: BatchedMessage[] = [];
  let position = 0;
  while (position < body.length) {
    if (messages.length >= maxMessages)
      throw new CorruptRecordError(`a batch has more than ${maxMessages} messages`, {});
    position = readOne(body, position, messages);
  }
  return messages;
}

function readOne(source: Buffer, position: number, messages: BatchedMessage[]): number {
  const totalBytes = position + FIXED_BYTES <= source.length ? source.readInt32BE(position) : -1;
  const end = position + totalBytes;
  if (totalBytes < FIXED_BYTES || end > source.length) throw lies(position, 'message', totalBytes);
  const bodyBytes = source.readInt32BE(position + 16);
  const propertiesAt = position + FIXED_BYTES + bodyBytes;
  if (bodyBytes < 0 || propertiesAt > end) throw lies(position, 'body', bodyBytes);
  const propertiesBytes = source.readInt16BE(propertiesAt - 2);
  if (propertiesBytes < 0 || propertiesAt + propertiesBytes > end) throw lies(position, 'properties', propertiesBytes);
  messages.push({
    flag: source.readInt32BE(position + 12),
    body: source.subarray(position + 20, position + 20 + bodyBytes),
    propertiesString: source.toString('utf8', propertiesAt, propertiesAt + propertiesBytes),
  });
  return end;
}

function lies(position: number, what: string, bytes: number): CorruptRecordError {
  return new CorruptRecordError(`a batch announces ${bytes} bytes for its ${what}`, { position });
}

/**
 * The messages of a batch that a broker stored as one record (INNER_BATCH_FLAG and NEED_UNWRAP_FLAG): each with the place of
 * the record, and queueOffsets that count on from it.
 *
 * Source  RocketMQ MessageDecoder#decodeMessage
 */
export function unwrapBatchRecord(record: MessageExt): MessageExt[] {
  return decodeMessageBatch(record.body).map(({ flag, body, propertiesString }, index) => {
    const message = new MessageExt(record.topic, body, { flag, properties: decodeProperties(propertiesString) });
    message.brokerName = record.brokerName;
    message.queueId = record.queueId;
    message.queueOffset = record.queueOffset + index;
    message.commitLogOffset = record.commitLogOffset;
    message.bornTimestamp = record.bornTimestamp;
    message.bornHost = record.bornHost;
    message.storeTimestamp = record.storeTimestamp;
    message.storeHost = record.storeHost;
    message.storeSize = record.storeSize;
    message.sysFlag = record.sysFlag;
    return message;
  });
}
