import { bodyOf, boolean, listOf, number, objectOf, type ShapeValue, text } from '../json-shape.js';

const haRuntimeShape = objectOf({
  master: boolean,
  masterCommitLogMaxOffset: number,
  inSyncSlaveNums: number,
  /** What a master knows of its slaves. */
  haConnectionInfo: listOf(
    objectOf({
      addr: text,
      slaveAckOffset: number,
      diff: number,
      inSync: boolean,
      transferredByteInSecond: number,
      transferFromWhere: number,
    }),
  ),
  /** What a slave knows of its master. */
  haClientRuntimeInfo: objectOf({
    masterAddr: text,
    transferredByteInSecond: number,
    maxOffset: number,
    lastReadTimestamp: number,
    lastWriteTimestamp: number,
    masterFlushOffset: number,
    /** Not written by Apache, whose getter has another name. */
    activated: boolean.optional,
  }),
});

/** Replication at a glance: the answer to GET_BROKER_HA_STATUS. */
export type HARuntimeInfo = ShapeValue<typeof haRuntimeShape>;

const haRuntime = bodyOf('HARuntimeInfo', haRuntimeShape);
export const encodeHARuntimeInfo = haRuntime.encode;
export const decodeHARuntimeInfo = haRuntime.decode;
