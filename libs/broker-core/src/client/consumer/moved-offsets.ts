import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';

/** A queue that moved twice in less time rests for it. RocketMQ waits as long after every move. */
const REST_MS = 10_000;

/** When a broker said that a queue has no such offset: once is retention, twice in a row is a broker that knows no better. */
export class MovedOffsets {
  readonly #movedAtMs = new Map<string, number>();

  /** Notes a move, and answers how long the queue rests before it is begun at the new offset. */
  restMs(queue: MessageQueue, now: number): number {
    const key = messageQueueKey(queue);
    const last = this.#movedAtMs.get(key);
    const restMs = last !== undefined && now - last < REST_MS ? REST_MS : 0;
    // Counted from the end of the rest, so that the next move rests as well.
    this.#movedAtMs.set(key, now + restMs);
    return restMs;
  }

  /** Forgets a queue that is no longer ours. */
  forget(queue: MessageQueue): void {
    this.#movedAtMs.delete(messageQueueKey(queue));
  }
}
