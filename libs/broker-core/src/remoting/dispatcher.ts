import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { InvariantError, RequestError, RocketMQError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import type { Connection, RequestProcessor } from './connection.js';

/** Longest remark that an error of ours puts on the wire. */
const MAX_REMARK_CHARS = 1024;

/**
 * Which processor answers which request code, and the request boundary around it: whatever a processor throws becomes
 * an answer, never an end of the process. RocketMQ: NettyRemotingAbstract#processRequestCommand
 */
export class Dispatcher {
  readonly #processors = new Map<number, RequestProcessor>();
  #fallback: RequestProcessor | undefined;

  constructor(private readonly logger: Logger) {}

  /** Lets `processor` answer `code`; a later one replaces it. */
  register(code: number, processor: RequestProcessor): void {
    this.#processors.set(code, processor);
  }

  /** Lets `processor` answer every code nobody else does. */
  setDefault(processor: RequestProcessor): void {
    this.#fallback = processor;
  }

  /** Runs the processor of a request; what it throws at once is already an answer. */
  dispatch(
    request: RemotingCommand,
    connection: Connection,
  ): RemotingCommand | undefined | Promise<RemotingCommand | undefined> {
    const processor = this.#processors.get(request.code) ?? this.#fallback;
    if (processor === undefined) return notSupported(request.code);
    try {
      return processor(request, connection);
    } catch (error) {
      return this.failure(error, request, connection);
    }
  }

  /** The answer to a request whose processor threw `error`. */
  failure(error: unknown, request: RemotingCommand, connection: Connection): RemotingCommand {
    if (error instanceof RequestError) return createResponse(error.responseCode, clip(error.remark));
    // A broken invariant is a defect like any other unknown error: it wants its stack in the log.
    if (error instanceof RocketMQError && !(error instanceof InvariantError)) {
      this.logger.warn('request failed', {
        code: request.code,
        remoteAddress: connection.remoteAddress,
        error: error.message,
      });
      return createResponse(ResponseCode.SYSTEM_ERROR, clip(error.message));
    }
    this.logger.error('request failed unexpectedly', {
      code: request.code,
      remoteAddress: connection.remoteAddress,
      error,
    });
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return createResponse(ResponseCode.SYSTEM_ERROR, clip(what));
  }
}

/** RocketMQ's answer to a code nobody registered; the leading blank is on its wire too. */
export function notSupported(code: number): RemotingCommand {
  return createResponse(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${code} not supported`);
}

function clip(text: string): string {
  return text.length <= MAX_REMARK_CHARS ? text : `${text.slice(0, MAX_REMARK_CHARS)}…`;
}
