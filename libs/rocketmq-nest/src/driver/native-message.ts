import { Message, MessageConst, type MessageExt as NativeMessageExt } from 'rocketmq-broker-core/client';
import type { EncodedMessage } from '../interfaces/driver.js';
import { MessageExt } from '../messages/message-ext.js';

/** The client's message as listeners and `receive` hand it out. */
export function fromNative(native: NativeMessageExt): MessageExt {
  const { properties } = native;
  return new MessageExt({
    topic: native.topic,
    tags: native.tags,
    keys: native.keys?.split(MessageConst.KEY_SEPARATOR).filter((key) => key !== '') ?? [],
    body: native.body,
    msgId: native.msgId,
    offsetMsgId: native.offsetMsgId,
    transactionId: properties.get(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX),
    queueId: native.queueId,
    queueOffset: native.queueOffset,
    brokerName: native.brokerName,
    bornTimestamp: native.bornTimestamp,
    bornHost: native.bornHost,
    storeTimestamp: native.storeTimestamp,
    reconsumeTimes: native.reconsumeTimes,
    flag: native.flag,
    sysFlag: native.sysFlag,
    properties,
    native,
  });
}

/** An encoded message as the client sends it. */
export function toNative(encoded: EncodedMessage): Message {
  const message = new Message(encoded.topic, encoded.body, {
    flag: encoded.flag,
    properties: Object.entries(encoded.properties),
    tags: encoded.tag,
    keys: encoded.keys.length === 0 ? undefined : encoded.keys,
  });
  if (!encoded.waitStoreMsgOk) message.isWaitStoreMsgOK = false;
  if (encoded.delayLevel !== undefined) message.delayTimeLevel = encoded.delayLevel;
  return message;
}
