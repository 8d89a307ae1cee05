import type { Message } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import type { Random } from '../../runtime/random.js';

/** Marks a message as one that wants a reply, and answers the id its reply will carry. RocketMQ: prepareSendRequest. */
export function asRequest(message: Message, clientId: string, timeoutMs: number, random: Random): string {
  const correlationId = uuidFrom(random);
  message.properties.set(MessageConst.PROPERTY_CORRELATION_ID, correlationId);
  message.properties.set(MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT, clientId);
  message.properties.set(MessageConst.PROPERTY_MESSAGE_TTL, String(timeoutMs));
  return correlationId;
}

/** A version 4 UUID. It tells requests apart and keeps no secret. */
export function uuidFrom(random: Random): string {
  const hex = (digits: number) =>
    random
      .int(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + random.int(4)).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`;
}
