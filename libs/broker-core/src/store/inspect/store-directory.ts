import type { Disk } from '../../runtime/disk.js';
import { ConsumeQueue } from '../consume-queue.js';
import { OpenFiles } from '../files/open-files.js';
import { SegmentFiles } from '../files/segment-files.js';
import { segmentStartOffset } from '../format/file-name.js';
import { LogScanner } from '../log-scanner.js';
import { dueAtOnce } from '../store-options.js';
import { readOnlyDisk } from './read-only-disk.js';

/** RocketMQ's own size of a queue's file: taken when there is no file that says another. */
const DEFAULT_QUEUE_FILE_BYTES = 300_000 * 20;
const OPEN_FILES = 64;

/**
 * A store directory, ours or Apache's, as tools see it: opened without a lock, never written to, with the sizes that its
 * files have. A broker may be at work on it; then its end moves.
 */
export class StoreDirectory {
  readonly log: SegmentFiles;
  readonly #queueFileBytes: number;
  readonly #disk: Disk;
  readonly #openFiles: OpenFiles;

  constructor(
    disk: Disk,
    readonly directory: string,
    commitLogDirectory: string = `${directory}/commitlog`,
  ) {
    this.#disk = readOnlyDisk(disk);
    this.#openFiles = new OpenFiles(this.#disk, OPEN_FILES);
    const logFileBytes = largestFile(disk, commitLogDirectory) ?? 1;
    this.log = new SegmentFiles(commitLogDirectory, logFileBytes, this.#disk, this.#openFiles);
    this.log.load();
    this.#queueFileBytes = this.#findQueueFileBytes();
  }

  /** Reads the log, with every CRC. */
  scanner(): LogScanner {
    return new LogScanner(this.log, { checkCrc: true, deliverTimestamp: dueAtOnce });
  }

  /** All queues that have files, topic by topic. */
  *queues(): Generator<ConsumeQueue> {
    for (const [topic, queueId, path] of this.#queueDirectories()) {
      const files = new SegmentFiles(path, this.#queueFileBytes, this.#disk, this.#openFiles);
      files.load();
      const queue = new ConsumeQueue(topic, queueId, files, { onWritten() {}, onTrouble() {} });
      queue.recover();
      yield queue;
    }
  }

  /** Names of index files, oldest first. */
  get indexFiles(): readonly string[] {
    return this.#disk.list(`${this.directory}/index`).filter((name) => /^\d{17}$/.test(name));
  }

  close(): void {
    this.#openFiles.closeAll();
  }

  *#queueDirectories(): Generator<[topic: string, queueId: number, path: string]> {
    const root = `${this.directory}/consumequeue`;
    for (const topic of this.#disk.list(root)) {
      for (const name of this.#disk.list(`${root}/${topic}`)) {
        if (/^\d+$/.test(name)) yield [topic, Number(name), `${root}/${topic}/${name}`];
      }
    }
  }

  #findQueueFileBytes(): number {
    for (const [, , path] of this.#queueDirectories()) {
      const bytes = largestFile(this.#disk, path);
      if (bytes !== undefined) return bytes;
    }
    return DEFAULT_QUEUE_FILE_BYTES;
  }
}

/** The size of a log's files: all have the same, but for one that was being made. */
function largestFile(disk: Disk, directory: string): number | undefined {
  const names = disk.list(directory).filter((name) => segmentStartOffset(name) !== undefined);
  const largest = Math.max(0, ...names.map((name) => disk.stat(`${directory}/${name}`)?.sizeBytes ?? 0));
  return largest > 0 ? largest : undefined;
}
