import { parseHost } from '../protocol/host-address.js';
import { MessageConst } from '../protocol/message-const.js';
import { decodeMessage } from '../protocol/message-record.js';
import { SystemTopic, validateTopic } from '../protocol/topic-names.js';
import { type PutMessage, storedProperties } from '../store/put-message.js';

/** What becomes of a record whose time has come. */
export type Redelivery =
  | { readonly kind: 'deliver'; readonly message: PutMessage }
  /** It can never be delivered, and waiting does not help; `why` goes into the log. */
  | { readonly kind: 'discard'; readonly why: string };

/**
 * The message to store again, under the topic and queue it was meant for.
 *
 * Properties stay as they were, DELAY and REAL_* included, so that a client sees what RocketMQ shows it; the level itself
 * is dropped, or the message would wait for ever. It keeps its UNIQ_KEY, birth and body, compressed as it came.
 *
 * Source  RocketMQ ScheduleMessageService#messageTimeUp
 */
export function redeliveryOf(record: Buffer): Redelivery {
  const waiting = decodeMessage(record, 0, { decompress: false });
  const topic = waiting.properties.get(MessageConst.PROPERTY_REAL_TOPIC);
  const queueId = Number(waiting.properties.get(MessageConst.PROPERTY_REAL_QUEUE_ID));
  if (topic === undefined) return { kind: 'discard', why: 'it has no REAL_TOPIC' };
  const problem = validateTopic(topic);
  if (problem !== undefined) return { kind: 'discard', why: problem };
  if (!Number.isInteger(queueId) || queueId < 0) return { kind: 'discard', why: 'it has no REAL_QID' };
  if (topic === SystemTopic.RMQ_SYS_TRANS_HALF_TOPIC)
    return { kind: 'discard', why: 'half messages are never delayed' };
  return {
    kind: 'deliver',
    message: {
      topic,
      queueId,
      flag: waiting.flag,
      sysFlag: waiting.sysFlag,
      bornTimestamp: waiting.bornTimestamp,
      bornHost: parseHost(waiting.bornHost),
      reconsumeTimes: waiting.reconsumeTimes,
      body: waiting.body,
      ...storedProperties(waiting.properties),
      // RocketMQ does not wait for the disk here. We do: progress past this message must not outlive the message.
      waitStoreMsgOK: true,
      delayLevel: 0,
    },
  };
}
