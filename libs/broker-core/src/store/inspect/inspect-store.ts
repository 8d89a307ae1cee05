import type { Disk } from '../../runtime/disk.js';
import type { Checkpoint } from '../format/checkpoint.js';
import { decodeIndexHeader, INDEX_HEADER_BYTES, type IndexHeader } from '../format/index-layout.js';
import { StoreCheckpoint } from '../store-checkpoint.js';
import { StoreDirectory } from './store-directory.js';

/** A file of the log. */
export interface SegmentReport {
  readonly name: string;
  readonly startOffset: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** When its first message was stored; undefined when it has none that is whole. */
  readonly firstStoreTimestamp: number | undefined;
}

export interface QueueReport {
  readonly topic: string;
  readonly queueId: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  /** Where the log goes on behind the queue's newest message; -1 without one. */
  readonly maxCommitLogOffset: number;
  readonly files: number;
}

export interface IndexFileReport extends IndexHeader {
  readonly name: string;
  readonly sizeBytes: number;
}

/** What lies in a store directory, as its files say it; nothing is verified. */
export interface StoreReport {
  readonly directory: string;
  /** A broker is at work on it, or did not stop. */
  readonly hasAbortFile: boolean;
  readonly commitLogFileBytes: number;
  readonly segments: readonly SegmentReport[];
  readonly queues: readonly QueueReport[];
  readonly indexFiles: readonly IndexFileReport[];
  readonly checkpoint: Checkpoint;
}

/** Where tools look: the root, and the log where that was put elsewhere. */
export interface InspectOptions {
  readonly commitLogDirectory?: string;
}

/** Reads what a store directory, ours or Apache's, says of itself. */
export async function inspectStore(disk: Disk, directory: string, options: InspectOptions = {}): Promise<StoreReport> {
  const store = new StoreDirectory(disk, directory, options.commitLogDirectory);
  try {
    const checkpoint = new StoreCheckpoint(`${directory}/checkpoint`, disk);
    checkpoint.load();
    return {
      directory,
      hasAbortFile: disk.exists(`${directory}/abort`),
      commitLogFileBytes: store.log.segmentBytes,
      segments: await segmentReports(disk, store),
      queues: queueReports(store),
      indexFiles: store.indexFiles.map((name) => indexReport(disk, `${directory}/index/${name}`, name)),
      checkpoint: checkpoint.values,
    };
  } finally {
    store.close();
  }
}

async function segmentReports(disk: Disk, store: StoreDirectory): Promise<SegmentReport[]> {
  const reports: SegmentReport[] = [];
  for (const { path, startOffset } of store.log.segments) {
    const stat = disk.stat(path);
    const first = await store.scanner().at(startOffset);
    reports.push({
      name: path.slice(path.lastIndexOf('/') + 1),
      startOffset,
      sizeBytes: stat?.sizeBytes ?? 0,
      modifiedAtMs: stat?.modifiedAtMs ?? 0,
      firstStoreTimestamp: first.kind === 'record' ? first.record.storeTimestamp : undefined,
    });
  }
  return reports;
}

function queueReports(store: StoreDirectory): QueueReport[] {
  return [...store.queues()].map((queue) => ({
    topic: queue.topic,
    queueId: queue.queueId,
    minOffset: queue.lowerBound(store.log.startOffset),
    maxOffset: queue.maxOffset,
    maxCommitLogOffset: queue.maxCommitLogOffset,
    files: queue.files.segments.length,
  }));
}

function indexReport(disk: Disk, path: string, name: string): IndexFileReport {
  const file = disk.open(path, { readOnly: true });
  try {
    const bytes = Buffer.alloc(INDEX_HEADER_BYTES);
    file.readAt(bytes, 0);
    return { name, sizeBytes: file.sizeBytes(), ...decodeIndexHeader(bytes) };
  } finally {
    file.close();
  }
}
