import type { ExtFields } from '../remoting-command.js';
import {
  boolean,
  defineHeader,
  type Header,
  type HeaderOf,
  int,
  long,
  readField,
  string,
  writePresent,
} from './define-header.js';
import { topicFields } from './rpc-fields.js';

/** What is said of a message beside its body, on its way to a broker and from there to who asked. */
const sentFields = {
  producerGroup: string,
  topic: string,
  defaultTopic: string,
  defaultTopicQueueNums: int,
  queueId: int,
  sysFlag: int,
  bornTimestamp: long,
  flag: int,
  properties: string.optional,
  reconsumeTimes: int.optional,
  unitMode: boolean.or(false),
};

const SendMessageRequestHeaderV1 = defineHeader({
  ...sentFields,
  batch: boolean.or(false),
  maxReconsumeTimes: int.optional,
  ...topicFields,
});

/** Header of SEND_MESSAGE, SEND_MESSAGE_V2, SEND_BATCH_MESSAGE, SEND_REPLY_MESSAGE and SEND_REPLY_MESSAGE_V2. */
export type SendMessageRequestHeader = HeaderOf<typeof SendMessageRequestHeaderV1>;

/** SEND_MESSAGE and SEND_REPLY_MESSAGE: fields under their own names. */
export const SendMessageRequestHeader = SendMessageRequestHeaderV1;

/** What V2 sends under its own name, and only when there is something; the broker's name is its letter n. */
const { bname: _, ...rarelySet } = topicFields;

/**
 * SEND_MESSAGE_V2 and the others: the same header under names of one letter. Hot: written out field by field.
 *
 * Source  RocketMQ SendMessageRequestHeaderV2
 */
export const SendMessageRequestHeaderV2: Header<SendMessageRequestHeader> = {
  decode(ext) {
    const header: SendMessageRequestHeader = {
      producerGroup: readField(ext, 'a', string),
      topic: readField(ext, 'b', string),
      defaultTopic: readField(ext, 'c', string),
      defaultTopicQueueNums: readField(ext, 'd', int),
      queueId: readField(ext, 'e', int),
      sysFlag: readField(ext, 'f', int),
      bornTimestamp: readField(ext, 'g', long),
      flag: readField(ext, 'h', int),
      properties: ext?.['i'],
      reconsumeTimes: readField(ext, 'j', int.optional),
      unitMode: ext?.['k'] === 'true',
      batch: ext?.['m'] === 'true',
      maxReconsumeTimes: readField(ext, 'l', int.optional),
      bname: ext?.['n'] ?? ext?.['bname'],
    };
    if (ext !== undefined && ext['lo'] !== undefined) header.lo = readField(ext, 'lo', boolean);
    if (ext !== undefined && ext['ns'] !== undefined) header.ns = ext['ns'];
    if (ext !== undefined && ext['nsd'] !== undefined) header.nsd = readField(ext, 'nsd', boolean);
    return header;
  },
  encode(header) {
    const ext: ExtFields = {
      a: header.producerGroup,
      b: header.topic,
      c: header.defaultTopic,
      d: `${header.defaultTopicQueueNums}`,
      e: `${header.queueId}`,
      f: `${header.sysFlag}`,
      g: `${header.bornTimestamp}`,
      h: `${header.flag}`,
    };
    if (header.properties !== undefined) ext['i'] = header.properties;
    if (header.reconsumeTimes !== undefined) ext['j'] = `${header.reconsumeTimes}`;
    ext['k'] = `${header.unitMode}`;
    if (header.maxReconsumeTimes !== undefined) ext['l'] = `${header.maxReconsumeTimes}`;
    ext['m'] = `${header.batch}`;
    if (header.bname !== undefined) ext['n'] = header.bname;
    return writePresent(ext, header, rarelySet);
  },
};

/** What a broker answers a send; must also come with codes 10, 11 and 12, or Java clients fail on it. */
export const SendMessageResponseHeader = defineHeader({
  /** The offset id; ids of a batch are joined by commas. */
  msgId: string,
  queueId: int,
  queueOffset: long,
  transactionId: string.optional,
  batchUniqId: string.optional,
  recallHandle: string.optional,
  MSG_REGION: string.optional,
  TRACE_ON: string.optional,
});
export type SendMessageResponseHeader = HeaderOf<typeof SendMessageResponseHeader>;

/** PUSH_REPLY_MESSAGE_TO_CLIENT: the reply on its way to who asked. */
export const ReplyMessageRequestHeader = defineHeader({
  ...sentFields,
  bornHost: string,
  storeHost: string,
  storeTimestamp: long.or(0),
  ...topicFields,
});
export type ReplyMessageRequestHeader = HeaderOf<typeof ReplyMessageRequestHeader>;

/** CONSUMER_SEND_MSG_BACK: a consumer could not handle the message and wants it later. */
export const ConsumerSendMsgBackRequestHeader = defineHeader({
  /** Where the message lies in the CommitLog. */
  offset: long,
  group: string,
  delayLevel: int,
  originMsgId: string.optional,
  originTopic: string.optional,
  unitMode: boolean.or(false),
  maxReconsumeTimes: int.optional,
  ...topicFields,
});
export type ConsumerSendMsgBackRequestHeader = HeaderOf<typeof ConsumerSendMsgBackRequestHeader>;

/** RECALL_MESSAGE: takes a timer message back before it is delivered. */
export const RecallMessageRequestHeader = defineHeader({
  producerGroup: string.optional,
  topic: string,
  recallHandle: string,
  ...topicFields,
});
export type RecallMessageRequestHeader = HeaderOf<typeof RecallMessageRequestHeader>;

export const RecallMessageResponseHeader = defineHeader({ msgId: string });
export type RecallMessageResponseHeader = HeaderOf<typeof RecallMessageResponseHeader>;
