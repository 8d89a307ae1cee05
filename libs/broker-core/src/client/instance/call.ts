import { createRequest, type ExtFields, markOneWay, type RemotingCommand } from '../../protocol/remoting-command.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { refusal } from '../errors.js';
import type { Transport } from './transport.js';

/** One question to one server. */
export interface Question {
  readonly code: number;
  readonly extFields?: ExtFields | undefined;
  readonly body?: Buffer | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Who is asked about what: for the hint in an error's message. */
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
  /** Codes besides SUCCESS that are answers and not refusals. */
  readonly alsoGood?: readonly number[] | undefined;
}

/**
 * Asks and waits. Resolves with a good answer only.
 *
 * Throws  RemoteError for any other code, TimeoutError, ConnectionError, or the signal's reason
 */
export async function ask(transport: Transport, address: string, question: Question): Promise<RemotingCommand> {
  const request = createRequest(question.code, question.extFields, question.body);
  const response = await transport.invoke(address, request, question.timeoutMs, question.signal);
  if (response.code === ResponseCode.SUCCESS || question.alsoGood?.includes(response.code)) return response;
  throw refusal(response.code, response.remark, address, question);
}

/** Says something that is not answered; resolves when it is handed to the socket. */
export function tell(
  transport: Transport,
  address: string,
  saying: Pick<Question, 'code' | 'extFields' | 'body'>,
): Promise<void> {
  return transport.invokeOneWay(address, markOneWay(createRequest(saying.code, saying.extFields, saying.body)));
}
