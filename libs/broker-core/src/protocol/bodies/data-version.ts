import { bodyOf, number, objectOf, type ShapeValue } from '../json-shape.js';

export const dataVersionShape = objectOf({ stateVersion: number, timestamp: number, counter: number });

/** Which of two tables is newer, and whether they are the same: equal only if all three are. RocketMQ: DataVersion. */
export type DataVersion = ShapeValue<typeof dataVersionShape>;

const body = bodyOf('DataVersion', dataVersionShape);
export const encodeDataVersion = body.encode;
export const decodeDataVersion = body.decode;

export function isSameDataVersion(a: DataVersion, b: DataVersion): boolean {
  return a.counter === b.counter && a.timestamp === b.timestamp && a.stateVersion === b.stateVersion;
}
