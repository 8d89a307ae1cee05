import { ResponseCode } from '../../protocol/response-code.js';
import { ConnectionError, RemoteError, TimeoutError } from '../../runtime/errors.js';
import type { Random } from '../../runtime/random.js';
import { RouteError } from '../errors.js';

/** Response codes after which another queue is tried. RocketMQ: DefaultMQProducer#retryResponseCodes. */
export const DEFAULT_RETRY_RESPONSE_CODES: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
  ResponseCode.GO_AWAY,
]);

/** Shortest and longest pause before the same broker is asked again. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Where a send stands after a failed attempt. */
export interface Attempt {
  /** Attempts made so far, this one included. */
  readonly made: number;
  readonly allowed: number;
  readonly remainingMs: number;
  readonly error: unknown;
  readonly retryResponseCodes: ReadonlySet<number>;
}

/** Whether a further attempt is allowed and can help. */
export function mayRetry({ made, allowed, remainingMs, error, retryResponseCodes }: Attempt): boolean {
  if (made >= allowed || remainingMs <= 0) return false;
  if (error instanceof RemoteError) return retryResponseCodes.has(error.responseCode);
  return error instanceof ConnectionError || error instanceof TimeoutError || error instanceof RouteError;
}

/**
 * How long to wait before the next attempt: not at all when it goes to another broker, else longer each time, half of it
 * by chance so that many senders do not return together. RocketMQ retries at once; a busy broker is busier for it.
 */
export function retryPauseMs(made: number, sameBroker: boolean, remainingMs: number, random: Random): number {
  if (!sameBroker) return 0;
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (made - 1));
  return Math.min(Math.floor(full / 2 + random.next() * (full / 2)), Math.floor(remainingMs / 4));
}
