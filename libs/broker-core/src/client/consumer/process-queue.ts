import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { invariant } from '../../runtime/errors.js';

/** How long a queue lock counts after it was granted: half of what the broker gives. RocketMQ: REBALANCE_LOCK_MAX_LIVE_TIME. */
export const LOCK_LIVE_MS = 30_000;
/** A queue that was not asked for so long is given up and taken anew. RocketMQ: PULL_MAX_IDLE_TIME. */
export const PULL_IDLE_MS = 120_000;
/** Room that is taken by finished entries before the list is rewritten. */
const COMPACT_AT = 1024;

/**
 * The messages of one queue between pull and done, and the offset that may be committed: never past an unfinished one.
 * RocketMQ: ProcessQueue. Holds no timer and no socket; whoever calls says what time it is.
 *
 * Concurrent consumption uses `put` and `finish`; orderly uses `put`, `take`, `commit`, `again` and `rollback`.
 */
export class ProcessQueue {
  /** It is known where to begin, and messages may come. */
  isTaken = false;
  /** No longer ours: whatever still comes for it is ignored. */
  isDropped = false;
  /** Orderly: the broker said that the queue is ours. Dropped and still locked: nobody else has it yet. */
  isLocked = false;
  lockedAtMs: number;
  pulledAtMs: number;
  consumedAtMs: number;
  /** Called whenever messages leave: pulling may go on. */
  onShrink: (() => void) | undefined;
  /** Messages behind the newest cached one, as the last pull told. */
  backlog = 0;

  readonly #cached = new Map<number, MessageExt>();
  /** Offsets ascending; those before #head are finished, those from #cursor are not handed out yet (orderly). */
  #offsets: number[] = [];
  #head = 0;
  #cursor = 0;
  #bytes = 0;
  #maxOffset = -1;
  /** Everything of ours before it has been put here. */
  #endOffset = 0;

  constructor(
    readonly messageQueue: MessageQueue,
    now: number,
  ) {
    this.lockedAtMs = now;
    this.pulledAtMs = now;
    this.consumedAtMs = now;
  }

  get messageCount(): number {
    return this.#cached.size;
  }

  get bodyBytes(): number {
    return this.#bytes;
  }

  /** Orderly: handed out and not committed. */
  get takenCount(): number {
    return this.#cursor - this.#head;
  }

  get minOffset(): number | undefined {
    return this.#offsets[this.#head];
  }

  get maxOffset(): number | undefined {
    return this.#cached.size === 0 ? undefined : this.#maxOffset;
  }

  /** Whether a message of this offset, or a later one, was put here before: it would be left out now. */
  hasReached(queueOffset: number): boolean {
    return queueOffset <= this.#maxOffset;
  }

  /** Distance of the oldest and the newest cached offset. */
  get span(): number {
    const first = this.minOffset;
    return first === undefined ? 0 : this.#maxOffset - first;
  }

  isLockExpired(now: number): boolean {
    return now - this.lockedAtMs > LOCK_LIVE_MS;
  }

  isPullExpired(now: number): boolean {
    return now - this.pulledAtMs > PULL_IDLE_MS;
  }

  /**
   * Takes what a pull brought, in the queue's order; what it has had before is left out. Answers what is new.
   *
   * `nextOffset`: where the next pull starts; what lies before it and is not among `messages` is none of ours.
   */
  put(messages: readonly MessageExt[], nextOffset = 0): MessageExt[] {
    const fresh = messages.filter((message) => {
      if (message.queueOffset <= this.#maxOffset) return false;
      this.#maxOffset = message.queueOffset;
      return true;
    });
    for (const message of fresh) {
      this.#cached.set(message.queueOffset, message);
      this.#offsets.push(message.queueOffset);
      this.#bytes += message.body.length;
    }
    this.#endOffset = Math.max(this.#endOffset, nextOffset, this.#maxOffset + 1);
    return fresh;
  }

  has(message: MessageExt): boolean {
    return this.#cached.has(message.queueOffset);
  }

  /** Removes finished messages. Answers the offset to commit, or undefined when there was nothing to finish. */
  finish(messages: readonly MessageExt[], now: number): number | undefined {
    this.consumedAtMs = now;
    if (this.#cached.size === 0) return undefined;
    for (const message of messages) this.#remove(message.queueOffset);
    while (this.#head < this.#offsets.length && !this.#cached.has(this.#offsets[this.#head] as number)) this.#head++;
    this.#cursor = Math.max(this.#cursor, this.#head);
    this.#compact();
    this.onShrink?.();
    return this.#offsets[this.#head] ?? this.#endOffset;
  }

  /** Orderly: the next `count` messages in the queue's order. */
  take(count: number, now: number): MessageExt[] {
    this.consumedAtMs = now;
    const taken = this.#offsets.slice(this.#cursor, this.#cursor + count).map((offset) => this.#messageAt(offset));
    this.#cursor += taken.length;
    return taken;
  }

  /** Orderly: everything handed out is done. Answers the offset to commit, or undefined when nothing was handed out. */
  commit(): number | undefined {
    if (this.#cursor === this.#head) return undefined;
    const last = this.#offsets[this.#cursor - 1] as number;
    for (; this.#head < this.#cursor; this.#head++) this.#remove(this.#offsets[this.#head] as number);
    const next = this.#offsets[this.#head] === undefined ? this.#endOffset : last + 1;
    this.#compact();
    this.onShrink?.();
    return next;
  }

  /** Orderly: hands out the last `count` messages again. */
  again(count: number): void {
    this.#cursor = Math.max(this.#head, this.#cursor - count);
  }

  /** Orderly: hands out again everything that was not committed. */
  rollback(): void {
    this.#cursor = this.#head;
  }

  /** Forgets everything cached: for a seek or a reset. */
  clear(): void {
    this.#cached.clear();
    this.#offsets = [];
    this.#head = 0;
    this.#cursor = 0;
    this.#bytes = 0;
    this.#maxOffset = -1;
    this.#endOffset = 0;
    this.onShrink?.();
  }

  #remove(offset: number): void {
    const message = this.#cached.get(offset);
    if (message === undefined) return;
    this.#cached.delete(offset);
    this.#bytes -= message.body.length;
  }

  #messageAt(offset: number): MessageExt {
    const message = this.#cached.get(offset);
    invariant(message, `offset ${offset} is listed and not cached`);
    return message;
  }

  #compact(): void {
    if (this.#head < COMPACT_AT || this.#head * 2 < this.#offsets.length) return;
    this.#offsets = this.#offsets.slice(this.#head);
    this.#cursor -= this.#head;
    this.#head = 0;
  }
}
