import { RemoteError, RocketMQError, type RocketMQErrorOptions } from '../runtime/errors.js';
import { hintFor, type Subject } from './hints.js';

/** A call that cannot work as it was made: `message` says which call, argument or setting to change. Never retried. */
export class ClientError extends RocketMQError {
  readonly code = 'CLIENT_MISUSE';
  readonly ends = 'request';
}

/** No name server, route, broker or queue fits the call; it may succeed once the cluster has what `message` names. */
export class RouteError extends RocketMQError {
  readonly code = 'NO_ROUTE';
  readonly ends = 'request';

  constructor(message: string, options?: RocketMQErrorOptions) {
    super(message, { retryable: true, ...options });
  }
}

/** More calls wait for answers than the client lets wait; nothing was sent. Wait for some of them, then call again. */
export class TooManyRequestsError extends RocketMQError {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly ends = 'request';

  constructor(message: string) {
    super(message, { retryable: true });
  }
}

/** The broker's or name server's refusal, with the step that usually helps at the end of its message. */
export function refusal(
  responseCode: number,
  remark: string | undefined,
  address: string,
  subject?: Subject,
): RemoteError {
  const error = new RemoteError(responseCode, remark ?? 'no remark', address);
  const hint = hintFor(responseCode, subject ?? {});
  if (hint !== undefined) error.message += `. ${hint}`;
  return error;
}

/** What of an unknown thrown value belongs in a log line or a header. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The same with the way it took, for logs of what a listener threw. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? messageOf(error)) : String(error);
}
