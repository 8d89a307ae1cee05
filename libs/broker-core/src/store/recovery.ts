import type { Logger } from '../runtime/logger.js';
import { type CommitLog, takesQueueOffset } from './commit-log.js';
import type { ConsumeQueues } from './consume-queues.js';
import { LogScanner } from './log-scanner.js';
import type { DeliverAt } from './scanned-record.js';

/** Reads the whole log and builds the queues anew. */
export async function recover(
  log: CommitLog,
  queues: ConsumeQueues,
  deliverAt: DeliverAt,
  checkCrc: boolean,
  logger: Logger,
): Promise<void> {
  const scanner = new LogScanner(log.files, { checkCrc, deliverAt });
  let offset = log.files.startOffset;
  let lastStoreTimestamp = 0;
  let count = 0;
  for (;;) {
    const found = scanner.at(offset);
    const place = found instanceof Promise ? await found : found;
    if (place.kind === 'end' || place.kind === 'bad') break;
    if (place.kind === 'blank') {
      offset = place.next;
      continue;
    }
    const { record } = place;
    if (takesQueueOffset(record.sysFlag)) {
      const queue = queues.findOrCreate(record.topic, record.queueId);
      queue.fillUpTo(record.queueOffset);
      queues.dispatch(record, queue);
      queue.nextOffset = queue.maxOffset;
    }
    lastStoreTimestamp = record.storeTimestamp;
    offset += record.sizeBytes;
    count++;
  }
  log.files.truncate(offset);
  log.resume(offset, lastStoreTimestamp);
  logger.info('store recovered', { records: count, maxCommitLogOffset: offset });
}
