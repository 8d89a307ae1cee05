import type { Disk } from '../runtime/disk.js';
import { ConsumeQueue, type QueueWatcher } from './consume-queue.js';
import { OpenFiles } from './files/open-files.js';
import { type Segment, SegmentFiles } from './files/segment-files.js';
import type { DispatchRecord } from './staged-record.js';
import { openFilesWithin } from './store-config.js';

/**
 * All queues of all topics. RocketMQ: ConsumeQueueStore
 *
 * Topic names become directory names here, so whoever creates a queue has validated the name.
 */
export class ConsumeQueues implements QueueWatcher {
  readonly #topics = new Map<string, Map<number, ConsumeQueue>>();
  /** Queues with entries that are only in memory, in the order in which they got the first of these. */
  readonly #unwritten = new Set<ConsumeQueue>();
  /** Files with bytes that no sync has covered. */
  #unsynced = new Set<Segment>();
  readonly #openFiles: OpenFiles;

  constructor(
    private readonly directory: string,
    private readonly segmentBytes: number,
    private readonly disk: Disk,
    maxOpenFiles: number | undefined,
  ) {
    this.#openFiles = new OpenFiles(disk, openFilesWithin(maxOpenFiles));
  }

  /** Appending never fails, because what was appended is in the log already: whoever runs the store takes care of the disk. */
  onTrouble: (error: unknown) => void = (error) => {
    throw error;
  };

  onWritten(segment: Segment): void {
    this.#unsynced.add(segment);
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
      const files = new SegmentFiles(directory, this.segmentBytes, this.disk, this.#openFiles);
      queue = new ConsumeQueue(topic, queueId, files, this);
      queues.set(queueId, queue);
    }
    return queue;
  }

  /** Makes a record visible in its queue. */
  append(record: DispatchRecord, queue: ConsumeQueue): void {
    queue.append(record.commitLogOffset, record.sizeBytes, record.tagsCode);
    if (!queue.isGone) this.#unwritten.add(queue);
  }

  *[Symbol.iterator](): Generator<ConsumeQueue> {
    for (const queues of this.#topics.values()) yield* queues.values();
  }

  get topics(): IterableIterator<string> {
    return this.#topics.keys();
  }

  /** Finds the queues that have files. Returns the files that had not got their size: what they had is not all. */
  load(): string[] {
    const repaired: string[] = [];
    for (const topic of this.disk.list(this.directory)) {
      for (const name of this.disk.list(`${this.directory}/${topic}`)) {
        if (/^\d+$/.test(name)) repaired.push(...this.findOrCreate(topic, Number(name)).files.load().repaired);
      }
    }
    return repaired;
  }

  /** Queues with entries that are only in memory. */
  get unwrittenCount(): number {
    return this.#unwritten.size;
  }

  /** Writes entries of up to `limit` queues, those that wait longest first. */
  write(limit: number): void {
    let count = 0;
    for (const queue of this.#unwritten) {
      if (count++ === limit) return;
      queue.write();
      this.#unwritten.delete(queue);
    }
  }

  /** Takes all files, and their names, as not yet synced. */
  distrustSyncs(): void {
    for (const { files } of this) {
      for (const segment of files.segments) {
        segment.isNameDurable = false;
        this.#unsynced.add(segment);
      }
    }
  }

  /** Files that `awaitSynced` would sync. */
  get unsyncedCount(): number {
    return this.#unsynced.size;
  }

  /** Makes what was written durable, file after file, so that a sync of the log never waits behind many. False: not in time. */
  async awaitSynced(isInTime: () => boolean = () => true): Promise<boolean> {
    const segments = this.#unsynced;
    this.#unsynced = new Set();
    try {
      const isDone = await this.#syncAll(segments, isInTime);
      if (isDone) for (const segment of segments) segment.isNameDurable = true;
      else this.#remember(segments);
      return isDone;
    } catch (error) {
      this.#remember(segments);
      throw error;
    }
  }

  /** Forgets a topic, and its files. */
  deleteTopic(topic: string): boolean {
    const queues = this.#topics.get(topic);
    if (!queues) return false;
    for (const queue of queues.values()) {
      queue.isGone = true;
      this.#unwritten.delete(queue);
      queue.files.destroy();
    }
    this.disk.removeTree(`${this.directory}/${topic}`);
    return this.#topics.delete(topic);
  }

  close(): void {
    this.#openFiles.closeAll();
  }

  async #syncAll(segments: ReadonlySet<Segment>, isInTime: () => boolean): Promise<boolean> {
    const directories = new Set<string>();
    for (const { path, isNameDurable } of segments) {
      if (!isInTime()) return false;
      if (!this.disk.exists(path)) continue;
      await this.#openFiles.get(path).awaitSynced();
      if (!isNameDurable) addParents(path, this.directory, directories);
    }
    for (const directory of directories)
      if (this.disk.exists(directory)) await this.disk.awaitDirectorySynced(directory);
    return true;
  }

  /** What was not synced this time is to be synced next time. */
  #remember(segments: ReadonlySet<Segment>): void {
    for (const segment of segments) this.#unsynced.add(segment);
  }
}

/** The directories from that of a file up to `root`: a new name is durable when all of them are synced. */
function addParents(path: string, root: string, directories: Set<string>): void {
  for (let at = path.lastIndexOf('/'); at >= root.length; at = path.lastIndexOf('/', at - 1)) {
    directories.add(path.slice(0, at));
  }
}
