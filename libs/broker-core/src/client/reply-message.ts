import { Message } from '../protocol/message.js';
import { MessageConst } from '../protocol/message-const.js';
import { replyTopicOf } from '../protocol/topic-names.js';
import { ClientError } from './errors.js';

/**
 * The answer to `request`: send it with any producer, and the asking client gets it. RocketMQ: MessageUtil#createReplyMessage.
 *
 * Throws  ClientError if `request` was not made by `producer.request`
 */
export function createReplyMessage(request: Message, body: Buffer): Message {
  const cluster = request.properties.get(MessageConst.PROPERTY_CLUSTER);
  const replyTo = request.properties.get(MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT);
  const correlationId = request.properties.get(MessageConst.PROPERTY_CORRELATION_ID);
  if (cluster === undefined || replyTo === undefined || correlationId === undefined) {
    throw new ClientError(
      'this message asks for no reply: only messages sent with producer.request() carry CLUSTER, REPLY_TO_CLIENT and CORRELATION_ID',
    );
  }
  const properties = new Map([
    [MessageConst.PROPERTY_MESSAGE_TYPE, 'reply'],
    [MessageConst.PROPERTY_CORRELATION_ID, correlationId],
    [MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT, replyTo],
    [MessageConst.PROPERTY_MESSAGE_TTL, request.properties.get(MessageConst.PROPERTY_MESSAGE_TTL) ?? '3000'],
  ]);
  return new Message(replyTopicOf(cluster), body, { properties });
}
