import type { ConsumeQueue } from './consume-queue.js';
import { CONSUME_QUEUE_ENTRY_BYTES as ENTRY, entryOffset, entrySize, isFiller } from './format/consume-queue-entry.js';

/** Which end of the messages of a time is meant. RocketMQ: BoundaryType */
export type Boundary = 'LOWER' | 'UPPER';

/** Reads when a record was stored; undefined when the log does not have it. */
export type StoreTimestampAt = (commitLogOffset: number, sizeBytes: number) => Promise<number | undefined>;

/**
 * Finds the queue offset of a store time: the first message of that time (LOWER) or the last (UPPER); without one, the
 * first after it (LOWER) or the last before it (UPPER), so that LOWER may exceed UPPER.
 *
 * Behind the newest message LOWER is the queue's end and UPPER the message before it; before the oldest both are the
 * queue's beginning.
 *
 * Source  RocketMQ 5.x ConsumeQueue#binarySearchInQueueByTime
 */
export async function offsetByTime(
  queue: ConsumeQueue,
  timestamp: number,
  boundary: Boundary,
  storeTimestampAt: StoreTimestampAt,
): Promise<number> {
  const { minOffset, maxOffset } = queue;
  if (maxOffset === 0) return 0;
  const timeOf = (queueOffset: number) => readTime(queue, queueOffset, storeTimestampAt);
  if (boundary === 'LOWER') return firstWhere(minOffset, maxOffset, async (at) => (await timeOf(at)) >= timestamp);
  const firstAfter = await firstWhere(minOffset, maxOffset, async (at) => (await timeOf(at)) > timestamp);
  return Math.max(minOffset, firstAfter - 1);
}

/** The first number in [low, high) for which `holds`, if it does for all behind it too; `high` when there is none. */
async function firstWhere(low: number, high: number, holds: (at: number) => Promise<boolean>): Promise<number> {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (await holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** When a message was stored. One that the log no longer has counts as very old, so that a search goes on behind it. */
async function readTime(queue: ConsumeQueue, queueOffset: number, storeTimestampAt: StoreTimestampAt): Promise<number> {
  // A view of the queue's memory holds until the next append: nothing is awaited between getting and reading it.
  const { bytes, position, count } = queue.entries(queueOffset, 1) ?? (await queue.read(queueOffset, 1));
  if (count === 0 || bytes.length < position + ENTRY || isFiller(bytes, position)) return 0;
  return (await storeTimestampAt(entryOffset(bytes, position), entrySize(bytes, position))) ?? 0;
}
