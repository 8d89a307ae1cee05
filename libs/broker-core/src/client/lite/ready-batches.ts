import type { MessageExt } from '../../protocol/message.js';
import type { Scheduler } from '../../runtime/scheduler.js';
import type { ProcessQueue } from '../consumer/process-queue.js';

/** Messages of one pull, waiting to be polled. */
export interface ReadyBatch {
  readonly messages: readonly MessageExt[];
  readonly queue: ProcessQueue;
}

interface Poller {
  settle(batch: ReadyBatch | undefined): void;
}

/** Batches in the order they were pulled, and polls in the order they were called. */
export class ReadyBatches {
  #batches: ReadyBatch[] = [];
  readonly #pollers: Poller[] = [];
  #messages = 0;

  constructor(private readonly scheduler: Scheduler) {}

  /** Messages that nobody has polled yet. */
  get messageCount(): number {
    return this.#messages;
  }

  add(batch: ReadyBatch): void {
    const poller = this.#pollers.shift();
    if (poller) {
      poller.settle(batch);
      return;
    }
    this.#batches.push(batch);
    this.#messages += batch.messages.length;
  }

  /** The next batch; undefined when none came within `timeoutMs`. Rejects with the signal's reason. */
  take(timeoutMs: number, signal?: AbortSignal): Promise<ReadyBatch | undefined> {
    signal?.throwIfAborted();
    for (let batch = this.#shift(); batch; batch = this.#shift())
      if (!batch.queue.isDropped) return Promise.resolve(batch);
    if (timeoutMs <= 0) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const leave = () => {
        cancel();
        signal?.removeEventListener('abort', onAbort);
        const position = this.#pollers.indexOf(poller);
        if (position >= 0) this.#pollers.splice(position, 1);
      };
      const poller: Poller = {
        settle(batch) {
          leave();
          resolve(batch);
        },
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const cancel = this.scheduler.after(timeoutMs, () => poller.settle(undefined));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pollers.push(poller);
    });
  }

  /** Forgets what is ready of one queue. */
  remove(queue: ProcessQueue): void {
    this.#batches = this.#batches.filter((batch) => batch.queue !== queue);
    this.#messages = this.#batches.reduce((sum, { messages }) => sum + messages.length, 0);
  }

  /** Answers every waiting poll with nothing. */
  close(): void {
    for (const poller of [...this.#pollers]) poller.settle(undefined);
    this.#batches = [];
    this.#messages = 0;
  }

  #shift(): ReadyBatch | undefined {
    const batch = this.#batches.shift();
    this.#messages -= batch?.messages.length ?? 0;
    return batch;
  }
}
