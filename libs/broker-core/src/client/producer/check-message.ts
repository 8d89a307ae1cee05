import type { Message } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { isForbiddenToSend, isRetryTopic, validateTopic } from '../../protocol/topic-names.js';
import { ClientError } from '../errors.js';

const TIMER_PROPERTIES = [
  MessageConst.PROPERTY_TIMER_DELAY_SEC,
  MessageConst.PROPERTY_TIMER_DELAY_MS,
  MessageConst.PROPERTY_TIMER_DELIVER_MS,
];

/** Throws ClientError for a message that no broker would take. RocketMQ: Validators#checkMessage. */
export function checkMessage(message: Message, maxMessageSize: number): void {
  const problem = validateTopic(message.topic);
  if (problem !== undefined) throw new ClientError(`the message cannot be sent: ${problem}`);
  if (isForbiddenToSend(message.topic)) {
    throw new ClientError(`topic '${message.topic}' belongs to the broker: send to a topic of your own`);
  }
  const bytes = (message.body as Buffer | undefined)?.length ?? 0;
  if (bytes === 0)
    throw new ClientError(`the message for topic '${message.topic}' has no body: give it at least one byte`);
  if (bytes > maxMessageSize) {
    throw new ClientError(
      `the body of ${bytes} bytes exceeds maxMessageSize ${maxMessageSize}: send less, or raise maxMessageSize here and on the broker`,
    );
  }
}

/** Throws ClientError for messages that cannot travel together. RocketMQ: MessageBatch#generateFromList. */
export function checkBatch(messages: readonly Message[], maxMessageSize: number): void {
  const [first] = messages;
  if (first === undefined) throw new ClientError('the batch holds no messages: give sendBatch at least one');
  for (const message of messages) {
    checkMessage(message, maxMessageSize);
    if (message.topic !== first.topic) {
      throw new ClientError(`a batch has one topic: '${first.topic}' and '${message.topic}' must be sent apart`);
    }
    if (message.delayTimeLevel > 0 || TIMER_PROPERTIES.some((name) => message.properties.has(name))) {
      throw new ClientError('delayed messages cannot travel in a batch: send them one by one');
    }
    if (isRetryTopic(message.topic)) throw new ClientError('retry topics take no batches: send one by one');
    if (message.isWaitStoreMsgOK !== first.isWaitStoreMsgOK) {
      throw new ClientError('the messages of a batch must agree on WAIT (isWaitStoreMsgOK)');
    }
  }
}
