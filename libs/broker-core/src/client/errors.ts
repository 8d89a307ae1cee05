import { RemoteError, RocketMQError, type RocketMQErrorOptions } from '../runtime/errors.js';
import { hintFor } from './hints.js';

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

/** The broker's or name server's refusal, with the step that usually helps at the end of its message. */
export function refusal(
  responseCode: number,
  remark: string | undefined,
  address: string,
  subject?: { readonly topic?: string; readonly group?: string },
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
