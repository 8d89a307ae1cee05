import { type MessageQueue, messageQueueKey } from '../protocol/message-queue.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { ConsumerSettings } from './consumer-settings.js';

/** Queues that one group may hold locked; asking for more leaves the rest unlocked. */
export const MAX_LOCKS_PER_GROUP = 65_536;

interface QueueLock {
  clientId: string;
  renewedAtMs: number;
}

export interface QueueLocksOptions {
  readonly settings: Pick<ConsumerSettings, 'queueLockExpiresAfterMs'>;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/**
 * Who consumes which queue in order: one owner per queue and group, for as long as it keeps renewing.
 *
 * In memory only: after a restart everybody asks again. RocketMQ: RebalanceLockManager
 */
export class QueueLocks {
  readonly #groups = new Map<string, Map<string, QueueLock>>();
  readonly #settings: Pick<ConsumerSettings, 'queueLockExpiresAfterMs'>;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: QueueLocksOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Locks or renews each of `queues` for `clientId`; returns those it holds now. */
  tryLock(group: string, queues: Iterable<MessageQueue>, clientId: string): MessageQueue[] {
    let locks = this.#groups.get(group);
    if (!locks) this.#groups.set(group, (locks = new Map()));
    const held: MessageQueue[] = [];
    for (const queue of queues) if (this.#lockOne(locks, group, queue, clientId)) held.push(queue);
    return held;
  }

  /** Frees those of `queues` that `clientId` holds. */
  unlock(group: string, queues: Iterable<MessageQueue>, clientId: string): void {
    const locks = this.#groups.get(group);
    if (!locks) return;
    for (const queue of queues) {
      const key = messageQueueKey(queue);
      if (locks.get(key)?.clientId === clientId) locks.delete(key);
      else this.#logger.warn('unlock of a queue that another holds', { group, clientId, ...queue });
    }
    if (locks.size === 0) this.#groups.delete(group);
  }

  /** Whether any queue of the group is held: then its messages are consumed in order. */
  isAnyHeld(group: string): boolean {
    for (const lock of this.#groups.get(group)?.values() ?? []) if (!this.#isExpired(lock)) return true;
    return false;
  }

  /** Drops what nobody renewed. */
  forgetExpired(): void {
    for (const [group, locks] of this.#groups) {
      for (const [key, lock] of locks) if (this.#isExpired(lock)) locks.delete(key);
      if (locks.size === 0) this.#groups.delete(group);
    }
  }

  #lockOne(locks: Map<string, QueueLock>, group: string, queue: MessageQueue, clientId: string): boolean {
    const key = messageQueueKey(queue);
    const lock = locks.get(key);
    if (!lock) {
      if (locks.size >= MAX_LOCKS_PER_GROUP) return false;
      locks.set(key, { clientId, renewedAtMs: this.#clock.monotonicMs() });
      return true;
    }
    if (lock.clientId !== clientId) {
      if (!this.#isExpired(lock)) return false;
      this.#logger.warn('an expired queue lock changes hands', { group, from: lock.clientId, to: clientId, ...queue });
      lock.clientId = clientId;
    }
    lock.renewedAtMs = this.#clock.monotonicMs();
    return true;
  }

  #isExpired(lock: QueueLock): boolean {
    return this.#clock.monotonicMs() - lock.renewedAtMs > this.#settings.queueLockExpiresAfterMs;
  }
}
