import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { MessageFilter } from '../store/get-message.js';
import type { DeliveryStore } from './delivery-store.js';
import { type HeldPull, type HoldEvent, step } from './held-pull.js';

/** How often deadlines and connections are looked at: a pull is answered, or forgotten, at most so much late. */
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
  /** Whoever asked: nobody is answered who is gone. */
  readonly connection: Pick<Connection, 'isOpen'>;
  /** Asks the store again; what it returns is the answer. */
  readonly again: () => Answer | Promise<Answer>;
}

/** The pull is a part of it, not spread into it: V8 gives every object that is spread and added to a class of its own. */
interface Held {
  readonly pull: PullToHold;
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
  /**
   * Emptied lists stay until the next tick: pulls come and go thousands of times a second. Were their entries to come
   * and go with them, V8 would make new tables for the maps all the time, and each old one keeps those after it alive.
   */
  readonly #queues = new Map<string, Map<number, Held[]>>();
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
    for (const queues of this.#queues.values())
      for (const waiting of queues.values()) this.#tellAll(waiting, { kind: 'shutdown' });
    this.#queues.clear();
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
      const held: Held = { pull, resolve, state: { kind: 'waiting', from: pull.from, deadline } };
      this.#count++;
      // A message may have come while the store was asked.
      if (this.#checked(held)) this.#waitingOn(pull.topic, pull.queueId).push(held);
    });
  }

  /** A message came: `maxOffset` is the offset after it. Called for every message, most of which nobody waits for. */
  arrived(topic: string, queueId: number, maxOffset: number, tagsCode: number): void {
    if (this.#count === 0) return;
    const waiting = this.#queues.get(topic)?.get(queueId);
    if (waiting === undefined) return;
    this.#keep(waiting, (held) => {
      const isWanted = held.pull.filter === undefined || held.pull.filter.matchesConsumeQueue(tagsCode);
      return this.#tell(held, { kind: 'arrived', maxOffset, isWanted });
    });
  }

  /** An operator moved a group in this queue: its pulls ask again now and hear where to go on, instead of at their deadline. */
  moved(topic: string, queueId: number): void {
    this.#tellAll(this.#queues.get(topic)?.get(queueId) ?? [], { kind: 'moved' });
  }

  #tick(): void {
    const tick = { kind: 'tick', now: this.#options.clock.monotonicMs() } as const;
    const isCheck = ++this.#ticks % CHECK_EVERY_TICKS === 0;
    for (const [topic, queues] of this.#queues) {
      for (const [queueId, waiting] of queues) {
        this.#keep(
          waiting,
          (held) => this.#isListening(held) && (!isCheck || this.#checked(held)) && this.#tell(held, tick),
        );
        if (waiting.length === 0) queues.delete(queueId);
      }
      if (queues.size === 0) this.#queues.delete(topic);
    }
  }

  /** Whether anybody would read the answer; a pull whose connection is gone ends without one. */
  #isListening(held: Held): boolean {
    if (held.pull.connection.isOpen) return true;
    this.#count--;
    held.resolve(undefined);
    return false;
  }

  /** Whether the pull still waits after a look at its queue. */
  #checked(held: Held): boolean {
    const maxOffset = this.#options.store.maxQueueOffset(held.pull.topic, held.pull.queueId);
    return this.#tell(held, { kind: 'checked', maxOffset });
  }

  #tellAll(waiting: Held[], event: HoldEvent): void {
    this.#keep(waiting, (held) => this.#tell(held, event));
  }

  /** Whether the pull still waits after it heard `event`. */
  #tell(held: Held, event: HoldEvent): boolean {
    held.state = step(held.state, event);
    if (held.state.kind === 'waiting') return true;
    this.#count--;
    queueMicrotask(() => this.#answer(held));
    return false;
  }

  /** Lets only those wait on for whom `waits` is true. */
  #keep(waiting: Held[], waits: (held: Held) => boolean): void {
    let kept = 0;
    for (const held of waiting) if (waits(held)) waiting[kept++] = held;
    waiting.length = kept;
  }

  #answer(held: Held): void {
    try {
      held.resolve(held.pull.connection.isOpen ? held.pull.again() : undefined);
    } catch (error) {
      held.resolve(Promise.reject(error));
    }
  }

  #waitingOn(topic: string, queueId: number): Held[] {
    let queues = this.#queues.get(topic);
    if (queues === undefined) this.#queues.set(topic, (queues = new Map()));
    let waiting = queues.get(queueId);
    if (waiting === undefined) queues.set(queueId, (waiting = []));
    return waiting;
  }
}
