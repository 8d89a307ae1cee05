import { unwrapBatchRecord } from '../../protocol/batch-codec.js';
import type { MessageExt } from '../../protocol/message.js';
import { MessageSysFlag } from '../../protocol/sys-flag.js';
import type { Logger } from '../../runtime/logger.js';
import { unpackedMessages } from '../unpacked-messages.js';

const BATCH_IN_ONE_RECORD = MessageSysFlag.INNER_BATCH_FLAG | MessageSysFlag.NEED_UNWRAP_FLAG;

/**
 * The messages of a pull's answer: bodies unpacked, batches that were stored as one record taken apart.
 *
 * A body that could not be unpacked fails its listener, and the message goes the way of all failures; a pull that failed for
 * it would hold up its queue for ever.
 *
 * Throws  CorruptRecordError if the bytes are no records
 */
export function pulledMessages(body: Buffer | undefined, logger: Logger): MessageExt[] {
  const messages = unpackedMessages(body, logger);
  if (!messages.some(isBatch)) return messages;
  return messages.flatMap((message) => (isBatch(message) ? unwrapBatchRecord(message) : [message]));
}

const isBatch = ({ sysFlag }: MessageExt) => (sysFlag & BATCH_IN_ONE_RECORD) === BATCH_IN_ONE_RECORD;
