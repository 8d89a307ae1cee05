import { decompressBody } from '../../protocol/compression.js';
import { MessageExt } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { decodeProperties } from '../../protocol/message-properties.js';
import type { RemotingCommand } from '../../protocol/remoting-command.js';
import { isCompressed } from '../../protocol/sys-flag.js';

/** A pushed reply as a message, and the request it answers. RocketMQ: ClientRemotingProcessor#receiveReplyMessage. */
export function replyOf(
  request: RemotingCommand,
  now: number,
): { readonly reply: MessageExt; readonly correlationId: string | undefined } {
  const ext = request.extFields ?? {};
  const sysFlag = Number(ext['sysFlag'] ?? 0);
  const body = request.body ?? Buffer.alloc(0);
  const reply = new MessageExt(ext['topic'] ?? '', isCompressed(sysFlag) ? decompressBody(body, sysFlag) : body, {
    flag: Number(ext['flag'] ?? 0),
    properties: decodeProperties(ext['properties'] ?? ''),
  });
  reply.queueId = Number(ext['queueId'] ?? 0);
  reply.sysFlag = sysFlag;
  reply.bornTimestamp = Number(ext['bornTimestamp'] ?? 0);
  reply.storeTimestamp = Number(ext['storeTimestamp'] ?? 0);
  reply.bornHost = (ext['bornHost'] ?? reply.bornHost).replace(/^\//, '');
  reply.storeHost = (ext['storeHost'] ?? reply.storeHost).replace(/^\//, '');
  reply.reconsumeTimes = Number(ext['reconsumeTimes'] ?? 0);
  reply.properties.set(MessageConst.PROPERTY_REPLY_MESSAGE_ARRIVE_TIME, String(now));
  return { reply, correlationId: reply.properties.get(MessageConst.PROPERTY_CORRELATION_ID) };
}
