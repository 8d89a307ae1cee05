import { Message, type MessageExt } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { RequestCode } from '../../protocol/request-code.js';
import { retryTopicOf } from '../../protocol/topic-names.js';
import { messageOf, RouteError } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MessageSender } from '../producer/message-sender.js';
import { prepareSend } from '../producer/send-request.js';

const TIMEOUT_MS = 5_000;
/** Deliveries after the first, when the group does not say. */
const DEFAULT_MAX_RECONSUME_TIMES = 16;
/** The delay level of a first retry. */
const FIRST_DELAY_LEVEL = 3;

/** Gives messages back to the group: they come again after a delay, to any member, and end among the dead letters. */
export class SendBack {
  constructor(
    private readonly sender: MessageSender,
    private readonly group: string,
    private readonly maxReconsumeTimes: number,
  ) {}

  /**
   * Asks the message's broker to deliver it again; if that fails, sends a copy to the retry topic wherever that can be done.
   *
   * `delayLevel`: -1 dead letter at once, 0 the broker decides, n that level.
   * Throws  what the copy's sending throws
   */
  async sendBack(message: MessageExt, delayLevel: number, brokerName: string | undefined): Promise<void> {
    try {
      await this.#ask(message, delayLevel, brokerName);
    } catch (error) {
      const { logger } = this.sender.instance.settings;
      const fields = { group: this.group, topic: message.topic, msgId: message.msgId, brokerName };
      logger.warn('message not sent back, sending a copy', { ...fields, reason: messageOf(error) });
      await this.sendCopy(
        message,
        this.maxReconsumeTimes === -1 ? DEFAULT_MAX_RECONSUME_TIMES : this.maxReconsumeTimes,
      );
    }
  }

  /** Sends the message as a new one to the retry topic; the broker moves it to the dead letters when it came too often. */
  async sendCopy(message: MessageExt, maxReconsumeTimes: number): Promise<void> {
    const { settings } = this.sender;
    const send = prepareSend(copyForRetry(message, this.group, maxReconsumeTimes), settings, this.sender.ids);
    await this.sender.send(send, {
      attempts: 1 + settings.retryTimesWhenSendFailed,
      timeoutMs: settings.sendMsgTimeoutMs,
    });
  }

  async #ask(message: MessageExt, delayLevel: number, brokerName: string | undefined): Promise<void> {
    const { transport, routes } = this.sender.instance;
    const address = brokerName === undefined ? message.storeHost : routes.brokers.masterOf(brokerName);
    if (address === undefined) throw new RouteError(`broker '${brokerName}' has no master now`);
    await ask(transport, address, {
      code: RequestCode.CONSUMER_SEND_MSG_BACK,
      extFields: {
        offset: String(message.commitLogOffset),
        group: this.group,
        delayLevel: String(delayLevel),
        originMsgId: message.msgId,
        originTopic: message.topic,
        unitMode: 'false',
        maxReconsumeTimes: String(this.maxReconsumeTimes === -1 ? DEFAULT_MAX_RECONSUME_TIMES : this.maxReconsumeTimes),
        ...(brokerName === undefined ? {} : { bname: brokerName }),
      },
      timeoutMs: TIMEOUT_MS,
      topic: message.topic,
      group: this.group,
    });
  }
}

/** RocketMQ: DefaultMQPushConsumerImpl#sendMessageBackAsNormalMessage. */
export function copyForRetry(message: MessageExt, group: string, maxReconsumeTimes: number): Message {
  const copy = new Message(retryTopicOf(group), message.body, { flag: message.flag, properties: message.properties });
  const { properties } = copy;
  const originId = properties.get(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID) ?? message.msgId;
  properties.set(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID, originId);
  properties.set(MessageConst.PROPERTY_RETRY_TOPIC, message.topic);
  properties.set(MessageConst.PROPERTY_RECONSUME_TIME, String(message.reconsumeTimes + 1));
  properties.set(MessageConst.PROPERTY_MAX_RECONSUME_TIMES, String(maxReconsumeTimes));
  properties.delete(MessageConst.PROPERTY_TRANSACTION_PREPARED);
  copy.delayTimeLevel = FIRST_DELAY_LEVEL + message.reconsumeTimes;
  return copy;
}
