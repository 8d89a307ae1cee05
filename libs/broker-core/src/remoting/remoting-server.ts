import { createServer, type Server, type Socket } from 'node:net';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import { ConnectionError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import { delay, type Scheduler, systemScheduler } from '../runtime/scheduler.js';
import type { Connection, RequestProcessor } from './connection.js';
import { ConnectionHouse } from './connection-house.js';
import { Dispatcher } from './dispatcher.js';
import { limitsFrom, type RemotingLimits } from './limits.js';
import { SocketConnection } from './socket-connection.js';

export type { Connection, RequestProcessor } from './connection.js';

/** Peers up to this MQVersion (5.3.1) do not know GO_AWAY; they are served to the end. */
const LAST_VERSION_WITHOUT_GO_AWAY = 475;
const QUIET_POLL_MS = 5;
/** How long sockets may take to close once everything was sent. */
const CLOSE_GRACE_MS = 200;

/** Where to listen, within which limits, and what the world lends. */
export interface RemotingServerOptions extends Partial<RemotingLimits> {
  readonly host: string;
  /** 0 lets the system choose; `start` tells which. */
  readonly port: number;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

/**
 * Accepts connections and has their requests answered by the processors of their codes. RocketMQ: NettyRemotingServer
 *
 * A request may also be sent to a peer: `connection.invoke`.
 */
export class RemotingServer {
  readonly #options: RemotingServerOptions;
  readonly #scheduler: Scheduler;
  readonly #dispatcher: Dispatcher;
  readonly #house: ConnectionHouse<SocketConnection>;
  readonly #server: Server;
  readonly #closedListeners: ((connection: Connection) => void)[] = [];
  #isLeaving = false;

  constructor(options: RemotingServerOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? systemScheduler;
    this.#dispatcher = new Dispatcher(options.logger);
    this.#house = new ConnectionHouse<SocketConnection>({
      limits: limitsFrom(options),
      dispatcher: this.#dispatcher,
      logger: options.logger,
      clock: options.clock ?? systemClock,
      scheduler: this.#scheduler,
      closeSilentPeers: false,
      refuseRequest: (request) => this.#goAway(request),
    });
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = this.#house.limits.maxConnections;
    this.#server.on('drop', (peer) => options.logger.warn('connection dropped: too many are open', { ...peer }));
  }

  /** Lets `processor` answer requests with this code; a later one replaces it. */
  registerProcessor(code: number, processor: RequestProcessor): void {
    this.#dispatcher.register(code, processor);
  }

  /** Lets `processor` answer every code that has no processor of its own. */
  setDefaultProcessor(processor: RequestProcessor): void {
    this.#dispatcher.setDefault(processor);
  }

  /** Hears of every connection that has ended, once. */
  onConnectionClosed(listener: (connection: Connection) => void): void {
    this.#closedListeners.push(listener);
  }

  /** The connections that are open now. */
  get connections(): ReadonlySet<Connection> {
    return this.#house.connections;
  }

  /**
   * Begins to listen.
   *
   * Throws  ConnectionError, not retryable, when the address cannot be listened on
   */
  start(): Promise<{ port: number }> {
    const { host, port, logger } = this.#options;
    return new Promise((resolve, reject) => {
      const onFailure = (cause: NodeJS.ErrnoException) => {
        const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
        reject(new ConnectionError(`cannot listen on ${host}:${port}: ${why}`, { cause, retryable: false }));
      };
      this.#server.once('error', onFailure);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', onFailure);
        // Accepting can fail later (EMFILE): those who are connected are served on.
        this.#server.on('error', (error) =>
          logger.error('a connection could not be accepted', { error: error.message }),
        );
        const bound = this.#server.address();
        resolve({ port: bound !== null && typeof bound === 'object' ? bound.port : port });
      });
    });
  }

  /**
   * Stops accepting and waits, at most `graceMs`, until what was asked is answered and sent. Newer peers are told to go
   * away (GO_AWAY) when they ask more; they come again elsewhere. Connections stay open.
   */
  async drain(graceMs: number): Promise<void> {
    if (!this.#isLeaving) this.#server.close();
    this.#isLeaving = true;
    await this.#waitFor(() => this.#house.isQuiet, graceMs);
  }

  /** Drains, then closes every connection. */
  async shutdown(graceMs = 1000): Promise<void> {
    await this.drain(graceMs);
    const reason = 'the server shuts down';
    for (const connection of this.#house.connections) connection.close(reason);
    await this.#waitFor(() => this.#house.connections.size === 0, CLOSE_GRACE_MS);
    for (const connection of this.#house.connections) connection.abort(reason);
    await this.#waitFor(() => this.#house.connections.size === 0, CLOSE_GRACE_MS);
    this.#house.pending.failAll(undefined, reason);
  }

  #accept(socket: Socket): void {
    if (this.#isLeaving || socket.remoteAddress === undefined) {
      socket.on('error', () => undefined).destroy();
      return;
    }
    const connection = new SocketConnection(socket, this.#house);
    this.#house.add(connection);
    connection.onClose(() => {
      for (const listener of this.#closedListeners) listener(connection);
    });
  }

  #goAway(request: RemotingCommand): RemotingCommand | undefined {
    if (!this.#isLeaving || request.version <= LAST_VERSION_WITHOUT_GO_AWAY) return undefined;
    return createResponse(ResponseCode.GO_AWAY, 'this server shuts down; ask another one');
  }

  async #waitFor(isDone: () => boolean, graceMs: number): Promise<void> {
    for (let leftMs = graceMs; !isDone() && leftMs > 0; leftMs -= QUIET_POLL_MS)
      await delay(this.#scheduler, QUIET_POLL_MS);
  }
}
