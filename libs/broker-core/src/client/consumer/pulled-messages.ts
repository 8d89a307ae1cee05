import { unwrapBatchRecord } from '../../protocol/batch-codec.js';
import { decompressBody } from '../../protocol/compression.js';
import type { MessageExt } from '../../protocol/message.js';
import { decodeMessages } from '../../protocol/message-record.js';
import { isCompressed, MessageSysFlag } from '../../protocol/sys-flag.js';
import { CorruptRecordError } from '../../runtime/errors.js';
import type { Logger } from '../../runtime/logger.js';
import { messageOf } from '../errors.js';

const BATCH_IN_ONE_RECORD = MessageSysFlag.INNER_BATCH_FLAG | MessageSysFlag.NEED_UNWRAP_FLAG;

/**
 * The messages of a pull's answer: bodies unpacked, batches that were stored as one record taken apart.
 *
 * A body that cannot be unpacked stays as it is stored, with an error in the log: its listener fails, and the message goes
 * the way of all failures; a pull that failed for it would hold up its queue for ever.
 *
 * Throws  CorruptRecordError if the bytes are no records
 */
export function pulledMessages(body: Buffer | undefined, logger: Logger): MessageExt[] {
  if (body === undefined) return [];
  const messages = unpackedMessages(body, logger);
  if (!messages.some(isBatch)) return messages;
  return messages.flatMap((message) => (isBatch(message) ? unwrapBatchRecord(message) : [message]));
}

function unpackedMessages(body: Buffer, logger: Logger): MessageExt[] {
  try {
    return decodeMessages(body);
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error;
    const messages = decodeMessages(body, { decompress: false });
    for (const message of messages) unpack(message, logger);
    return messages;
  }
}

function unpack(message: MessageExt, logger: Logger): void {
  if (!isCompressed(message.sysFlag) || message.body.length === 0) return;
  try {
    message.body = decompressBody(message.body, message.sysFlag);
  } catch (error) {
    const { topic, msgId, queueId, queueOffset } = message;
    logger.error('body not unpacked, given to the listener as it is stored', {
      topic,
      msgId,
      queueId,
      queueOffset,
      reason: messageOf(error),
    });
  }
}

const isBatch = ({ sysFlag }: MessageExt) => (sysFlag & BATCH_IN_ONE_RECORD) === BATCH_IN_ONE_RECORD;
