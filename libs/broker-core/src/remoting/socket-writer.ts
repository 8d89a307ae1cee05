import type { Socket } from 'node:net';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { Clock } from '../runtime/clock.js';
import { ConnectionError } from '../runtime/errors.js';
import { OutQueue, type SegmentPool } from './out-queue.js';

/** What a writer works with. */
export interface SocketWriterOptions {
  readonly socket: Socket;
  readonly segments: SegmentPool;
  readonly clock: Clock;
  readonly maxFrameBytes: number;
  /** Runs after each write. */
  readonly onWritten: () => void;
}

/**
 * The way out of one connection. Commands queue up and leave in one write: the first one arms a flush for the end of
 * this turn's callbacks, so whatever is answered in one read event, or by one flush of the store, shares a system call.
 */
export class SocketWriter {
  readonly #options: SocketWriterOptions;
  readonly #out: OutQueue;
  #isArmed = false;
  #givenBytes = 0;
  #takenBytes = 0;
  #unreadSinceMs: number | undefined;
  #lastWriteMs: number;

  constructor(options: SocketWriterOptions) {
    this.#options = options;
    this.#out = new OutQueue(options.segments);
    this.#lastWriteMs = options.clock.monotonicMs();
  }

  /** Bytes that the peer has not taken. */
  get unsentBytes(): number {
    return this.#out.bytes + this.#options.socket.writableLength;
  }

  /** When something was last written (monotonic ms). */
  get lastWriteMs(): number {
    return this.#lastWriteMs;
  }

  /**
   * Encodes a command behind those that wait.
   *
   * Throws  ConnectionError (not retryable) if its body is larger than a frame may be; what the codec throws
   */
  send(command: RemotingCommand): void {
    const bodyBytes = command.body?.length ?? 0;
    const { maxFrameBytes } = this.#options;
    if (bodyBytes > maxFrameBytes) {
      const problem = `a body of ${bodyBytes} bytes exceeds the frame limit of ${maxFrameBytes}`;
      throw new ConnectionError(problem, { retryable: false });
    }
    this.#out.add(command);
    if (this.#isArmed) return;
    this.#isArmed = true;
    process.nextTick(this.flush);
  }

  /** Hands everything that waits to the socket now. */
  readonly flush = (): void => {
    this.#isArmed = false;
    const { socket, clock, onWritten } = this.#options;
    if (!socket.writable || this.#out.bytes === 0) return;
    const isWaiting = socket.writableLength > 0;
    this.#givenBytes += this.#out.bytes;
    const parts = this.#out.take(isWaiting);
    if (parts.length === 1) socket.write(parts[0]!);
    else {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    }
    // Nothing left in the socket means that the kernel has copied everything: the memory is ours again.
    const hasLeft = socket.writableLength === 0;
    this.#out.release(isWaiting || hasLeft, hasLeft);
    this.#lastWriteMs = clock.monotonicMs();
    onWritten();
  };

  /**
   * Since when the peer has taken nothing of what waits for it; undefined when nothing waits. To be asked now and then:
   * bytes that left between two looks are a sign of life.
   */
  unreadSince(nowMs: number): number | undefined {
    const unsent = this.#options.socket.writableLength;
    const taken = this.#givenBytes - unsent;
    if (unsent === 0) this.#unreadSinceMs = undefined;
    else if (taken > this.#takenBytes || this.#unreadSinceMs === undefined) this.#unreadSinceMs = nowMs;
    this.#takenBytes = taken;
    return this.#unreadSinceMs;
  }
}
