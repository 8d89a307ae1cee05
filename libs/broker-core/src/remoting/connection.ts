import type { RemotingCommand } from '../protocol/remoting-command.js';

/**
 * Answers one request. `undefined` means no answer: for one-way requests, or a peer that has gone.
 *
 * Throws  RequestError to answer with its code and remark; anything else becomes SYSTEM_ERROR and is logged
 */
export type RequestProcessor = (
  request: RemotingCommand,
  connection: Connection,
) => RemotingCommand | undefined | Promise<RemotingCommand | undefined>;

/** One TCP connection that speaks the remoting protocol. Both ends may ask on it. RocketMQ: Channel */
export interface Connection {
  /** Unique within the process. */
  readonly id: number;
  /** `ip:port` of the peer. */
  readonly remoteAddress: string;
  /** `ip:port` of this end. */
  readonly localAddress: string;
  /** Whether a request or an answer can still be sent. */
  readonly isOpen: boolean;
  /** What the peer's latest frame said it is written in; `OTHER` before the first. */
  readonly language: string;
  /** MQVersion ordinal of the peer's latest frame; 0 before the first. */
  readonly version: number;
  /**
   * Asks the peer and waits for its answer, whatever its code.
   *
   * Throws  TimeoutError, ConnectionError, or the signal's reason when it is aborted
   */
  invoke(request: RemotingCommand, timeoutMs: number, signal?: AbortSignal): Promise<RemotingCommand>;
  /** Sends a request that nobody answers; on a closed connection it is lost, as on a wire that is cut. */
  invokeOneWay(request: RemotingCommand): void;
  /** Sends what is queued, then closes. `reason` is for the log and for those who wait. */
  close(reason: string): void;
  /** Calls `listener` once when the connection has ended, however it ended; at once when it already has. */
  onClose(listener: () => void): void;
}
