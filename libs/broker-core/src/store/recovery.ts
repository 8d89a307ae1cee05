import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import type { CommitLog } from './commit-log.js';
import type { ConsumeQueues } from './consume-queues.js';
import type { IndexFiles } from './index-files.js';
import { isSeenSince } from './format/checkpoint.js';
import { LogScanner, type ScanOptions } from './log-scanner.js';
import { QueueRebuild } from './queue-rebuild.js';
import { type ScanResult, scanLog } from './recovery-scan.js';
import type { StoreCheckpoint } from './store-checkpoint.js';

/** As far as a clock may have been set back between two runs. */
const MAX_CLOCK_STEP_MS = 86_400_000;

/** What recovery works on. */
export interface RecoveryParts {
  readonly log: CommitLog;
  readonly queues: ConsumeQueues;
  /** Files of queues had not got their size. */
  readonly areQueuesShort: boolean;
  /** Undefined where messages are not indexed. */
  readonly index: IndexFiles | undefined;
  readonly checkpoint: StoreCheckpoint;
  readonly scan: ScanOptions;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What recovery did: logged, and kept for whoever asks. */
export interface RecoveryReport extends ScanResult {
  /** Whether the last stop was one: without it queues and index are only believed as far as the checkpoint goes. */
  readonly wasCleanStop: boolean;
  readonly scannedFrom: number;
  readonly rebuiltQueues: number;
  readonly tookMs: number;
}

/**
 * Makes log, queues and index agree after a start. RocketMQ: CommitLog#recoverNormally and #recoverAbnormally
 *
 * 1. choose where to begin: everything before it is certain
 * 2. forget what queues and index say of messages from there on
 * 3. walk the log from there, telling queues and index of every record, up to the first bad one
 * 4. cut the log there
 */
export async function recover(parts: RecoveryParts, wasCleanStop: boolean): Promise<RecoveryReport> {
  const { log, queues, index, checkpoint, clock, logger } = parts;
  const startedAtMs = clock.monotonicMs();
  const scanner = new LogScanner(log.files, parts.scan);
  for (const queue of queues) queue.recover();
  const { from, areQueuesCertain } = await chooseStart(parts, scanner, wasCleanStop);
  if (!areQueuesCertain) {
    for (const queue of queues) {
      queue.recover(from);
      queue.truncate(queue.maxOffset);
    }
    index?.rebuild(from);
  }
  const rebuild = new QueueRebuild(queues, index);
  const certainOffset = checkpoint.values.confirmPhyOffset;
  const result = await scanLog(scanner, from, certainOffset, (record) => rebuild.add(record), clock, logger);
  cutLog(parts, result);
  await completeQueues(parts, scanner, rebuild, from, result.endOffset);
  for (const queue of queues) queue.correctMinOffset(log.minOffset);
  const report: RecoveryReport = {
    ...result,
    wasCleanStop,
    scannedFrom: from,
    rebuiltQueues: rebuild.incomplete.size,
    tookMs: Math.round(clock.monotonicMs() - startedAtMs),
  };
  logger.info('the store is recovered', { ...report, damages: result.damages.length });
  return report;
}

interface Start {
  readonly from: number;
  /** Queues and index know everything before `from`, and nothing behind it. */
  readonly areQueuesCertain: boolean;
}

async function chooseStart(parts: RecoveryParts, scanner: LogScanner, wasCleanStop: boolean): Promise<Start> {
  const { log, queues, checkpoint, index, disk, logger } = parts;
  const { queueEntries, indexMsgTimestamp, unsyncedBoot } = checkpoint.values;
  const cutOff = [...queues].find((queue) => queue.seemsCutOff(log.minOffset));
  if (cutOff) {
    logger.warn('a queue seems to lack its first files', { topic: cutOff.topic, queueId: cutOff.queueId });
    return doubt(checkpoint, log.minOffset);
  }
  // A clean stop that counted none is believed: all topics may have been deleted.
  const areExpected = checkpoint.values.logicsMsgTimestamp > 0 && queueEntries !== 0;
  if (areExpected && [...queues].every(({ maxOffset }) => maxOffset === 0)) {
    logger.warn('the checkpoint knows of queues, and there is none: all are built anew');
    return doubt(checkpoint, log.minOffset);
  }
  if (!wasCleanStop || !isSeenSince(unsyncedBoot, disk.bootId())) return afterCrash(parts, scanner);
  const found = [...queues].reduce((sum, { maxOffset }) => sum + maxOffset, 0);
  const isSomethingGone =
    parts.areQueuesShort ||
    (queueEntries !== undefined && queueEntries !== found) ||
    (index !== undefined && index.endTimestamp < indexMsgTimestamp);
  if (isSomethingGone) {
    logger.warn('queues or index are not as the last stop left them', { found, queueEntries, index: index?.count });
    const isIndexOnly = !parts.areQueuesShort && queueEntries === found;
    return doubt(checkpoint, isIndexOnly ? startOfSegment(log, index?.endPhyOffset ?? 0) : log.minOffset);
  }
  const from = await endOfQueues(parts, scanner);
  if (from !== undefined) return { from, areQueuesCertain: true };
  return afterCrash(parts, scanner);
}

/**
 * Begins before what the checkpoint vouches for: until this recovery is through and synced, queues and index have less
 * than that. So it vouches for nothing first; a start after a crash meanwhile must not believe it.
 */
function doubt(checkpoint: StoreCheckpoint, from: number): Start {
  checkpoint.vouchForNoQueue();
  return { from, areQueuesCertain: false };
}

/** Where the file begins that holds an offset; where the log begins when there is none. */
function startOfSegment(log: CommitLog, commitLogOffset: number): number {
  return (commitLogOffset > log.minOffset ? log.files.at(commitLogOffset)?.startOffset : undefined) ?? log.minOffset;
}

/** After a clean stop the log has to be walked behind the last message that any queue knows; undefined if it is not there. */
async function endOfQueues({ log, queues, logger }: RecoveryParts, scanner: LogScanner): Promise<number | undefined> {
  let [end, sizeBytes] = [log.minOffset, 0];
  for (const queue of queues) {
    if (queue.maxCommitLogOffset > end) [end, sizeBytes] = [queue.maxCommitLogOffset, queue.lastSizeBytes];
  }
  if (sizeBytes === 0) return log.minOffset;
  const place = await scanner.at(end - sizeBytes);
  if (place.kind === 'record' && place.record.sizeBytes === sizeBytes) return end;
  logger.warn('queues name messages that the log does not have', { commitLogOffset: end - sizeBytes });
  return undefined;
}

/** Begins where the newest segment begins that queues and index were synced up to, as the checkpoint vouches. */
async function afterCrash(parts: RecoveryParts, scanner: LogScanner): Promise<Start> {
  const { log, checkpoint, index, logger } = parts;
  const { indexMsgTimestamp, logicsMsgTimestamp } = checkpoint.values;
  if (index && index.endTimestamp < indexMsgTimestamp) {
    logger.warn('the index lacks what the checkpoint vouches for: it is built anew', { index: index.count });
    return doubt(checkpoint, log.minOffset);
  }
  const certain = await newestCertainSegment(parts, scanner);
  // RocketMQ's checkpoint knows of full index files only: then the index's own end says how far it reaches.
  const isIndexed = !index || indexMsgTimestamp >= logicsMsgTimestamp || index.endPhyOffset >= certain;
  if (isIndexed) return { from: certain, areQueuesCertain: false };
  return doubt(checkpoint, startOfSegment(log, index.endPhyOffset));
}

/** The newest segment that begins before the checkpoint's time. */
async function newestCertainSegment({ log, checkpoint }: RecoveryParts, scanner: LogScanner): Promise<number> {
  for (const { startOffset } of log.files.segments.toReversed()) {
    const place = await scanner.at(startOffset);
    if (place.kind === 'record' && place.record.storeTimestamp <= checkpoint.certainTimestamp) return startOffset;
  }
  return log.minOffset;
}

/**
 * Ends the log, and erases what lies behind: half a record there could look whole after the next crash.
 *
 * Everything that stays is made durable, so that the checkpoint may say so. What no sync is known to have covered is
 * written once more: after a sync that failed, the system holds pages that it believes to be on disk, and would not
 * write them for a sync alone.
 */
function cutLog({ log, disk, checkpoint, clock }: RecoveryParts, { endOffset, ...result }: ScanResult): void {
  const { files } = log;
  const lastStoreTimestamp = result.lastStoreTimestamp || checkpoint.values.physicMsgTimestamp;
  files.truncate(endOffset);
  files.writeAgain(Math.min(checkpoint.values.confirmPhyOffset, endOffset), endOffset);
  if (files.segments.length > 0) disk.syncDirectory(files.directory);
  if (endOffset < checkpoint.values.confirmPhyOffset) {
    // What comes next is new, and not certain because something that is gone was.
    checkpoint.values.confirmPhyOffset = endOffset;
    checkpoint.write({ sync: true });
  }
  // Nothing covers the time in a record: one from far ahead is damage, and new messages must not follow it there.
  const isPlausible = lastStoreTimestamp - clock.now() < MAX_CLOCK_STEP_MS;
  log.resume(endOffset, isPlausible ? lastStoreTimestamp : clock.now());
}

/** A queue that lacks messages older than `from` is built anew from the whole log. */
async function completeQueues(
  parts: RecoveryParts,
  scanner: LogScanner,
  rebuild: QueueRebuild,
  from: number,
  endOffset: number,
): Promise<void> {
  const { log, clock, logger } = parts;
  if (rebuild.incomplete.size === 0 || from <= log.minOffset) return;
  logger.warn('queues lack older messages; they are built anew', { queues: rebuild.incomplete.size });
  parts.checkpoint.vouchForNoQueue();
  rebuild.restart();
  await scanLog(scanner, log.minOffset, endOffset, (record) => rebuild.addMissing(record), clock, logger);
}
