import type { Disk } from '../runtime/disk.js';
import { ConsumeQueue } from './consume-queue.js';
import { OpenFiles } from './files/open-files.js';
import { SegmentFiles } from './files/segment-files.js';
import type { DispatchRecord } from './staged-record.js';
import { storeLimits } from './store-config.js';

/**
 * All queues of all topics. RocketMQ: ConsumeQueueStore
 *
 * Topic names become directory names here, so whoever creates a queue has validated the name.
 */
export class ConsumeQueues {
  readonly #topics = new Map<string, Map<number, ConsumeQueue>>();
  /** Queues with entries that are only in memory. */
  readonly #unwritten = new Set<ConsumeQueue>();
  readonly #openFiles: OpenFiles;

  constructor(
    private readonly directory: string,
    private readonly segmentBytes: number,
    private readonly disk: Disk,
  ) {
    this.#openFiles = new OpenFiles(disk, storeLimits.openFiles);
  }

  find(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.#topics.get(topic)?.get(queueId);
  }

  findOrCreate(topic: string, queueId: number): ConsumeQueue {
    let queues = this.#topics.get(topic);
    if (!queues) {
      queues = new Map();
      this.#topics.set(topic, queues);
    }
    let queue = queues.get(queueId);
    if (!queue) {
      const directory = `${this.directory}/${topic}/${queueId}`;
      queue = new ConsumeQueue(
        topic,
        queueId,
        new SegmentFiles(directory, this.segmentBytes, this.disk, this.#openFiles),
      );
      queues.set(queueId, queue);
    }
    return queue;
  }

  /** Makes a record visible in its queue. */
  dispatch(record: DispatchRecord, queue: ConsumeQueue): void {
    queue.append(record.commitLogOffset, record.sizeBytes, record.tagsCode);
    if (queue.hasUnwritten) this.#unwritten.add(queue);
  }

  *[Symbol.iterator](): Generator<ConsumeQueue> {
    for (const queues of this.#topics.values()) yield* queues.values();
  }

  get topics(): IterableIterator<string> {
    return this.#topics.keys();
  }

  /** Finds the queues that have files. */
  load(): void {
    for (const topic of this.disk.list(this.directory)) {
      for (const name of this.disk.list(`${this.directory}/${topic}`)) {
        if (/^\d+$/.test(name)) this.findOrCreate(topic, Number(name)).files.load();
      }
    }
  }

  /** Writes entries of up to `limit` queues; returns whether more wait. */
  write(limit: number): boolean {
    let count = 0;
    for (const queue of this.#unwritten) {
      if (count++ === limit) return true;
      queue.write();
      this.#unwritten.delete(queue);
    }
    return false;
  }

  /** Forgets a topic, and its files. */
  deleteTopic(topic: string): boolean {
    const queues = this.#topics.get(topic);
    if (!queues) return false;
    for (const queue of queues.values()) {
      this.#unwritten.delete(queue);
      queue.files.destroy();
    }
    this.disk.removeTree(`${this.directory}/${topic}`);
    return this.#topics.delete(topic);
  }

  close(): void {
    this.#openFiles.closeAll();
  }
}
