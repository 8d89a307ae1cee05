import { MessageConst } from '../protocol/message-const.js';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';

const NAME_END = '\u0001';
const PROPERTY_END = '\u0002';

/** What the broker reads out of the properties of a sent message, and the string it stores. */
export interface SentProperties {
  /** All properties, the broker's own included. */
  text: string;
  tags: string | undefined;
  keys: string | undefined;
  uniqKey: string | undefined;
  /** DELAY; 0 without one, or when it is no number. */
  delayLevel: number;
  /** WAIT; true without one. */
  waitStoreMsgOK: boolean;
  /** TRAN_MSG: half of a transaction. */
  isPrepared: boolean;
  /** Any of TIMER_DELAY_SEC, TIMER_DELAY_MS, TIMER_DELIVER_MS, without TIMER_OUT_MS and without a delay level. */
  isTimed: boolean;
  /** INNER_NUM: claims to be a batch in one record. */
  isInnerBatch: boolean;
}

/** One object for all messages: the hot path reads it before the next message is looked at. */
const scratch: SentProperties = {
  text: '',
  tags: undefined,
  keys: undefined,
  uniqKey: undefined,
  delayLevel: 0,
  waitStoreMsgOK: true,
  isPrepared: false,
  isTimed: false,
  isInnerBatch: false,
};

/**
 * Reads the properties of a sent message in one pass, without making a Map, and adds the broker's own (`stamp`).
 *
 * A string that is unusual (malformed, or it names properties that are the broker's to set) takes the long way through
 * a Map, so that both ways store what RocketMQ would. The result is one shared object: use it before the next call.
 * `makeUniqKey` is asked only when the client gave the message no id.
 */
export function readSentProperties(text: string, stamp: BrokerStamp, makeUniqKey: () => string): SentProperties {
  clear();
  scratch.text = text;
  if (scan(text)) scratch.text += stamp.text;
  else rewrite(text, stamp);
  if (scratch.uniqKey === undefined) {
    scratch.uniqKey = makeUniqKey();
    scratch.text += `${MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX}${NAME_END}${scratch.uniqKey}${PROPERTY_END}`;
  }
  return scratch;
}

/** The properties that the broker gives every message. */
export interface BrokerStamp {
  readonly properties: ReadonlyMap<string, string>;
  /** The same, encoded. */
  readonly text: string;
}

export function brokerStamp(regionId: string, traceOn: boolean, clusterName: string): BrokerStamp {
  const properties = new Map([
    [MessageConst.PROPERTY_MSG_REGION, regionId],
    [MessageConst.PROPERTY_TRACE_SWITCH, String(traceOn)],
    [MessageConst.PROPERTY_CLUSTER, clusterName],
  ]);
  return { properties, text: encodeProperties(properties) };
}

function clear(): void {
  scratch.tags = undefined;
  scratch.keys = undefined;
  scratch.uniqKey = undefined;
  scratch.delayLevel = 0;
  scratch.waitStoreMsgOK = true;
  scratch.isPrepared = false;
  scratch.isTimed = false;
  scratch.isInnerBatch = false;
}

/**
 * The hot loop: names are told apart by length first, and no name is ever cut out of the string. False when the string
 * must go the long way.
 */
function scan(text: string): boolean {
  let hasTimer = false;
  let hasTimerOut = false;
  let start = 0;
  while (start < text.length) {
    const nameEnd = text.indexOf(NAME_END, start);
    const end = text.indexOf(PROPERTY_END, start);
    if (nameEnd <= start || end <= nameEnd + 1) return false;
    const value = nameEnd + 1;
    switch (nameEnd - start) {
      case 4:
        if (text.startsWith('TAGS', start)) scratch.tags = text.slice(value, end);
        else if (text.startsWith('KEYS', start)) scratch.keys = text.slice(value, end);
        else if (text.startsWith('WAIT', start)) scratch.waitStoreMsgOK = isTrue(text, value, end);
        break;
      case 5:
        if (text.startsWith('DELAY', start)) scratch.delayLevel = wholeNumber(text.slice(value, end));
        break;
      case 6:
        if (text.startsWith('POP_CK', start)) return false;
        break;
      case 7:
        if (text.startsWith('CLUSTER', start)) return false;
        break;
      case 8:
        if (text.startsWith('UNIQ_KEY', start)) scratch.uniqKey = text.slice(value, end);
        else if (text.startsWith('TRAN_MSG', start)) scratch.isPrepared = isTrue(text, value, end);
        else if (text.startsWith('TRACE_ON', start)) return false;
        break;
      case 9:
        if (text.startsWith('INNER_NUM', start)) scratch.isInnerBatch = true;
        break;
      case 10:
        if (text.startsWith('MSG_REGION', start)) return false;
        break;
      case 12:
        if (text.startsWith('TIMER_OUT_MS', start)) hasTimerOut = true;
        break;
      case 14:
      case 15:
      case 16:
        if (text.startsWith('TIMER_DEL', start)) hasTimer = true;
        break;
      default:
    }
    start = end + 1;
  }
  if (hasTimer && scratch.delayLevel > 0) return false; // the timer goes
  scratch.isTimed = hasTimer && !hasTimerOut;
  return true;
}

const TIMERS = [
  MessageConst.PROPERTY_TIMER_DELAY_SEC,
  MessageConst.PROPERTY_TIMER_DELAY_MS,
  MessageConst.PROPERTY_TIMER_DELIVER_MS,
];

/** The long way: through a Map, as RocketMQ always goes. */
function rewrite(text: string, stamp: BrokerStamp): void {
  const properties = decodeProperties(text);
  properties.delete(MessageConst.PROPERTY_POP_CK);
  for (const [name, value] of stamp.properties) properties.set(name, value);
  clear();
  scratch.tags = properties.get(MessageConst.PROPERTY_TAGS);
  scratch.keys = properties.get(MessageConst.PROPERTY_KEYS);
  scratch.uniqKey = properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
  scratch.delayLevel = wholeNumber(properties.get(MessageConst.PROPERTY_DELAY_TIME_LEVEL) ?? '0');
  scratch.waitStoreMsgOK = (properties.get(MessageConst.PROPERTY_WAIT_STORE_MSG_OK) ?? 'true').toLowerCase() === 'true';
  scratch.isPrepared = properties.get(MessageConst.PROPERTY_TRANSACTION_PREPARED)?.toLowerCase() === 'true';
  scratch.isInnerBatch = properties.has(MessageConst.PROPERTY_INNER_NUM);
  // A delay level wins over a timer. Source  RocketMQ HookUtils#checkIfTimerMessage
  if (scratch.delayLevel > 0) for (const name of TIMERS) properties.delete(name);
  scratch.isTimed = TIMERS.some((name) => properties.has(name)) && !properties.has(MessageConst.PROPERTY_TIMER_OUT_MS);
  scratch.text = encodeProperties(properties);
}

function isTrue(text: string, start: number, end: number): boolean {
  return end - start === 4 && (text.startsWith('true', start) || text.slice(start, end).toLowerCase() === 'true');
}

function wholeNumber(text: string): number {
  return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : 0;
}
