import { connect as openSocket, type Socket } from 'node:net';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import { ConnectionError, TimeoutError } from '../runtime/errors.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import { type Scheduler, systemScheduler } from '../runtime/scheduler.js';
import { within } from '../runtime/within.js';
import { parseAddress } from './address.js';
import type { RequestProcessor } from './connection.js';
import { ConnectionHouse } from './connection-house.js';
import { Dispatcher } from './dispatcher.js';
import { limitsFrom, type RemotingLimits } from './limits.js';
import { SocketConnection } from './socket-connection.js';

export type { Connection, RequestProcessor } from './connection.js';

const CONNECT_TIMEOUT_MS = 3000;

/** Limits of a client, and what the world lends it. */
export interface RemotingClientOptions extends Partial<RemotingLimits> {
  readonly connectTimeoutMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

/**
 * Asks servers by their address, over one connection for each, made on demand and again after it broke.
 * RocketMQ: NettyRemotingClient
 *
 * Any response code is an answer. A connection that breaks fails everything asked on it at once.
 */
export class RemotingClient {
  readonly #connectTimeoutMs: number;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #dispatcher: Dispatcher;
  readonly #house: ConnectionHouse<SocketConnection>;
  readonly #open = new Map<string, SocketConnection>();
  readonly #connecting = new Map<string, Promise<SocketConnection>>();
  readonly #closedListeners: ((address: string) => void)[] = [];
  #isShutdown = false;

  constructor(options: RemotingClientOptions = {}) {
    const logger = options.logger ?? silentLogger;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#clock = options.clock ?? systemClock;
    this.#scheduler = options.scheduler ?? systemScheduler;
    this.#dispatcher = new Dispatcher(logger);
    this.#house = new ConnectionHouse<SocketConnection>({
      limits: limitsFrom(options),
      dispatcher: this.#dispatcher,
      logger,
      clock: this.#clock,
      scheduler: this.#scheduler,
      closeSilentPeers: true,
    });
  }

  /** Lets `processor` answer what servers ask of this client. */
  registerProcessor(code: number, processor: RequestProcessor): void {
    this.#dispatcher.register(code, processor);
  }

  /** Hears the address of every connection that has ended, once. */
  onConnectionClosed(listener: (address: string) => void): void {
    this.#closedListeners.push(listener);
  }

  /**
   * Asks `address`, connecting first when need be; `timeoutMs` covers both. A server that says GO_AWAY is left, and
   * asked once more over a new connection.
   *
   * Throws  TimeoutError, ConnectionError, or the signal's reason when it is aborted
   */
  async invoke(
    address: string,
    request: RemotingCommand,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<RemotingCommand> {
    const startedAtMs = this.#clock.monotonicMs();
    const open = this.#open.get(address);
    const connection = open?.isOpen ? open : await this.#connectWithin(address, startedAtMs, timeoutMs, signal);
    const answer = await connection.invoke(request, this.#leftMs(address, startedAtMs, timeoutMs), signal);
    if (answer.code !== ResponseCode.GO_AWAY) return answer;
    this.#forget(address, connection);
    const another = await this.#connectWithin(address, startedAtMs, timeoutMs, signal);
    return another.invoke(request, this.#leftMs(address, startedAtMs, timeoutMs), signal);
  }

  /** Sends a request that nobody answers; resolves when it is queued on a connection. */
  async invokeOneWay(address: string, request: RemotingCommand): Promise<void> {
    const connection = await this.#connectOnce(address);
    connection.invokeOneWay(request);
  }

  /** Closes the connection to `address`, if there is one; what waits on it fails. */
  closeConnection(address: string): void {
    this.#open.get(address)?.close('closed by this client');
  }

  /** Closes everything; what waits fails, and nothing can be asked any more. */
  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await Promise.allSettled(this.#connecting.values());
    const closed = [...this.#house.connections].map(
      (connection) => new Promise<void>((resolve) => connection.onClose(resolve)),
    );
    for (const connection of this.#house.connections) connection.close('the client shuts down');
    const cancel = this.#scheduler.after(CLOSE_GRACE_MS, () => {
      for (const connection of this.#house.connections) connection.abort('the client shuts down');
    });
    await Promise.all(closed);
    cancel();
  }

  /** What is left of a time-out; throws when it is nothing. */
  #leftMs(address: string, startedAtMs: number, timeoutMs: number): number {
    const leftMs = timeoutMs - (this.#clock.monotonicMs() - startedAtMs);
    if (leftMs > 0) return leftMs;
    throw connectedTooLate(address, timeoutMs);
  }

  /** Others may have more time for the same connection: it is still made when this caller's time is over. */
  #connectWithin(
    address: string,
    startedAtMs: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SocketConnection> {
    const leftMs = this.#leftMs(address, startedAtMs, timeoutMs);
    const late = () => connectedTooLate(address, timeoutMs);
    return within(this.#scheduler, this.#connectOnce(address), leftMs, late, signal);
  }

  #connectOnce(address: string): Promise<SocketConnection> {
    const open = this.#open.get(address);
    if (open?.isOpen) return Promise.resolve(open);
    let connecting = this.#connecting.get(address);
    if (connecting === undefined) {
      connecting = this.#connect(address).finally(() => this.#connecting.delete(address));
      this.#connecting.set(address, connecting);
    }
    return connecting;
  }

  async #connect(address: string): Promise<SocketConnection> {
    if (this.#isShutdown) throw new ConnectionError('this client is shut down', { retryable: false });
    const { host, port } = parseAddress(address);
    if (this.#house.connections.size >= this.#house.limits.maxConnections) {
      throw new ConnectionError(`${this.#house.connections.size} connections are open already`);
    }
    const socket = openSocket({ host, port, noDelay: true, allowHalfOpen: true });
    await connected(socket, address, this.#connectTimeoutMs, this.#scheduler);
    const connection = new SocketConnection(socket, this.#house);
    this.#house.add(connection);
    this.#open.set(address, connection);
    connection.onClose(() => {
      this.#forget(address, connection);
      for (const listener of this.#closedListeners) listener(address);
    });
    return connection;
  }

  /** From now on others get a new connection; this one ends when its server or its idle time ends it. */
  #forget(address: string, connection: SocketConnection): void {
    if (this.#open.get(address) === connection) this.#open.delete(address);
  }
}

const CLOSE_GRACE_MS = 200;

function connectedTooLate(address: string, timeoutMs: number): TimeoutError {
  return new TimeoutError(`connecting to ${address} took all of ${timeoutMs} ms`);
}

function connected(socket: Socket, address: string, timeoutMs: number, scheduler: Scheduler): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(new ConnectionError(`cannot connect to ${address}: ${why}`, { cause }));
    };
    const onError = (error: NodeJS.ErrnoException) => {
      cancel();
      fail(error.code ?? error.message, error);
    };
    const cancel = scheduler.after(timeoutMs, () => {
      socket.off('error', onError);
      socket.on('error', () => undefined);
      fail(`no connection within ${timeoutMs} ms`);
    });
    socket.once('error', onError);
    socket.once('connect', () => {
      cancel();
      socket.off('error', onError);
      resolve();
    });
  });
}
