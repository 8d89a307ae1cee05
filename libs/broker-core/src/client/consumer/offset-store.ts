import type { MessageQueue } from '../../protocol/message-queue.js';

/**
 * Where a group goes on after a restart: per queue, the offset next to consume. RocketMQ: OffsetStore.
 *
 * `update` is memory only; `persist` makes it last: at the broker (clustering) or in a file (broadcasting).
 */
export interface OffsetStore {
  load(): Promise<void>;
  /** `increaseOnly`: a smaller offset is ignored, since messages finish in any order. */
  update(queue: MessageQueue, consumerOffset: number, increaseOnly: boolean): void;
  /** What this client knows by itself. */
  get(queue: MessageQueue): number | undefined;
  /** What the store says, undefined when it says nothing. Throws when it cannot be asked. */
  read(queue: MessageQueue): Promise<number | undefined>;
  /** Makes the offsets of these queues last. `isFinal`: waits until they do, and repeats what was said before. */
  persist(queues: readonly MessageQueue[], isFinal?: boolean): Promise<void>;
  /** The queue is no longer ours. */
  forget(queue: MessageQueue): void;
  /** Everything known of a topic. */
  ofTopic(topic: string): ReadonlyMap<MessageQueue, number>;
}
