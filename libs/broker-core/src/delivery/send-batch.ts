import { type BatchedMessage, decodeMessageBatch } from '../protocol/batch-codec.js';
import type { HostAddress } from '../protocol/host-address.js';
import type { SendMessageRequestHeader } from '../protocol/headers/send-message.headers.js';
import { MessageConst } from '../protocol/message-const.js';
import { getPropertyFrom, withoutProperty } from '../protocol/message-properties.js';
import { ResponseCode } from '../protocol/response-code.js';
import { MessageSysFlag } from '../protocol/sys-flag.js';
import { tagsCodeOf } from '../protocol/tag-filter.js';
import { isRetryTopic } from '../protocol/topic-names.js';
import { CorruptRecordError, RequestError } from '../runtime/errors.js';
import type { PutMessage } from '../store/put-message.js';

/** Messages of one batch; a larger one is refused. */
export const MAX_BATCH_MESSAGES = 32_768;

/** What all messages of a batch have in common. */
export interface BatchPlace {
  readonly queueId: number;
  readonly bornHost: HostAddress;
  readonly isMultiTag: boolean;
}

export interface Batch {
  readonly queueId: number;
  readonly messages: readonly PutMessage[];
  readonly uniqKey: string | undefined;
}

/**
 * Takes a batch apart. Each message is stored with its own properties only: those of the batch are for the broker.
 *
 * Throws  RequestError MESSAGE_ILLEGAL for an empty, malformed or too long batch, or one for a retry topic
 * Source  RocketMQ SendMessageProcessor#sendBatchMessage, MessageExtEncoder#encode(MessageExtBatch)
 */
export function batchMessages(body: Buffer | undefined, header: SendMessageRequestHeader, place: BatchPlace): Batch {
  if (isRetryTopic(header.topic)) throw illegal(`batch request does not support retry group ${header.topic}`);
  const shared = header.properties ?? '';
  const waitStoreMsgOK = getPropertyFrom(shared, MessageConst.PROPERTY_WAIT_STORE_MSG_OK) !== 'false';
  const sysFlag = place.isMultiTag ? header.sysFlag | MessageSysFlag.MULTI_TAGS_FLAG : header.sysFlag;
  const parts = body === undefined ? [] : partsOf(body);
  if (parts.length === 0) throw illegal('the batch is empty');
  const messages = parts.map((part): PutMessage => {
    const propertiesString = withoutProperty(part.propertiesString, MessageConst.PROPERTY_POP_CK);
    return {
      topic: header.topic,
      queueId: place.queueId,
      flag: part.flag,
      sysFlag,
      bornTimestamp: header.bornTimestamp,
      bornHost: place.bornHost,
      reconsumeTimes: header.reconsumeTimes ?? 0,
      body: part.body,
      propertiesString,
      tagsCode: tagsCodeOf(getPropertyFrom(propertiesString, MessageConst.PROPERTY_TAGS)),
      keys: getPropertyFrom(propertiesString, MessageConst.PROPERTY_KEYS),
      uniqKey: getPropertyFrom(propertiesString, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
      waitStoreMsgOK,
      delayLevel: 0, // RocketMQ's batches know no delay either
    };
  });
  return {
    queueId: place.queueId,
    messages,
    uniqKey: getPropertyFrom(shared, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
  };
}

function partsOf(body: Buffer): BatchedMessage[] {
  try {
    return decodeMessageBatch(body, MAX_BATCH_MESSAGES);
  } catch (error) {
    if (error instanceof CorruptRecordError) throw illegal(error.message);
    throw error;
  }
}

const illegal = (remark: string) => new RequestError(ResponseCode.MESSAGE_ILLEGAL, remark);
