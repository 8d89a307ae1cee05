import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { MessageFilter } from '../store/get-message.js';
import type { DeliveryStore } from './delivery-store.js';
import { type HeldPull, type HoldEvent, step } from './held-pull.js';

/** How often deadlines are looked at: a pull is answered at most so much late. */
const TICK_MS = 250;
/** How often queues are looked at for messages that no filter lets through. */
const CHECK_EVERY_TICKS = 20;

type Answer = RemotingCommand | undefined;

/** One pull to hold. */
export interface PullToHold {
  readonly topic: string;
  readonly queueId: number;
  readonly from: number;
  readonly suspendMs: number;
  readonly filter: MessageFilter | undefined;
  readonly connection: Connection;
  /** Asks the store again; what it returns is the answer. */
  readonly again: () => Answer | Promise<Answer>;
}

interface Held extends PullToHold {
  state: HeldPull;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
}

export interface HeldPullsOptions {
  readonly store: Pick<DeliveryStore, 'maxQueueOffset'>;
  readonly maxHeldPulls: () => number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger?: Logger;
}

/**
 * The pulls that wait for messages, by topic and queue.
 *
 * All rules are in held-pull.ts; this only keeps the table and passes news on. Who is woken is answered in a microtask,
 * so that all messages of one run of the store travel in one answer. RocketMQ: PullRequestHoldService
 */
export class HeldPulls {
  readonly #queues = new Map<string, Map<number, Set<Held>>>();
  readonly #byConnection = new Map<Connection, Set<Held>>();
  readonly #options: HeldPullsOptions;
  readonly #logger: Logger;
  #count = 0;
  #ticks = 0;
  #isShutDown = false;
  #stopTicking: Cancel | undefined;

  constructor(options: HeldPullsOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  /** How many pulls wait. */
  get size(): number {
    return this.#count;
  }

  start(): void {
    this.#stopTicking ??= this.#options.scheduler.every(TICK_MS, () => this.#tick());
  }

  /** Answers all of them empty-handed; none is held any more. */
  shutdown(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    this.#isShutDown = true;
    for (const held of this.#all()) this.#tell(held, { kind: 'shutdown' });
  }

  /** Holds a pull until it hears good news or its time is up; undefined when that cannot be. */
  hold(pull: PullToHold): Promise<Answer> | undefined {
    if (this.#isShutDown) return undefined;
    if (this.#count >= this.#options.maxHeldPulls()) {
      this.#logger.warn('pull not held: too many are', { topic: pull.topic, queueId: pull.queueId, held: this.#count });
      return undefined;
    }
    const deadline = this.#options.clock.monotonicMs() + pull.suspendMs;
    return new Promise((resolve) => {
      const held: Held = { ...pull, resolve, state: { kind: 'waiting', from: pull.from, deadline } };
      this.#add(held);
      this.#checked(held); // a message may have come while the store was asked
    });
  }

  /** A message came: `maxOffset` is the offset after it. Called for every message, most of which nobody waits for. */
  arrived(topic: string, queueId: number, maxOffset: number, tagsCode: number): void {
    if (this.#count === 0) return;
    const waiting = this.#queues.get(topic)?.get(queueId);
    if (waiting === undefined) return;
    for (const held of waiting) {
      const isWanted = held.filter === undefined || held.filter.matchesConsumeQueue(tagsCode);
      this.#tell(held, { kind: 'arrived', maxOffset, isWanted });
    }
  }

  /** An operator moved a group in this queue: its pulls ask again now and hear where to go on, instead of at their deadline. */
  moved(topic: string, queueId: number): void {
    for (const held of this.#queues.get(topic)?.get(queueId) ?? []) this.#tell(held, { kind: 'moved' });
  }

  /** Nobody listens on `connection` any more. */
  connectionClosed(connection: Connection): void {
    for (const held of this.#byConnection.get(connection) ?? []) {
      this.#remove(held);
      held.resolve(undefined);
    }
  }

  #tick(): void {
    const now = this.#options.clock.monotonicMs();
    const isCheck = ++this.#ticks % CHECK_EVERY_TICKS === 0;
    for (const held of this.#all()) {
      if (isCheck && !this.#checked(held)) continue;
      this.#tell(held, { kind: 'tick', now });
    }
  }

  /** Whether the pull still waits after a look at its queue. */
  #checked(held: Held): boolean {
    const maxOffset = this.#options.store.maxQueueOffset(held.topic, held.queueId);
    this.#tell(held, { kind: 'checked', maxOffset });
    return held.state.kind === 'waiting';
  }

  #tell(held: Held, event: HoldEvent): void {
    held.state = step(held.state, event);
    if (held.state.kind === 'waiting') return;
    this.#remove(held);
    queueMicrotask(() => this.#answer(held));
  }

  #answer(held: Held): void {
    try {
      held.resolve(held.again());
    } catch (error) {
      held.resolve(Promise.reject(error));
    }
  }

  *#all(): IterableIterator<Held> {
    for (const queues of [...this.#queues.values()]) for (const waiting of [...queues.values()]) yield* [...waiting];
  }

  #add(held: Held): void {
    let queues = this.#queues.get(held.topic);
    if (queues === undefined) this.#queues.set(held.topic, (queues = new Map()));
    const waiting = queues.get(held.queueId);
    if (waiting === undefined) queues.set(held.queueId, new Set([held]));
    else waiting.add(held);
    const own = this.#byConnection.get(held.connection);
    if (own === undefined) this.#byConnection.set(held.connection, new Set([held]));
    else own.add(held);
    this.#count++;
  }

  #remove(held: Held): void {
    const queues = this.#queues.get(held.topic);
    const waiting = queues?.get(held.queueId);
    waiting?.delete(held);
    if (waiting?.size === 0) queues?.delete(held.queueId);
    if (queues?.size === 0) this.#queues.delete(held.topic);
    const own = this.#byConnection.get(held.connection);
    own?.delete(held);
    if (own?.size === 0) this.#byConnection.delete(held.connection);
    this.#count--;
  }
}
