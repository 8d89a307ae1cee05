import { encodeMessageBatch } from '../../protocol/batch-codec.js';
import { compressBody, sysFlagOfCompression } from '../../protocol/compression.js';
import type { Message } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import type { UniqueIdGenerator } from '../../protocol/message-id.js';
import { encodeProperties } from '../../protocol/message-properties.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import type { ExtFields, RemotingCommand } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { MessageSysFlag } from '../../protocol/sys-flag.js';
import { isRetryTopic } from '../../protocol/topic-names.js';
import { refusal } from '../errors.js';
import type { ProducerSettings } from './producer-settings.js';
import type { SendResult, SendStatus } from './send-result.js';

/** A message made ready once, for however many attempts its sending takes. */
export interface PreparedSend {
  readonly code: number;
  readonly topic: string;
  /** UNIQ_KEY; of a batch, all of them. */
  readonly msgId: string;
  readonly body: Buffer;
  readonly sysFlag: number;
  readonly flag: number;
  readonly properties: string;
  readonly reconsumeTimes: number;
  readonly maxReconsumeTimes: number | undefined;
  readonly isBatch: boolean;
}

/** Gives the message its UNIQ_KEY, packs its body if that pays, and moves retry counts from properties to the header. */
export function prepareSend(message: Message, settings: ProducerSettings, ids: UniqueIdGenerator): PreparedSend {
  const { properties } = message;
  let sysFlag =
    properties.get(MessageConst.PROPERTY_TRANSACTION_PREPARED) === 'true'
      ? MessageSysFlag.TRANSACTION_PREPARED_TYPE
      : 0;
  let { body } = message;
  if (settings.compressMsgBodyOverHowmuch > 0 && body.length >= settings.compressMsgBodyOverHowmuch) {
    body = compressBody(body, 'ZLIB', settings.compressLevel);
    sysFlag |= sysFlagOfCompression('ZLIB');
  }
  const msgId = ensureUniqueKey(message, ids);
  const counts = isRetryTopic(message.topic) ? takeRetryCounts(properties) : undefined;
  return {
    code:
      properties.get(MessageConst.PROPERTY_MESSAGE_TYPE) === 'reply'
        ? RequestCode.SEND_REPLY_MESSAGE_V2
        : RequestCode.SEND_MESSAGE_V2,
    topic: message.topic,
    msgId,
    body,
    sysFlag,
    flag: message.flag,
    properties: encodeProperties(counts?.rest ?? properties),
    reconsumeTimes: counts?.reconsumeTimes ?? 0,
    maxReconsumeTimes: counts?.maxReconsumeTimes,
    isBatch: false,
  };
}

/** The same for messages that travel as one. Batches are not compressed: brokers would not look inside. */
export function prepareBatch(messages: readonly Message[], ids: UniqueIdGenerator): PreparedSend {
  const msgIds = messages.map((message) => ensureUniqueKey(message, ids));
  const first = messages[0] as Message;
  const wait: [string, string][] = [[MessageConst.PROPERTY_WAIT_STORE_MSG_OK, String(first.isWaitStoreMsgOK)]];
  return {
    code: RequestCode.SEND_BATCH_MESSAGE,
    topic: first.topic,
    msgId: msgIds.join(','),
    body: encodeMessageBatch(messages),
    sysFlag: 0,
    flag: 0,
    properties: encodeProperties(new Map(wait)),
    reconsumeTimes: 0,
    maxReconsumeTimes: undefined,
    isBatch: true,
  };
}

/**
 * The header of one attempt, in SendMessageRequestHeaderV2's one-letter names. Written out by hand: this runs once a send.
 *
 * Source  RocketMQ SendMessageRequestHeaderV2
 */
export function sendHeader(
  send: PreparedSend,
  settings: ProducerSettings,
  queue: MessageQueue,
  now: number,
): ExtFields {
  const header: ExtFields = {
    a: settings.group,
    b: send.topic,
    c: settings.createTopicKey,
    d: String(settings.defaultTopicQueueNums),
    e: String(queue.queueId),
    f: String(send.sysFlag),
    g: String(now),
    h: String(send.flag),
    i: send.properties,
    j: String(send.reconsumeTimes),
    k: 'false',
    m: send.isBatch ? 'true' : 'false',
    n: queue.brokerName,
  };
  if (send.maxReconsumeTimes !== undefined) header['l'] = String(send.maxReconsumeTimes);
  return header;
}

/** What the broker's answer says. Throws RemoteError when it did not store the message. */
export function sendResultOf(
  send: PreparedSend,
  queue: MessageQueue,
  response: RemotingCommand,
  address: string,
): SendResult {
  const sendStatus = statusOf(response.code);
  if (sendStatus === undefined) throw refusal(response.code, response.remark, address, { topic: send.topic });
  const ext = response.extFields ?? {};
  const regionId = ext[MessageConst.PROPERTY_MSG_REGION];
  return {
    sendStatus,
    msgId: ext['batchUniqId'] ?? send.msgId,
    offsetMsgId: ext['msgId'] ?? '',
    messageQueue: { topic: send.topic, brokerName: queue.brokerName, queueId: Number(ext['queueId'] ?? queue.queueId) },
    queueOffset: Number(ext['queueOffset'] ?? -1),
    transactionId: ext['transactionId'],
    recallHandle: ext['recallHandle'],
    regionId: regionId === undefined || regionId === '' ? 'DefaultRegion' : regionId,
    traceOn: ext[MessageConst.PROPERTY_TRACE_SWITCH] !== 'false',
  };
}

function statusOf(responseCode: number): SendStatus | undefined {
  switch (responseCode) {
    case ResponseCode.SUCCESS:
      return 'SEND_OK';
    case ResponseCode.FLUSH_DISK_TIMEOUT:
      return 'FLUSH_DISK_TIMEOUT';
    case ResponseCode.FLUSH_SLAVE_TIMEOUT:
      return 'FLUSH_SLAVE_TIMEOUT';
    case ResponseCode.SLAVE_NOT_AVAILABLE:
      return 'SLAVE_NOT_AVAILABLE';
    default:
      return undefined;
  }
}

function ensureUniqueKey({ properties }: Message, ids: UniqueIdGenerator): string {
  const given = properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
  if (given !== undefined) return given;
  const made = ids.next();
  properties.set(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, made);
  return made;
}

/** RECONSUME_TIME and MAX_RECONSUME_TIMES travel in the header of messages for a retry topic, not among the properties. */
function takeRetryCounts(properties: ReadonlyMap<string, string>) {
  const rest = new Map(properties);
  const take = (name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    rest,
    reconsumeTimes: take(MessageConst.PROPERTY_RECONSUME_TIME) ?? 0,
    maxReconsumeTimes: take(MessageConst.PROPERTY_MAX_RECONSUME_TIMES),
  };
}
