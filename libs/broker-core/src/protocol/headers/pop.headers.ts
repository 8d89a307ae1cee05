import { boolean, defineHeader, type HeaderOf, int, long, string } from './define-header.js';
import { topicFields } from './rpc-fields.js';

/** POP_MESSAGE. Its code needs a JSON header: 16 bits cannot hold it. */
export const PopMessageRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  /** -1: any queue. */
  queueId: int,
  maxMsgNums: int,
  invisibleTime: long,
  pollTime: long,
  bornTime: long,
  /** Where a new group begins: 0 at the smallest offset, 1 at the largest. */
  initMode: int,
  expType: string.optional,
  exp: string.optional,
  order: boolean.or(false),
  attemptId: string.optional,
  ...topicFields,
});
export type PopMessageRequestHeader = HeaderOf<typeof PopMessageRequestHeader>;

export const PopMessageResponseHeader = defineHeader({
  popTime: long.or(0),
  invisibleTime: long.or(0),
  reviveQid: int.or(0),
  restNum: long.or(0),
  startOffsetInfo: string.optional,
  msgOffsetInfo: string.optional,
  orderCountInfo: string.optional,
});
export type PopMessageResponseHeader = HeaderOf<typeof PopMessageResponseHeader>;

/** ACK_MESSAGE. */
export const AckMessageRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  extraInfo: string,
  offset: long,
  liteTopic: string.optional,
  ...topicFields,
});
export type AckMessageRequestHeader = HeaderOf<typeof AckMessageRequestHeader>;

/** CHANGE_MESSAGE_INVISIBLETIME. */
export const ChangeInvisibleTimeRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  extraInfo: string,
  offset: long,
  invisibleTime: long,
  liteTopic: string.optional,
  suspend: boolean.optional,
  ...topicFields,
});
export type ChangeInvisibleTimeRequestHeader = HeaderOf<typeof ChangeInvisibleTimeRequestHeader>;

export const ChangeInvisibleTimeResponseHeader = defineHeader({
  popTime: long.or(0),
  invisibleTime: long.or(0),
  reviveQid: int.or(0),
});
export type ChangeInvisibleTimeResponseHeader = HeaderOf<typeof ChangeInvisibleTimeResponseHeader>;

/** NOTIFICATION. */
export const NotificationRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  pollTime: long,
  bornTime: long,
  order: boolean.or(false),
  attemptId: string.optional,
  expType: string.optional,
  exp: string.optional,
  ...topicFields,
});
export type NotificationRequestHeader = HeaderOf<typeof NotificationRequestHeader>;

export const NotificationResponseHeader = defineHeader({ hasMsg: boolean.or(false), pollingFull: boolean.or(false) });
export type NotificationResponseHeader = HeaderOf<typeof NotificationResponseHeader>;

/** POLLING_INFO. */
export const PollingInfoRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  ...topicFields,
});
export type PollingInfoRequestHeader = HeaderOf<typeof PollingInfoRequestHeader>;

export const PollingInfoResponseHeader = defineHeader({ pollingNum: int.or(0) });
export type PollingInfoResponseHeader = HeaderOf<typeof PollingInfoResponseHeader>;
