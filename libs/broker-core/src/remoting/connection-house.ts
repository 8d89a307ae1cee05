import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { Dispatcher } from './dispatcher.js';
import type { RemotingLimits } from './limits.js';
import { SegmentPool } from './out-queue.js';
import { type Peer, PendingRequests } from './pending-requests.js';
import { Turn } from './turn.js';

const VITALS_INTERVAL_MS = 1000;

/** What the house asks of one of its connections. */
export interface Housed extends Peer {
  readonly inFlight: number;
  readonly unsentBytes: number;
  checkVitals(nowMs: number): void;
  abort(reason: string): void;
}

/** What a server or client lends to all its connections. */
export interface HouseOptions {
  readonly limits: RemotingLimits;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Closes a connection whose peer let a request time out in silence: a client's way to notice a dead broker. */
  readonly closeSilentPeers: boolean;
  /** Asked before the dispatcher: an answer here is all the request gets. For a server that is leaving. */
  readonly refuseRequest?: (request: RemotingCommand) => RemotingCommand | undefined;
}

/** The connections of one server or client, what they share, and the look at their vitals once a second. */
export class ConnectionHouse<C extends Housed = Housed> {
  readonly limits: RemotingLimits;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly refuseRequest: HouseOptions['refuseRequest'];
  readonly pending: PendingRequests<C>;
  readonly segments = new SegmentPool();
  readonly turn = new Turn();
  readonly connections = new Set<C>();
  /** Bytes of incomplete frames, over all connections. */
  partialBytes = 0;
  #stopVitals: Cancel | undefined;

  constructor(private readonly options: HouseOptions) {
    this.limits = options.limits;
    this.dispatcher = options.dispatcher;
    this.logger = options.logger;
    this.clock = options.clock;
    this.refuseRequest = options.refuseRequest;
    this.pending = new PendingRequests<C>({
      clock: options.clock,
      scheduler: options.scheduler,
      maxPending: options.limits.maxPendingRequests,
      onSilentPeer: (peer) => {
        if (options.closeSilentPeers) peer.abort('it let a request time out and said nothing since');
      },
    });
  }

  add(connection: C): void {
    this.connections.add(connection);
    this.#stopVitals ??= this.options.scheduler.every(VITALS_INTERVAL_MS, () => this.#checkVitals());
  }

  remove(connection: C): void {
    this.connections.delete(connection);
    if (this.connections.size > 0) return;
    this.#stopVitals?.();
    this.#stopVitals = undefined;
  }

  /** Whether no request of a peer is unanswered and no answer unsent. */
  get isQuiet(): boolean {
    for (const connection of this.connections) {
      if (connection.inFlight > 0 || connection.unsentBytes > 0) return false;
    }
    return true;
  }

  #checkVitals(): void {
    const nowMs = this.clock.monotonicMs();
    for (const connection of this.connections) connection.checkVitals(nowMs);
  }
}
