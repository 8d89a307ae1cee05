import { SystemTopic } from '../../protocol/topic-names.js';
import { takesQueueOffset } from '../commit-log.js';
import type { ConsumeQueue } from '../consume-queue.js';
import type { EntryView } from '../entry-search.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  entryOffset,
  entrySize,
  entryTagsCode,
  isFiller,
} from '../format/consume-queue-entry.js';
import type { LogScanner } from '../log-scanner.js';
import type { DispatchRecord } from '../staged-record.js';
import type { Findings } from './findings.js';

/** Entries read at a time. */
const ENTRIES_AT_ONCE = 4096;

/** A queue on its way through verification, with the entries read last. */
interface QueueCheck {
  readonly queue: ConsumeQueue;
  /** Entries that a record of the log confirmed. */
  confirmed: number;
  /** Messages behind its end. */
  missing: number;
  view: EntryView;
  viewStart: number;
}

/** Compares the log's records with the entries of their queues, and then what no record confirmed with the log. */
export class QueueVerification {
  readonly #checks = new Map<string, QueueCheck>();
  /** Messages without a queue, by the name that it would have. */
  readonly #strays = new Map<string, number>();

  constructor(
    queues: Iterable<ConsumeQueue>,
    private readonly scanner: LogScanner,
    private readonly findings: Findings,
  ) {
    for (const queue of queues) {
      const nothing = { bytes: Buffer.alloc(0), position: 0, count: 0 };
      const check = { queue, confirmed: 0, missing: 0, view: nothing, viewStart: 0 };
      this.#checks.set(`${queue.topic}/${queue.queueId}`, check);
    }
  }

  /** Looks a record up in its queue. */
  meet(record: DispatchRecord): void {
    if (!takesQueueOffset(record.sysFlag)) return;
    const name = `${record.topic}/${record.queueId}`;
    const check = this.#checks.get(name);
    if (!check) {
      this.#strays.set(name, (this.#strays.get(name) ?? 0) + 1);
      return;
    }
    if (record.queueOffset >= check.queue.maxOffset) {
      check.missing++;
      return;
    }
    const entry = entryOf(check, record.queueOffset);
    if (!entry) return;
    const [bytes, at] = entry;
    if (entryOffset(bytes, at) !== record.commitLogOffset || entrySize(bytes, at) !== record.sizeBytes) return;
    check.confirmed++;
    if (record.topic !== SystemTopic.RMQ_SYS_SCHEDULE_TOPIC && entryTagsCode(bytes, at) !== record.tagsCode) {
      const sentence = `the entry has tagsCode ${entryTagsCode(bytes, at)}, the message ${record.tagsCode}`;
      this.findings.damage(`${name} #${record.queueOffset}`, sentence);
    }
  }

  /** Looks at entries that no record confirmed, once all records were met. Returns how many entries there are. */
  async finish(logStart: number): Promise<number> {
    let entries = 0;
    for (const [name, count] of this.#strays) {
      this.findings.note(name, `${count} messages have no queue: their topic was deleted, or a start adds them`);
    }
    for (const [name, check] of this.#checks) {
      const { queue, missing, confirmed } = check;
      if (missing > 0) {
        const sentence = `the queue ends here, and the log has ${missing} messages behind it; a start adds them`;
        this.findings.note(`${name} #${queue.maxOffset}`, sentence);
      }
      const first = queue.lowerBound(logStart);
      entries += queue.maxOffset - first;
      if (confirmed === queue.maxOffset - first) continue;
      for (let number = first; number < queue.maxOffset; number++) await this.#checkEntry(name, check, number);
    }
    return entries;
  }

  async #checkEntry(name: string, check: QueueCheck, number: number): Promise<void> {
    const entry = entryOf(check, number);
    if (!entry || isFiller(entry[0], entry[1])) return;
    const [bytes, position] = entry;
    const offset = entryOffset(bytes, position);
    const sentence = await this.#problemOf(name, number, offset, entrySize(bytes, position));
    if (sentence) this.findings.damage(`${name} #${number}`, sentence);
  }

  async #problemOf(name: string, number: number, offset: number, sizeBytes: number): Promise<string | undefined> {
    const place = await this.scanner.at(offset);
    if (place.kind !== 'record') return `the entry names offset ${offset} of the log, where no message is`;
    const { topic, queueId, queueOffset } = place.record;
    if (queueOffset !== number || `${topic}/${queueId}` !== name)
      return `the entry names offset ${offset}, where message ${queueOffset} of ${topic}/${queueId} is`;
    if (place.record.sizeBytes !== sizeBytes)
      return `the entry says ${sizeBytes} bytes, the message has ${place.record.sizeBytes}`;
    return undefined;
  }
}

function entryOf(check: QueueCheck, number: number): [bytes: Buffer, position: number] | undefined {
  if (number < check.viewStart || number >= check.viewStart + check.view.count) {
    check.view = check.queue.readAt(number, ENTRIES_AT_ONCE);
    check.viewStart = number;
  }
  const { bytes, position, count } = check.view;
  return count === 0 ? undefined : [bytes, position + (number - check.viewStart) * ENTRY];
}
