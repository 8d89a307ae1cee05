import { MessageConst } from '../protocol/message-const.js';
import { getPropertyFrom } from '../protocol/message-properties.js';
import {
  bodyCrcOf,
  layoutOfRecord,
  MESSAGE_MAGIC_V1,
  MESSAGE_MAGIC_V2,
  RecordPosition,
} from '../protocol/message-record.js';
import { MessageSysFlag } from '../protocol/sys-flag.js';
import { tagsCodeOf } from '../protocol/tag-filter.js';
import { SystemTopic } from '../protocol/topic-names.js';
import { readInt64 } from '../runtime/numbers.js';
import type { DispatchRecord } from './staged-record.js';

/** What is wrong with bytes that should be a record. */
export type RecordProblem =
  | 'no record'
  | 'wrong lengths'
  | 'wrong offset'
  | 'wrong CRC'
  | 'torn properties'
  | 'wrong topic'
  | 'wrong queue';

/** The delivery time of a delay level, as schedule/ computes it. */
export type DeliverTimestamp = (delayLevel: number, storeTimestamp: number) => number;

/** What a disk writes as a whole. */
const SECTOR_BYTES = 512;

/** Bytes of the shortest record there can be. */
export const MIN_RECORD_BYTES = 91;

/**
 * What is wrong with the record at `position`, which must be in `source` as a whole; undefined if nothing is.
 * `filePosition` is where it begins in its file.
 */
export function problemOfRecord(
  source: Buffer,
  position: number,
  commitLogOffset: number,
  filePosition: number,
  checkCrc: boolean,
): RecordProblem | undefined {
  const magic = source.readUInt32BE(position + RecordPosition.magic);
  if (magic !== MESSAGE_MAGIC_V1 && magic !== MESSAGE_MAGIC_V2) return 'no record';
  if (readInt64(source, position + RecordPosition.commitLogOffset) !== commitLogOffset) return 'wrong offset';
  try {
    const layout = layoutOfRecord(source, position);
    const { totalBytes, topicAt, topicBytes, propertiesAt, propertiesBytes, bodyAt, bodyBytes } = layout;
    const end = position + totalBytes;
    if (propertiesAt + propertiesBytes !== end) return 'wrong lengths';
    // Topic and queue become a directory's name: nothing else than a topic may.
    if (!isTopicName(source, topicAt, topicAt + topicBytes)) return 'wrong topic';
    if (source.readInt32BE(position + RecordPosition.queueId) < 0) return 'wrong queue';
    // A queue never has more messages than the log has bytes.
    const queueOffset = readInt64(source, position + RecordPosition.queueOffset);
    if (queueOffset < 0 || queueOffset > commitLogOffset) return 'wrong queue';
    if (!checkCrc) return undefined;
    // The CRC is of the body alone. Topic and properties are text (`couldLookTorn` sees to it): a sector that is empty
    // there never arrived, and a zero at the end is where a write broke off.
    const origin = position - (filePosition % SECTOR_BYTES);
    const isTorn =
      (propertiesBytes > 0 && source[end - 1] === 0) ||
      hasEmptySector(source, topicAt, topicAt + topicBytes, origin) ||
      hasEmptySector(source, propertiesAt, end, origin);
    if (isTorn) return 'torn properties';
    const crc = bodyBytes > 0 ? bodyCrcOf(source.subarray(bodyAt, bodyAt + bodyBytes)) : undefined;
    return crc === undefined || crc === source.readInt32BE(position + RecordPosition.bodyCrc) ? undefined : 'wrong CRC';
  } catch {
    return 'wrong lengths';
  }
}

/** Whether recovery could take these properties for what a torn write leaves: such a message must not be stored. */
export function couldLookTorn(propertiesString: string): boolean {
  if (propertiesString.endsWith('\0')) return true;
  return propertiesString.length >= SECTOR_BYTES && propertiesString.includes(EMPTY_SECTOR);
}

const EMPTY_SECTOR = '\0'.repeat(SECTOR_BYTES);

/** Bytes that topic names are made of. RocketMQ: TopicValidator#VALID_CHAR_BIT_MAP */
const IS_TOPIC_BYTE = Array.from({ length: 256 }, (_, byte) => /[%|a-zA-Z0-9_-]/.test(String.fromCharCode(byte)));

function isTopicName(source: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!IS_TOPIC_BYTE[source[at]!]) return false;
  return to > from;
}

/** Whether a sector that begins between `from` and `end` has nothing but zeros up to `end`; sectors begin at `origin`. */
function hasEmptySector(source: Buffer, from: number, end: number, origin: number): boolean {
  let start = origin + Math.ceil((from - origin) / SECTOR_BYTES) * SECTOR_BYTES;
  for (; start < end; start += SECTOR_BYTES) {
    let at = start;
    while (at < Math.min(end, start + SECTOR_BYTES) && source[at] === 0) at++;
    if (at === Math.min(end, start + SECTOR_BYTES)) return true;
  }
  return false;
}

/** Reads what dispatching needs from a record without a problem. RocketMQ: CommitLog#checkMessageAndReturnSize */
export function readDispatchRecord(
  source: Buffer,
  position: number,
  deliverTimestamp: DeliverTimestamp,
): DispatchRecord {
  const layout = layoutOfRecord(source, position);
  const topic = source.toString('utf8', layout.topicAt, layout.topicAt + layout.topicBytes);
  const properties = source.toString('utf8', layout.propertiesAt, layout.propertiesAt + layout.propertiesBytes);
  const storeTimestamp = readInt64(source, layout.storeTimestampAt);
  const tags = getPropertyFrom(properties, MessageConst.PROPERTY_TAGS);
  return {
    topic,
    queueId: source.readInt32BE(position + RecordPosition.queueId),
    queueOffset: readInt64(source, position + RecordPosition.queueOffset),
    commitLogOffset: readInt64(source, position + RecordPosition.commitLogOffset),
    sizeBytes: layout.totalBytes,
    tagsCode: entryTagsCodeOf(topic, properties, tags, storeTimestamp, deliverTimestamp),
    storeTimestamp,
    sysFlag: layout.sysFlag,
    keys: getPropertyFrom(properties, MessageConst.PROPERTY_KEYS),
    uniqKey: getPropertyFrom(properties, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
    tags,
  };
}

function entryTagsCodeOf(
  topic: string,
  properties: string,
  tags: string | undefined,
  storeTimestamp: number,
  deliverTimestamp: DeliverTimestamp,
): number {
  if (topic === SystemTopic.RMQ_SYS_SCHEDULE_TOPIC) {
    const level = Number(getPropertyFrom(properties, MessageConst.PROPERTY_DELAY_TIME_LEVEL) ?? 0);
    if (level > 0) return deliverTimestamp(level, storeTimestamp);
  }
  return tagsCodeOf(tags);
}

/** When the record was stored, in ms; only its first bytes are looked at. */
export function recordStoreTimestamp(source: Buffer, position = 0): number {
  const sysFlag = source.readInt32BE(position + RecordPosition.sysFlag);
  const bornHostBytes = (sysFlag & MessageSysFlag.BORNHOST_V6_FLAG) !== 0 ? 20 : 8;
  return readInt64(source, position + RecordPosition.bornHost + bornHostBytes);
}
