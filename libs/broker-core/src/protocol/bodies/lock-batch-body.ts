import { bodyOf, boolean, listOf, objectOf, type ShapeValue, text } from '../json-shape.js';
import { messageQueueShape } from '../message-queue.js';

const lockBatchRequestShape = objectOf({
  consumerGroup: text,
  clientId: text,
  /** True when another broker asks: the lock is not passed on again. */
  onlyThisBroker: boolean,
  mqSet: listOf(messageQueueShape),
});

/** The body of LOCK_BATCH_MQ and UNLOCK_BATCH_MQ. */
export type LockBatchRequestBody = ShapeValue<typeof lockBatchRequestShape>;

const request = bodyOf('LockBatchRequestBody', lockBatchRequestShape);
export const encodeLockBatchRequestBody = request.encode;
export const decodeLockBatchRequestBody = request.decode;

const lockBatchResponseShape = objectOf({ lockOKMQSet: listOf(messageQueueShape) });

/** The queues that the client has locked now. */
export type LockBatchResponseBody = ShapeValue<typeof lockBatchResponseShape>;

const response = bodyOf('LockBatchResponseBody', lockBatchResponseShape);
export const encodeLockBatchResponseBody = response.encode;
export const decodeLockBatchResponseBody = response.decode;

/** The body of UNLOCK_BATCH_MQ has the shape of LOCK_BATCH_MQ's. */
export type UnlockBatchRequestBody = LockBatchRequestBody;
export const encodeUnlockBatchRequestBody = request.encode;
export const decodeUnlockBatchRequestBody = request.decode;
