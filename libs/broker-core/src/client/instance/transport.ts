import type { RequestProcessor } from '../../remoting/connection.js';
import type { RemotingCommand } from '../../protocol/remoting-command.js';

/** What the client asks of remoting: RemotingClient on sockets, a fake in specs. */
export interface Transport {
  /** Resolves with any response; rejects with TimeoutError or ConnectionError only, or the signal's reason. */
  invoke(address: string, request: RemotingCommand, timeoutMs: number, signal?: AbortSignal): Promise<RemotingCommand>;
  /** Resolves when the request is handed to the socket. */
  invokeOneWay(address: string, request: RemotingCommand): Promise<void>;
  /** For requests that brokers send to clients. */
  registerProcessor(code: number, processor: RequestProcessor): void;
  closeConnection(address: string): void;
  onConnectionClosed(listener: (address: string) => void): void;
  shutdown(): Promise<void>;
}
