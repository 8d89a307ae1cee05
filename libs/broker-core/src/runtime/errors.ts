/** What an error ends; that word alone picks the place that catches it (house rule: errors say what they end). */
export type Ends = 'request' | 'connection' | 'store' | 'process';

/** Options of every error of ours. */
export interface RocketMQErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable?: boolean;
}

/**
 * The root of every error this house throws on purpose.
 *
 * `code` is a stable word for programs, `message` says what happened and what to do, `ends` says how far it reaches.
 */
export abstract class RocketMQError extends Error {
  abstract readonly code: string;
  abstract readonly ends: Ends;
  readonly retryable: boolean;

  constructor(message: string, options: RocketMQErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryable = options.retryable ?? false;
  }
}

/** A request that is answered with `responseCode` and `remark`; the connection goes on. */
export class RequestError extends RocketMQError {
  readonly code = 'REQUEST_REFUSED';
  readonly ends = 'request';

  constructor(
    readonly responseCode: number,
    readonly remark: string,
    options?: RocketMQErrorOptions,
  ) {
    super(remark, options);
  }
}

/** Bytes that are not the protocol: one log line, and the connection is closed. */
export class ProtocolError extends RocketMQError {
  readonly code: string = 'PROTOCOL_ERROR';
  readonly ends = 'connection';
}

/** A frame that announces more bytes than `maxFrameBytes`; nothing of it is buffered. */
export class FrameTooLargeError extends ProtocolError {
  override readonly code = 'FRAME_TOO_LARGE';

  constructor(
    readonly announcedBytes: number,
    readonly maxFrameBytes: number,
  ) {
    super(`a frame of ${announcedBytes} bytes exceeds the limit of ${maxFrameBytes}; raise maxFrameBytes on both ends`);
  }
}

/** Bytes on disk that are not what was written; `place` says where. */
export class CorruptRecordError extends RocketMQError {
  readonly code = 'CORRUPT_RECORD';
  readonly ends = 'store';

  constructor(
    message: string,
    readonly place: {
      readonly file?: string;
      readonly position?: number;
      readonly topic?: string;
      readonly queueId?: number;
    },
    options?: RocketMQErrorOptions,
  ) {
    super(message, options);
  }
}

/** A write or fdatasync of the log failed: nothing is acknowledged after it, and the same pages are never synced again. */
export class SyncFailedError extends RocketMQError {
  readonly code = 'SYNC_FAILED';
  readonly ends = 'store';
}

/** The last words of a store: what failed, and what helps. */
export function diskFailed(doing: string, cause: unknown): SyncFailedError {
  if (cause instanceof SyncFailedError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const sentence = `${doing} failed (${why}): nothing is acknowledged any more; look at the disk, then start the broker again, it recovers`;
  return new SyncFailedError(sentence, { cause });
}

/** The disk is full: sends are refused, reads go on, and writing resumes when there is room. */
export class DiskFullError extends RocketMQError {
  readonly code = 'DISK_FULL';
  readonly ends = 'store';
}

/** Settings that cannot work. `problems` lists all of them, each with what to write instead. */
export class ConfigError extends RocketMQError {
  readonly code = 'CONFIG_INVALID';
  readonly ends = 'process';

  constructor(readonly problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
}

/** Something that cannot be has been: a defect of ours, and the process ends rather than guess. */
export class InvariantError extends RocketMQError {
  readonly code = 'INVARIANT_BROKEN';
  readonly ends = 'process';
}

/** No answer came in time; whether the peer did the work is unknown. */
export class TimeoutError extends RocketMQError {
  readonly code = 'TIMEOUT';
  readonly ends = 'request';

  constructor(message: string, options?: RocketMQErrorOptions) {
    super(message, { retryable: true, ...options });
  }
}

/** The peer could not be reached, or the connection broke before the answer came. */
export class ConnectionError extends RocketMQError {
  readonly code = 'CONNECTION_FAILED';
  readonly ends = 'request';

  constructor(message: string, options?: RocketMQErrorOptions) {
    super(message, { retryable: true, ...options });
  }
}

/** The peer answered with an error; `responseCode` is RocketMQ's (see response-code.ts), `remark` the peer's words. */
export class RemoteError extends RocketMQError {
  readonly code = 'REMOTE_REFUSED';
  readonly ends = 'request';

  constructor(
    readonly responseCode: number,
    readonly remark: string,
    readonly address: string,
    options?: RocketMQErrorOptions,
  ) {
    super(`${address} answered code ${responseCode}: ${remark}`, options);
  }
}

/** Throws an InvariantError unless `condition` holds. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}
