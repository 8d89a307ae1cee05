import { takesQueueOffset } from './commit-log.js';
import type { ConsumeQueue } from './consume-queue.js';
import type { ConsumeQueues } from './consume-queues.js';
import type { IndexFiles } from './index-files.js';
import { MIN_RECORD_BYTES } from './scanned-record.js';
import type { DispatchRecord } from './staged-record.js';

/**
 * Tells queues and index of records that recovery read from the log. The log is the truth:
 *
 * - a first message where a queue has others means that its topic was deleted and made again: the queue begins anew
 * - another number that the queue has passed is damage: nothing covers it, and the message is left out
 * - a number that a queue has not reached means that messages between are missing: fillers take their place
 */
export class QueueRebuild {
  /** Queues that lack messages older than the first one that was added. */
  readonly incomplete = new Set<ConsumeQueue>();
  readonly #seen = new Set<ConsumeQueue>();

  constructor(
    private readonly queues: ConsumeQueues,
    private readonly index: IndexFiles | undefined,
  ) {}

  add(record: DispatchRecord): void {
    this.index?.add(record);
    if (!takesQueueOffset(record.sysFlag)) return;
    const queue = this.queues.findOrCreate(record.topic, record.queueId);
    if (record.queueOffset > queue.maxOffset && !this.#seen.has(queue)) this.incomplete.add(queue);
    this.#append(record, queue);
  }

  /** Empties the incomplete queues. */
  restart(): void {
    for (const queue of this.incomplete) queue.truncate(0);
  }

  /** Adds a record if its queue is incomplete. */
  addMissing(record: DispatchRecord): void {
    if (!takesQueueOffset(record.sysFlag)) return;
    const queue = this.queues.find(record.topic, record.queueId);
    if (queue && this.incomplete.has(queue)) this.#append(record, queue);
  }

  #append(record: DispatchRecord, queue: ConsumeQueue): void {
    // One that the log has no room for is damage as well, and millions of fillers would follow it.
    const missing = record.queueOffset - queue.maxOffset;
    const bytesBetween = record.commitLogOffset - Math.max(0, queue.maxCommitLogOffset);
    if (queue.maxOffset > 0 && missing > bytesBetween / MIN_RECORD_BYTES) return;
    if (record.queueOffset > 0 && missing < 0) return;
    this.#seen.add(queue);
    if (missing < 0) queue.truncate(0);
    queue.fillUpTo(record.queueOffset);
    this.queues.append(record, queue);
    queue.nextOffset = queue.maxOffset;
  }
}
