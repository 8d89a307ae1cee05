import { MessageConst } from '../protocol/message-const.js';
import { appendProperty, decodeProperties, encodeProperties, getPropertyFrom } from '../protocol/message-properties.js';
import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { SystemTopic } from '../protocol/topic-names.js';
import { type PutMessage, type PutMessageHook, refusedPut } from '../store/put-message.js';
import { type DelayLevels, queueIdOfLevel } from './delay-levels.js';

/** Every property of a timer message begins like this; one search keeps ordinary sends fast. */
const TIMER_PREFIX = 'TIMER_D';
const TIMER_PROPERTIES = [
  MessageConst.PROPERTY_TIMER_DELIVER_MS,
  MessageConst.PROPERTY_TIMER_DELAY_SEC,
  MessageConst.PROPERTY_TIMER_DELAY_MS,
];

/**
 * Turns a message with a delay level aside into SCHEDULE_TOPIC_XXXX, where its level waits in one queue; it remembers
 * topic and queue in REAL_TOPIC and REAL_QID.
 *
 * Half messages of transactions pass: their delay begins when they are committed. A message that names a time of its own
 * (TIMER_*) is refused, since nothing here would hold it back.
 *
 * Source  RocketMQ HookUtils#handleScheduleMessage, #transformDelayLevelMessage
 */
export function delayHook(levels: DelayLevels): PutMessageHook {
  return (message) => {
    const hasTimer = message.propertiesString.includes(TIMER_PREFIX);
    if (message.delayLevel <= 0 && !hasTimer) return message;
    const transaction = transactionTypeOf(message.sysFlag);
    const isPlain = transaction === MessageSysFlag.TRANSACTION_NOT_TYPE;
    if (!isPlain && transaction !== MessageSysFlag.TRANSACTION_COMMIT_TYPE) return message;
    if (message.delayLevel > 0) return turnAside(message, levels, hasTimer);
    if (TIMER_PROPERTIES.every((name) => getPropertyFrom(message.propertiesString, name) === undefined)) return message;
    return refusedPut('WHEEL_TIMER_NOT_ENABLE', 'timer messages are not supported yet: use a delay level, 1 to 18');
  };
}

function turnAside(message: PutMessage, levels: DelayLevels, hasTimer: boolean): PutMessage {
  const level = Math.min(message.delayLevel, levels.max);
  return {
    ...message,
    topic: SystemTopic.RMQ_SYS_SCHEDULE_TOPIC,
    queueId: queueIdOfLevel(level),
    delayLevel: level,
    propertiesString: withReturnAddress(message, level, hasTimer),
  };
}

/** Appends where the message belongs; only a message that was delayed before needs its properties taken apart. */
function withReturnAddress(message: PutMessage, level: number, hasTimer: boolean): string {
  const { propertiesString, topic, queueId, delayLevel } = message;
  if (!hasTimer && level === delayLevel && !propertiesString.includes('REAL_')) {
    const withTopic = appendProperty(propertiesString, MessageConst.PROPERTY_REAL_TOPIC, topic);
    return appendProperty(withTopic, MessageConst.PROPERTY_REAL_QUEUE_ID, String(queueId));
  }
  const properties = decodeProperties(propertiesString);
  for (const name of TIMER_PROPERTIES) properties.delete(name);
  properties.set(MessageConst.PROPERTY_DELAY_TIME_LEVEL, String(level));
  properties.set(MessageConst.PROPERTY_REAL_TOPIC, topic);
  properties.set(MessageConst.PROPERTY_REAL_QUEUE_ID, String(queueId));
  return encodeProperties(properties);
}
