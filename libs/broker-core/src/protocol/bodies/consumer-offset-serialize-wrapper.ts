import { bodyOf, mapOf, number, numberMapOf, objectOf, type ShapeValue } from '../json-shape.js';
import { dataVersionShape } from './data-version.js';

const consumerOffsetShape = objectOf({
  /** `topic@group` → queueId → the next offset to consume. */
  offsetTable: mapOf(numberMapOf(number)),
  dataVersion: dataVersionShape.optional,
});

/** Consumer offsets: the file config/consumerOffset.json, and the answer to GET_ALL_CONSUMER_OFFSET. */
export type ConsumerOffsetSerializeWrapper = ShapeValue<typeof consumerOffsetShape>;

const consumerOffset = bodyOf('ConsumerOffsetSerializeWrapper', consumerOffsetShape);
export const encodeConsumerOffsetSerializeWrapper = consumerOffset.encode;
export const decodeConsumerOffsetSerializeWrapper = consumerOffset.decode;

const delayOffsetShape = objectOf({
  /** Delay level → the next offset to deliver. */
  offsetTable: numberMapOf(number),
  dataVersion: dataVersionShape.optional,
});

/** Progress of the delay levels: the file config/delayOffset.json, and the answer to GET_ALL_DELAY_OFFSET. */
export type DelayOffsetSerializeWrapper = ShapeValue<typeof delayOffsetShape>;

const delayOffset = bodyOf('DelayOffsetSerializeWrapper', delayOffsetShape);
export const encodeDelayOffsetSerializeWrapper = delayOffset.encode;
export const decodeDelayOffsetSerializeWrapper = delayOffset.decode;
