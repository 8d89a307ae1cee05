import { DEFAULT_MAX_BODY_BYTES, decompressBody } from '../protocol/compression.js';
import type { MessageExt } from '../protocol/message.js';
import { decodeMessages } from '../protocol/message-record.js';
import { isCompressed } from '../protocol/sys-flag.js';
import { CorruptRecordError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import { messageOf } from './errors.js';

/** What the bodies of one answer may unpack to together: it happens in one turn, and a few kilobytes can become gigabytes. */
const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;
/** The most bytes that one packed byte can become: ZSTD's figure, the others stay far below. */
const MOST_GROWTH = 32_768;

/**
 * The messages of a broker's answer, their bodies unpacked.
 *
 * A body that cannot be unpacked, or that the others of its answer left no room for, stays as it is stored, with an error in
 * the log.
 *
 * Throws  CorruptRecordError if the bytes are no records
 */
export function unpackedMessages(body: Buffer | undefined, logger: Logger): MessageExt[] {
  if (body === undefined) return [];
  const messages = decodeMessages(body, { decompress: false });
  let roomBytes = MOST_UNPACKED_BYTES;
  for (const message of messages) roomBytes -= unpack(message, roomBytes, logger);
  return messages;
}

/** Unpacks a body if there is room for it, and answers how many bytes it took, or may have taken before it failed. */
function unpack(message: MessageExt, roomBytes: number, logger: Logger): number {
  const { body, sysFlag, topic, msgId, queueId, queueOffset } = message;
  if (!isCompressed(sysFlag) || body.length === 0) return 0;
  const maxBytes = Math.min(roomBytes, DEFAULT_MAX_BODY_BYTES);
  try {
    if (maxBytes <= 0) throw new CorruptRecordError(`the answer unpacks to more than ${MOST_UNPACKED_BYTES} bytes`, {});
    message.body = decompressBody(body, sysFlag, maxBytes);
    return message.body.length;
  } catch (error) {
    logger.error('body not unpacked, left as it is stored', {
      topic,
      msgId,
      queueId,
      queueOffset,
      reason: messageOf(error),
    });
    const wasTried = error instanceof CorruptRecordError && error.cause !== undefined;
    return wasTried ? Math.min(maxBytes, body.length * MOST_GROWTH) : 0;
  }
}
