import { takesQueueOffset } from './commit-log.js';
import type { ConsumeQueue } from './consume-queue.js';
import type { ConsumeQueues } from './consume-queues.js';
import type { IndexFiles } from './index-files.js';
import type { DispatchRecord } from './staged-record.js';

/**
 * Tells queues and index of records that recovery read from the log. The log is the truth:
 *
 * - a number that a queue has passed means that its topic was deleted and made again: the queue begins anew there
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
    this.#seen.add(queue);
    if (record.queueOffset < queue.maxOffset) queue.truncate(record.queueOffset);
    queue.fillUpTo(record.queueOffset);
    this.queues.append(record, queue);
    queue.nextOffset = queue.maxOffset;
  }
}
