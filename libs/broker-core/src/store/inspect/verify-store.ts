import type { Disk } from '../../runtime/disk.js';
import { StoreCheckpoint } from '../store-checkpoint.js';
import { type Finding, Findings } from './findings.js';
import type { InspectOptions } from './inspect-store.js';
import { StoreDirectory } from './store-directory.js';
import { verifyIndexFile } from './verify-index.js';
import { QueueVerification } from './verify-queues.js';

export type { Finding } from './findings.js';

export interface VerifyReport {
  readonly records: number;
  readonly logBytes: number;
  readonly queueEntries: number;
  readonly indexEntries: number;
  readonly findings: readonly Finding[];
  /** Findings beyond the limit that were counted and not kept, and how many of them are damage. */
  readonly findingsLeftOut: number;
  readonly damagesLeftOut: number;
}

export interface VerifyOptions extends InspectOptions {
  /** Hears how far it is: bytes of the log looked at, of all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Slots of an index file, where `maxIndexNum` is not four times `maxHashSlotNum`. */
  readonly indexSlots?: number;
}

const PROGRESS_BYTES = 16 * 1024 * 1024;

/**
 * Verifies a store directory, ours or Apache's: every CRC, and that log, queues, index and checkpoint agree. Nothing is
 * changed.
 */
export async function verifyStore(disk: Disk, directory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const store = new StoreDirectory(disk, directory, options.commitLogDirectory);
  try {
    const findings = new Findings();
    const queues = new QueueVerification(store.queues(), store.scanner(), findings);
    const { records, logEnd } = await verifyLog(store, queues, findings, options);
    const queueEntries = await queues.finish(store.log.startOffset);
    const indexEntries = await verifyIndex(disk, store, findings, options);
    verifyCheckpoint(disk, directory, logEnd, findings);
    return {
      records,
      logBytes: logEnd - store.log.startOffset,
      queueEntries,
      indexEntries,
      findings: findings.list,
      findingsLeftOut: findings.leftOut,
      damagesLeftOut: findings.damagesLeftOut,
    };
  } finally {
    store.close();
  }
}

/** Walks the log from its first byte; each record is looked up in its queue. */
async function verifyLog(
  store: StoreDirectory,
  queues: QueueVerification,
  findings: Findings,
  { onProgress }: VerifyOptions,
): Promise<{ records: number; logEnd: number }> {
  const { log } = store;
  const scanner = store.scanner();
  const totalBytes = log.endOffset - log.startOffset;
  let [offset, saidAt, records] = [log.startOffset, log.startOffset, 0];
  for (;;) {
    const found = scanner.at(offset);
    const place = found instanceof Promise ? await found : found;
    if (place.kind === 'record') {
      queues.meet(place.record);
      records++;
      offset += place.record.sizeBytes;
    } else if (place.kind === 'blank') offset = place.next;
    else {
      const problem = place.kind === 'bad' ? place.problem : undefined;
      const next = await scanner.nextRecord(offset + 1);
      if (next === undefined) {
        if (problem)
          findings.note(`commitlog @${offset}`, `the log ends in half a record (${problem}); a start cuts it`);
        break;
      }
      const sentence = `${next - offset} bytes are no records (${problem ?? 'zeros'}); the log goes on at ${next}`;
      findings.damage(`commitlog @${offset}`, sentence);
      offset = next;
    }
    if (offset - saidAt >= PROGRESS_BYTES) {
      saidAt = offset;
      onProgress?.(offset - log.startOffset, totalBytes);
    }
  }
  onProgress?.(totalBytes, totalBytes);
  return { records, logEnd: offset };
}

async function verifyIndex(
  disk: Disk,
  store: StoreDirectory,
  findings: Findings,
  { indexSlots }: VerifyOptions,
): Promise<number> {
  const isAtWork = disk.exists(`${store.directory}/abort`);
  const check = { scanner: store.scanner(), findings, logStart: store.log.startOffset, slots: indexSlots, isAtWork };
  let entries = 0;
  for (const name of store.indexFiles) {
    const file = disk.open(`${store.directory}/index/${name}`, { readOnly: true });
    try {
      entries += await verifyIndexFile(name, file, check);
    } finally {
      file.close();
    }
  }
  return entries;
}

/** The log may go on behind what the checkpoint says was synced; it must not end before. */
function verifyCheckpoint(disk: Disk, directory: string, logEnd: number, findings: Findings): void {
  const checkpoint = new StoreCheckpoint(`${directory}/checkpoint`, disk);
  checkpoint.load();
  const { confirmPhyOffset } = checkpoint.values;
  if (confirmPhyOffset <= logEnd) return;
  findings.damage('checkpoint', `the log was synced up to ${confirmPhyOffset}, and it ends at ${logEnd}`);
}
