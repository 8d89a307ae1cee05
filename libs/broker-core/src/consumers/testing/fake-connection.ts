import type { RemotingCommand } from '../../protocol/remoting-command.js';
import type { Connection } from '../../remoting/connection.js';

let lastId = 0;

/** A connection that remembers what was sent on it: for specs. */
export class FakeConnection implements Connection {
  readonly id = ++lastId;
  readonly remoteAddress = `10.0.0.1:${40_000 + this.id}`;
  readonly localAddress = '127.0.0.1:10911';
  readonly language = 'JAVA';
  readonly version = 495;
  isOpen = true;
  readonly sent: RemotingCommand[] = [];
  readonly #closeListeners: (() => void)[] = [];

  /** What the peer answers; a spec may replace it. */
  answer: (request: RemotingCommand) => Promise<RemotingCommand> = () => Promise.reject(new Error('nobody answers'));

  invoke(request: RemotingCommand): Promise<RemotingCommand> {
    this.sent.push(request);
    return this.answer(request);
  }

  invokeOneWay(request: RemotingCommand): void {
    this.sent.push(request);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const listener of this.#closeListeners) listener();
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }
}
