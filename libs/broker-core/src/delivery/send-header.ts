import { SendMessageRequestHeader, SendMessageRequestHeaderV2 } from '../protocol/headers/send-message.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';

/** The header of a send or a reply: the first version of each has names, all others have letters. */
export function sendHeaderOf({ code, extFields }: RemotingCommand): SendMessageRequestHeader {
  const isNamed = code === RequestCode.SEND_MESSAGE || code === RequestCode.SEND_REPLY_MESSAGE;
  return (isNamed ? SendMessageRequestHeader : SendMessageRequestHeaderV2).decode(extFields);
}
