import type { Socket } from 'node:net';
import { FrameDecoder } from '../protocol/frame-decoder.js';
import {
  createResponse,
  isOneWay,
  isResponse,
  markOneWay,
  type RemotingCommand,
} from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { ConnectionError } from '../runtime/errors.js';
import { formatAddress } from './address.js';
import type { Connection } from './connection.js';
import type { ConnectionHouse } from './connection-house.js';
import { nextGate, openGate, type ReadGate, reasonToClose } from './flow-control.js';
import { describeForeignBytes } from './foreign-bytes.js';
import { SocketWriter } from './socket-writer.js';

let lastId = 0;

/** Undecoded bytes that may wait for the next turn while the socket is still read. */
const MAX_WAITING_BYTES = 256 * 1024;
/** What a request costs beside its body, for the bound on bytes in flight. */
const REQUEST_OVERHEAD_BYTES = 512;

/**
 * The shell around one socket: bytes in, frames to the dispatcher or to who waits for an answer, answers out.
 *
 * A peer that says good-bye has everything it sent before served; what it asked and was not answered by then is not
 * waited for.
 */
export class SocketConnection implements Connection {
  readonly id = ++lastId;
  readonly remoteAddress: string;
  readonly localAddress: string;
  language = 'OTHER';
  version = 0;
  lastReadMs: number;

  readonly #decoder: FrameDecoder;
  readonly #writer: SocketWriter;
  readonly #closeListeners: (() => void)[] = [];
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closeReason = 'the peer closed it';
  #gate: ReadGate = openGate;
  #isPaused = false;
  #hasRead = false;
  #hasPeerEnded = false;
  #isContinueArmed = false;
  #turn = -1;
  #framesLeft = 0;
  #inFlight = 0;
  #inFlightBytes = 0;
  /** Bytes in the decoder, as last told to the house. */
  #bufferedBytes = 0;
  #partialSinceMs: number | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly house: ConnectionHouse<SocketConnection>,
  ) {
    this.remoteAddress = formatAddress(socket.remoteAddress, socket.remotePort);
    this.localAddress = formatAddress(socket.localAddress, socket.localPort);
    this.lastReadMs = house.clock.monotonicMs();
    this.#decoder = new FrameDecoder({ maxFrameBytes: house.limits.maxFrameBytes });
    const { segments, clock, limits } = house;
    const onWritten = () => this.#onWritten();
    this.#writer = new SocketWriter({ socket, segments, clock, maxFrameBytes: limits.maxFrameBytes, onWritten });
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#readFrames());
    socket.on('end', () => this.#onEnd());
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', () => this.#onClosed());
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Requests of the peer that are not answered yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Bytes of ours that the peer has not taken. */
  get unsentBytes(): number {
    return this.#writer.unsentBytes;
  }

  get closeReason(): string {
    return this.#closeReason;
  }

  invoke(request: RemotingCommand, timeoutMs: number, signal?: AbortSignal): Promise<RemotingCommand> {
    const problem = signal?.aborted ? signal.reason : this.#problemOfSending();
    if (problem !== undefined) return Promise.reject(problem);
    const answer = this.house.pending.add(request, this, timeoutMs, signal);
    try {
      this.#writer.send(request);
    } catch (error) {
      this.house.pending.fail(request.opaque, error);
    }
    return answer;
  }

  invokeOneWay(request: RemotingCommand): void {
    if (this.#problemOfSending() !== undefined) return;
    markOneWay(request);
    request.opaque = this.house.pending.nextOpaque();
    this.#writer.send(request);
  }

  close(reason: string): void {
    if (this.#state !== 'open') return;
    this.#writer.flush();
    this.#leave(reason);
    this.socket.destroySoon();
  }

  /** Closes without sending what is queued: for peers that broke the rules or do not read. */
  abort(reason: string): void {
    if (this.#state === 'open') this.#leave(reason);
    this.socket.destroy();
  }

  onClose(listener: () => void): void {
    if (this.#state === 'closed') listener();
    else this.#closeListeners.push(listener);
  }

  /** A look at the clock, once a second: ends the connection when it has been in a bad state for too long. */
  checkVitals(nowMs: number): void {
    const vitals = {
      lastActivityMs: Math.max(this.lastReadMs, this.#writer.lastWriteMs),
      partialSinceMs: this.#partialSinceMs,
      unreadSinceMs: this.#writer.unreadSince(nowMs),
      unsentBytes: this.unsentBytes,
    };
    const reason = reasonToClose(vitals, this.house.limits, nowMs);
    if (reason === undefined) return;
    if (this.isOpen) this.house.logger.info('connection closed', { remoteAddress: this.remoteAddress, reason });
    this.abort(reason);
  }

  #onData(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.lastReadMs = this.house.clock.monotonicMs();
    if (!this.#hasRead) {
      this.#hasRead = true;
      const foreign = describeForeignBytes(chunk);
      if (foreign !== undefined) {
        this.#refuse(foreign);
        return;
      }
    }
    this.#decoder.push(chunk);
    this.#readFrames();
    this.#noticeBuffered(this.#decoder.bufferedBytes);
    if (this.#bufferedBytes > 0 && this.house.partialBytes > this.house.limits.maxPartialBytes) {
      this.#refuse('incomplete frames of all connections together exceed their limit');
    }
  }

  /** The peer sends no more; frames that wait for their turn are served before the connection goes. */
  #onEnd(): void {
    this.#hasPeerEnded = true;
    this.#readFrames();
  }

  #noticeBuffered(bytes: number): void {
    this.house.partialBytes += bytes - this.#bufferedBytes;
    this.#bufferedBytes = bytes;
  }

  /** Serves frames until there are no more, the gate shuts, or this connection had its share of the turn. */
  #readFrames(): void {
    const turn = this.house.turn.mark();
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#framesLeft = this.house.limits.maxFramesPerTurn;
    }
    try {
      while (this.#state === 'open' && this.#mayServe()) {
        const command = this.#decoder.next();
        if (command === undefined) {
          this.#partialSinceMs =
            this.#decoder.bufferedBytes > 0 ? (this.#partialSinceMs ?? this.lastReadMs) : undefined;
          if (this.#hasPeerEnded) this.close('the peer closed it');
          else this.#pauseReading(false);
          return;
        }
        this.#framesLeft--;
        this.#partialSinceMs = undefined;
        this.#receive(command);
      }
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #mayServe(): boolean {
    this.#gate = nextGate(this.#gate, this, this.house.limits);
    if (this.#gate.kind === 'shut') {
      this.#pauseReading(true);
      return false;
    }
    if (this.#framesLeft > 0) return true;
    if (this.#decoder.bufferedBytes > MAX_WAITING_BYTES) this.#pauseReading(true);
    this.#continueNextTurn();
    return false;
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  #continueNextTurn(): void {
    if (this.#isContinueArmed) return;
    this.#isContinueArmed = true;
    setImmediate(() => {
      this.#isContinueArmed = false;
      this.#readFrames();
      if (this.#state !== 'closed') this.#noticeBuffered(this.#decoder.bufferedBytes);
    });
  }

  #pauseReading(pause: boolean): void {
    if (this.#isPaused === pause) return;
    this.#isPaused = pause;
    if (pause) this.socket.pause();
    else this.socket.resume();
  }

  #receive(command: RemotingCommand): void {
    this.language = command.language;
    this.version = command.version;
    if (isResponse(command)) {
      if (!this.house.pending.settle(command, this)) {
        this.house.logger.debug('answer without a question', {
          remoteAddress: this.remoteAddress,
          opaque: command.opaque,
        });
      }
      return;
    }
    const refusal = this.house.refuseRequest?.(command);
    const result = refusal ?? this.house.dispatcher.dispatch(command, this);
    if (result === undefined) return;
    if (result instanceof Promise) this.#awaitAnswer(command, result);
    else this.#answer(command, result);
  }

  #awaitAnswer(request: RemotingCommand, result: Promise<RemotingCommand | undefined>): void {
    const bytes = REQUEST_OVERHEAD_BYTES + (request.body?.length ?? 0);
    this.#inFlight++;
    this.#inFlightBytes += bytes;
    const finish = (response: RemotingCommand | undefined) => {
      this.#inFlight--;
      this.#inFlightBytes -= bytes;
      if (response !== undefined) this.#answer(request, response);
      if (this.#gate.kind === 'shut') this.#continueNextTurn();
    };
    result.then(finish, (error: unknown) => finish(this.house.dispatcher.failure(error, request, this)));
  }

  #answer(request: RemotingCommand, response: RemotingCommand): void {
    if (isOneWay(request) || this.#state !== 'open') return;
    try {
      this.#writer.send(addressed(request, response));
    } catch (error) {
      this.house.logger.error('an answer could not be encoded', { code: request.code, error });
      const remark = `the answer could not be encoded: ${error instanceof Error ? error.message : String(error)}`;
      this.#writer.send(addressed(request, createResponse(ResponseCode.SYSTEM_ERROR, remark)));
    }
  }

  #onWritten(): void {
    if (this.#gate.kind === 'shut') this.#continueNextTurn();
    if (this.socket.writableLength > this.house.limits.maxUnsentBytes) this.checkVitals(this.#writer.lastWriteMs);
  }

  #problemOfSending(): ConnectionError | undefined {
    if (this.#state !== 'open') {
      return new ConnectionError(`the connection to ${this.remoteAddress} is closed: ${this.#closeReason}`);
    }
    if (this.house.pending.isFull) {
      return new ConnectionError(`${this.house.pending.size} requests wait for answers already; slow down`);
    }
    if (this.unsentBytes <= this.house.limits.maxUnsentBytes) return undefined;
    return new ConnectionError(`${this.remoteAddress} does not read: ${this.unsentBytes} bytes wait for it`);
  }

  /** Ends a connection whose bytes are not the protocol: one line in the log; what it asked before is answered. */
  #refuse(problem: string): void {
    this.house.logger.warn('connection closed: it does not keep to the protocol', {
      remoteAddress: this.remoteAddress,
      problem,
    });
    this.close(problem);
  }

  #onError(error: Error): void {
    if (this.#state === 'open') this.#leave(error.message);
    this.house.logger.debug('connection failed', { remoteAddress: this.remoteAddress, error: error.message });
  }

  #leave(reason: string): void {
    this.#state = 'closing';
    this.#closeReason = reason;
    this.house.pending.failAll(this, reason);
  }

  #onClosed(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') this.#leave('the socket closed');
    this.#state = 'closed';
    this.#noticeBuffered(0);
    this.house.remove(this);
    for (const listener of this.#closeListeners.splice(0)) this.#tell(listener);
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.house.logger.error('a listener of a closed connection failed', { remoteAddress: this.remoteAddress, error });
    }
  }
}

/** Makes a response the answer to its request, written as the request was. */
function addressed(request: RemotingCommand, response: RemotingCommand): RemotingCommand {
  response.opaque = request.opaque;
  response.serializeType = request.serializeType;
  response.flag |= 1;
  return response;
}
