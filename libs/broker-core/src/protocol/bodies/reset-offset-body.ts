import { bodyOf, mapOf, number, numberMapOf, objectMapOf, objectOf, type ShapeValue } from '../json-shape.js';
import { messageQueueShape } from '../message-queue.js';
import { listOf, text } from '../json-shape.js';

const queueOffsets = objectMapOf(messageQueueShape, number);

const resetOffsetShape = objectOf({ offsetTable: queueOffsets });
/** Where queues are set to: the body of RESET_CONSUMER_CLIENT_OFFSET, the answer to INVOKE_BROKER_TO_RESET_OFFSET. */
export type ResetOffsetBody = ShapeValue<typeof resetOffsetShape>;
const resetOffset = bodyOf('ResetOffsetBody', resetOffsetShape);
export const encodeResetOffsetBody = resetOffset.encode;
export const decodeResetOffsetBody = resetOffset.decode;

const resetOffsetForCShape = objectOf({
  offsetTable: listOf(objectOf({ topic: text, brokerName: text, queueId: number, offset: number })),
});
/** The same for C++ clients, who cannot read objects as keys. */
export type ResetOffsetBodyForC = ShapeValue<typeof resetOffsetForCShape>;
const resetOffsetForC = bodyOf('ResetOffsetBodyForC', resetOffsetForCShape);
export const encodeResetOffsetBodyForC = resetOffsetForC.encode;
export const decodeResetOffsetBodyForC = resetOffsetForC.decode;

const consumerStatusShape = objectOf({ messageQueueTable: queueOffsets, consumerTable: mapOf(queueOffsets) });
/** Offsets a client holds, or those of many clients: GET_CONSUMER_STATUS_FROM_CLIENT, INVOKE_BROKER_TO_GET_CONSUMER_STATUS. */
export type GetConsumerStatusBody = ShapeValue<typeof consumerStatusShape>;
const consumerStatus = bodyOf('GetConsumerStatusBody', consumerStatusShape);
export const encodeGetConsumerStatusBody = consumerStatus.encode;
export const decodeGetConsumerStatusBody = consumerStatus.decode;

const correctionShape = objectOf({ correctionOffsets: numberMapOf(number) });
/** The answer to QUERY_CORRECTION_OFFSET. */
export type QueryCorrectionOffsetBody = ShapeValue<typeof correctionShape>;
const correction = bodyOf('QueryCorrectionOffsetBody', correctionShape);
export const encodeQueryCorrectionOffsetBody = correction.encode;
export const decodeQueryCorrectionOffsetBody = correction.decode;
