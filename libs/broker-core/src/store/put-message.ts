import type { HostAddress } from '../protocol/host-address.js';
import { MessageConst } from '../protocol/message-const.js';
import { encodeProperties } from '../protocol/message-properties.js';
import { tagsCodeOf } from '../protocol/tag-filter.js';
import type { CommitLogOffset, QueueOffset } from '../runtime/numbers.js';

export type { HostAddress } from '../protocol/host-address.js';

/** One message to append. Everything in it is already validated; the store adds where and when it was stored. */
export interface PutMessage {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  readonly sysFlag: number;
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset?: number;
  /** As the client sent it: compressed when sysFlag says so. */
  readonly body: Buffer;
  /** All properties, as `encodeProperties` writes them. */
  readonly propertiesString: string;
  /** Hash of the tag, 0 without one. */
  readonly tagsCode: number;
  /** KEYS: words separated by spaces, each of them indexed. */
  readonly keys: string | undefined;
  /** UNIQ_KEY: the client's id of the message, indexed too. */
  readonly uniqKey: string | undefined;
  /** False (property WAIT) answers after the write even where `flushDiskType` promises more. */
  readonly waitStoreMsgOK: boolean;
  /** DELAY, 0 without one; counts only in SCHEDULE_TOPIC_XXXX, where it becomes the entry's delivery time. */
  readonly delayLevel: number;
}

/** The properties of a message as the store takes them: their text, and what queue and index need of them. */
export function storedProperties(
  properties: ReadonlyMap<string, string>,
): Pick<PutMessage, 'propertiesString' | 'tagsCode' | 'keys' | 'uniqKey'> {
  return {
    propertiesString: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties.get(MessageConst.PROPERTY_TAGS)),
    keys: properties.get(MessageConst.PROPERTY_KEYS),
    uniqKey: properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
  };
}

/**
 * What became of a put.
 *
 * PUT_OK                    stored, as durable as `flushDiskType` promises
 * FLUSH_DISK_TIMEOUT        stored, and the sync is still under way after `syncFlushTimeoutMs`
 * FLUSH_SLAVE_TIMEOUT       stored here, and no slave confirmed in time
 * SLAVE_NOT_AVAILABLE       stored here, and no slave is near
 * SERVICE_NOT_AVAILABLE     refused: not running, disk full, or failed
 * MESSAGE_ILLEGAL           refused: too large, or malformed
 * PROPERTIES_SIZE_EXCEEDED  refused: properties beyond 32767 bytes
 * OS_PAGE_CACHE_BUSY        refused: too many puts wait for the disk
 * The rest is what hooks of other rooms say, with RocketMQ's names.
 *
 * Source  RocketMQ 5.x PutMessageStatus
 */
export type PutStatus =
  | 'PUT_OK'
  | 'FLUSH_DISK_TIMEOUT'
  | 'FLUSH_SLAVE_TIMEOUT'
  | 'SLAVE_NOT_AVAILABLE'
  | 'SERVICE_NOT_AVAILABLE'
  | 'MESSAGE_ILLEGAL'
  | 'PROPERTIES_SIZE_EXCEEDED'
  | 'OS_PAGE_CACHE_BUSY'
  | 'IN_SYNC_REPLICAS_NOT_ENOUGH'
  | 'WHEEL_TIMER_MSG_ILLEGAL'
  | 'WHEEL_TIMER_FLOW_CONTROL'
  | 'WHEEL_TIMER_NOT_ENABLE'
  | 'UNKNOWN_ERROR';

/** The answer to a put. Offsets are -1 when nothing was stored. */
export interface PutResult {
  readonly status: PutStatus;
  /** Where it was stored: a delayed message waits in SCHEDULE_TOPIC_XXXX. Empty and -1 when nothing was. */
  readonly topic: string;
  readonly queueId: number;
  /** Of the first message, when several were put. */
  readonly queueOffset: QueueOffset;
  readonly commitLogOffset: CommitLogOffset;
  readonly sizeBytes: number;
  readonly storeTimestamp: number;
  /** Made when it is asked for; of several messages, separated by commas. */
  readonly offsetMsgId: string;
  /** Why a put was refused, in words for the client. */
  readonly remark?: string;
}

/**
 * Sees every message before it is stored and may replace it, or answer in the store's place.
 * schedule/ and transactions/ plug in here. RocketMQ: PutMessageHook
 */
export type PutMessageHook = (message: PutMessage) => PutMessage | PutResult;

/** Whether the message is in the log, whatever more was promised. */
export function isStored(status: PutStatus): boolean {
  return (
    status === 'PUT_OK' ||
    status === 'FLUSH_DISK_TIMEOUT' ||
    status === 'FLUSH_SLAVE_TIMEOUT' ||
    status === 'SLAVE_NOT_AVAILABLE'
  );
}

/** The answer of a put that stored nothing. */
export function refusedPut(status: PutStatus, remark: string): PutResult {
  return {
    status,
    remark,
    topic: '',
    queueId: -1,
    queueOffset: -1 as QueueOffset,
    commitLogOffset: -1 as CommitLogOffset,
    sizeBytes: 0,
    storeTimestamp: 0,
    offsetMsgId: '',
  };
}

/** Tells a hook's answer from a hook's message. */
export function isPutResult(value: PutMessage | PutResult): value is PutResult {
  return 'status' in value;
}
