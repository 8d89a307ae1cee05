import {
  bodyOf,
  boolean,
  listOf,
  mapOf,
  number,
  objectMapOf,
  objectOf,
  oneOf,
  type ShapeValue,
  text,
} from '../json-shape.js';
import { messageQueueShape } from '../message-queue.js';
import { subscriptionDataShape } from './heartbeat-data.js';

const processQueueInfoShape = objectOf({
  commitOffset: number,
  cachedMsgMinOffset: number,
  cachedMsgMaxOffset: number,
  cachedMsgCount: number,
  cachedMsgSizeInMiB: number,
  transactionMsgMinOffset: number,
  transactionMsgMaxOffset: number,
  transactionMsgCount: number,
  locked: boolean,
  tryUnlockTimes: number,
  lastLockTimestamp: number,
  /** Spelled as RocketMQ spells it. */
  droped: boolean,
  lastPullTimestamp: number,
  lastConsumeTimestamp: number,
});
/** What a consumer holds of one queue. */
export type ProcessQueueInfo = ShapeValue<typeof processQueueInfoShape>;

const runningInfoShape = objectOf({
  properties: mapOf(text),
  subscriptionSet: listOf(subscriptionDataShape),
  mqTable: objectMapOf(messageQueueShape, processQueueInfoShape),
  mqPopTable: objectMapOf(
    messageQueueShape,
    objectOf({ waitAckCount: number, droped: boolean, lastPopTimestamp: number }),
  ),
  statusTable: mapOf(
    objectOf({
      pullRT: number,
      pullTPS: number,
      consumeRT: number,
      consumeOKTPS: number,
      consumeFailedTPS: number,
      consumeFailedMsgs: number,
    }),
  ),
  userConsumerInfo: mapOf(text),
  jstack: text.optional,
});
/** What goes on inside a consumer: a client's answer to GET_CONSUMER_RUNNING_INFO. */
export type ConsumerRunningInfo = ShapeValue<typeof runningInfoShape>;
const runningInfo = bodyOf('ConsumerRunningInfo', runningInfoShape);
export const encodeConsumerRunningInfo = runningInfo.encode;
export const decodeConsumerRunningInfo = runningInfo.decode;

const directlyShape = objectOf({
  order: boolean,
  autoCommit: boolean.or(true),
  consumeResult: oneOf(
    ['CR_SUCCESS', 'CR_LATER', 'CR_ROLLBACK', 'CR_COMMIT', 'CR_THROW_EXCEPTION', 'CR_RETURN_NULL'],
    'CR_SUCCESS',
  ),
  remark: text.optional,
  /** Spelled as RocketMQ spells it. */
  spentTimeMills: number,
});
/** How a consumer handled one message given to it: its answer to CONSUME_MESSAGE_DIRECTLY. */
export type ConsumeMessageDirectlyResult = ShapeValue<typeof directlyShape>;
const directly = bodyOf('ConsumeMessageDirectlyResult', directlyShape);
export const encodeConsumeMessageDirectlyResult = directly.encode;
export const decodeConsumeMessageDirectlyResult = directly.decode;
