import { boolean, defineHeader, type Header, type HeaderOf, int, long, readField, string } from './define-header.js';
import { rpcFields, topicFields } from './rpc-fields.js';

/** PULL_MESSAGE and LITE_PULL_MESSAGE. */
const pullFields = {
  consumerGroup: string,
  topic: string,
  queueId: int,
  queueOffset: long,
  maxMsgNums: int,
  /** Bits of PullSysFlag. */
  sysFlag: int,
  commitOffset: long,
  suspendTimeoutMillis: long,
  subscription: string.optional,
  subVersion: long.or(0),
  expressionType: string.optional,
  maxMsgBytes: int.optional,
  requestSource: int.optional,
  /** Spelled as RocketMQ spells it. */
  proxyFrowardClientId: string.optional,
  ...topicFields,
};
const pullHeader = defineHeader(pullFields);
export type PullMessageRequestHeader = HeaderOf<typeof pullHeader>;

/** Hot: the fields that every consumer sends are read one by one, the rest only when one of them is there. */
export const PullMessageRequestHeader: Header<PullMessageRequestHeader> = {
  decode(ext) {
    const header: PullMessageRequestHeader = {
      consumerGroup: readField(ext, 'consumerGroup', string),
      topic: readField(ext, 'topic', string),
      queueId: readField(ext, 'queueId', int),
      queueOffset: readField(ext, 'queueOffset', long),
      maxMsgNums: readField(ext, 'maxMsgNums', int),
      sysFlag: readField(ext, 'sysFlag', int),
      commitOffset: readField(ext, 'commitOffset', long),
      suspendTimeoutMillis: readField(ext, 'suspendTimeoutMillis', long),
      subscription: ext?.['subscription'],
      subVersion: readField(ext, 'subVersion', pullFields.subVersion),
      expressionType: ext?.['expressionType'],
      maxMsgBytes: readField(ext, 'maxMsgBytes', pullFields.maxMsgBytes),
      requestSource: readField(ext, 'requestSource', pullFields.requestSource),
      proxyFrowardClientId: ext?.['proxyFrowardClientId'],
      bname: ext?.['bname'],
    };
    if (ext !== undefined && ext['lo'] !== undefined) header.lo = readField(ext, 'lo', boolean);
    if (ext !== undefined && ext['ns'] !== undefined) header.ns = ext['ns'];
    if (ext !== undefined && ext['nsd'] !== undefined) header.nsd = readField(ext, 'nsd', boolean);
    return header;
  },
  encode: pullHeader.encode,
};

/** What a broker answers a pull; Java unboxes the first four, so they are always there. */
export const PullMessageResponseHeader = defineHeader({
  suggestWhichBrokerId: long,
  nextBeginOffset: long,
  minOffset: long,
  maxOffset: long,
  offsetDelta: long.optional,
  topicSysFlag: int.optional,
  groupSysFlag: int.optional,
  forbiddenType: int.optional,
});
export type PullMessageResponseHeader = HeaderOf<typeof PullMessageResponseHeader>;

/** PEEK_MESSAGE. */
export const PeekMessageRequestHeader = defineHeader({
  topic: string,
  queueId: int.or(0),
  maxMsgNums: int.or(0),
  consumerGroup: string,
  ...topicFields,
});
export type PeekMessageRequestHeader = HeaderOf<typeof PeekMessageRequestHeader>;

/** QUERY_MESSAGE: by key, through the index. `_UNIQUE_KEY_QUERY` in the ext fields asks by UNIQ_KEY. */
export const QueryMessageRequestHeader = defineHeader({
  topic: string,
  key: string,
  maxNum: int,
  beginTimestamp: long,
  endTimestamp: long,
  indexType: string.optional,
  lastKey: string.optional,
  _UNIQUE_KEY_QUERY: boolean.optional,
  ...topicFields,
});
export type QueryMessageRequestHeader = HeaderOf<typeof QueryMessageRequestHeader>;

export const QueryMessageResponseHeader = defineHeader({
  indexLastUpdateTimestamp: long,
  indexLastUpdatePhyoffset: long,
});
export type QueryMessageResponseHeader = HeaderOf<typeof QueryMessageResponseHeader>;

/** VIEW_MESSAGE_BY_ID: `offset` is the commitLogOffset of an offset id. */
export const ViewMessageRequestHeader = defineHeader({ topic: string.optional, offset: long, ...rpcFields });
export type ViewMessageRequestHeader = HeaderOf<typeof ViewMessageRequestHeader>;

/** QUERY_CONSUME_QUEUE. */
export const QueryConsumeQueueRequestHeader = defineHeader({
  topic: string,
  queueId: int.or(0),
  index: long.or(0),
  count: int.or(0),
  consumerGroup: string.optional,
  ...topicFields,
});
export type QueryConsumeQueueRequestHeader = HeaderOf<typeof QueryConsumeQueueRequestHeader>;
