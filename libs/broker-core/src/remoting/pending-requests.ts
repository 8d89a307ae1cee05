import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { Clock } from '../runtime/clock.js';
import { ConnectionError, TimeoutError } from '../runtime/errors.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';

/** How often overdue requests are looked for: a time-out is never early and at most this late. */
const SWEEP_INTERVAL_MS = 50;
const MAX_OPAQUE = 0x7fffffff;

/** Who a request was sent to; an answer counts only from there. */
export interface Peer {
  readonly remoteAddress: string;
  /** When it was last heard (monotonic ms). */
  readonly lastReadMs: number;
}

interface Pending<P extends Peer> {
  readonly peer: P;
  readonly code: number;
  readonly sentAtMs: number;
  readonly deadlineMs: number;
  readonly resolve: (answer: RemotingCommand) => void;
  readonly reject: (error: unknown) => void;
  forget: (() => void) | undefined;
}

/**
 * The requests of one server or client that wait for their answers. RocketMQ: NettyRemotingAbstract#responseTable
 *
 * An opaque is unique over all connections, as RocketMQ's peers expect. Deadlines are found by one sweep that runs only
 * while something waits, instead of a timer for each request.
 */
export class PendingRequests<P extends Peer = Peer> {
  readonly #table = new Map<number, Pending<P>>();
  #lastOpaque = 0;
  #stopSweep: Cancel | undefined;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly scheduler: Scheduler;
      readonly maxPending: number;
      /** Hears of a peer that let a request time out and said nothing at all since it was asked. */
      readonly onSilentPeer?: (peer: P) => void;
    },
  ) {}

  get size(): number {
    return this.#table.size;
  }

  /** Whether one more request would be too many. */
  get isFull(): boolean {
    return this.#table.size >= this.options.maxPending;
  }

  /** Gives a request its opaque and waits for the answer. The caller has looked at `isFull` and at the signal. */
  add(request: RemotingCommand, peer: P, timeoutMs: number, signal: AbortSignal | undefined): Promise<RemotingCommand> {
    const opaque = this.nextOpaque();
    request.opaque = opaque;
    return new Promise((resolve, reject) => {
      const sentAtMs = this.options.clock.monotonicMs();
      const deadlineMs = sentAtMs + timeoutMs;
      const pending: Pending<P> = {
        peer,
        code: request.code,
        sentAtMs,
        deadlineMs,
        resolve,
        reject,
        forget: undefined,
      };
      if (signal !== undefined) this.#listen(opaque, pending, signal);
      this.#table.set(opaque, pending);
      this.#stopSweep ??= this.options.scheduler.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    });
  }

  /** A number no waiting request has; wraps like Java's int, but stays positive. */
  nextOpaque(): number {
    do this.#lastOpaque = this.#lastOpaque === MAX_OPAQUE ? 1 : this.#lastOpaque + 1;
    while (this.#table.has(this.#lastOpaque));
    return this.#lastOpaque;
  }

  /** Hands an answer to who waits for it; false when nobody does, at least not from this peer. */
  settle(answer: RemotingCommand, peer: P): boolean {
    const pending = this.#table.get(answer.opaque);
    if (pending === undefined || pending.peer !== peer) return false;
    this.#remove(answer.opaque, pending);
    pending.resolve(answer);
    return true;
  }

  /** Takes a request back that could not be sent. */
  fail(opaque: number, error: unknown): void {
    const pending = this.#table.get(opaque);
    if (pending === undefined) return;
    this.#remove(opaque, pending);
    pending.reject(error);
  }

  /** Fails everything asked of a peer; undefined means of all peers. */
  failAll(peer: P | undefined, reason: string): void {
    for (const [opaque, pending] of this.#table) {
      if (peer !== undefined && pending.peer !== peer) continue;
      this.#remove(opaque, pending);
      pending.reject(
        new ConnectionError(`the connection to ${pending.peer.remoteAddress} ended before the answer: ${reason}`),
      );
    }
  }

  #listen(opaque: number, pending: Pending<P>, signal: AbortSignal): void {
    const onAbort = () => this.fail(opaque, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    pending.forget = () => signal.removeEventListener('abort', onAbort);
  }

  #remove(opaque: number, pending: Pending<P>): void {
    this.#table.delete(opaque);
    pending.forget?.();
    pending.forget = undefined;
  }

  #sweep(): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const [opaque, pending] of this.#table) {
      if (nowMs < pending.deadlineMs) continue;
      this.#remove(opaque, pending);
      const waitedMs = Math.round(nowMs - pending.sentAtMs);
      pending.reject(
        new TimeoutError(`${pending.peer.remoteAddress} did not answer request ${pending.code} within ${waitedMs} ms`),
      );
      if (pending.peer.lastReadMs < pending.sentAtMs) this.options.onSilentPeer?.(pending.peer);
    }
    if (this.#table.size > 0) return;
    this.#stopSweep?.();
    this.#stopSweep = undefined;
  }
}
