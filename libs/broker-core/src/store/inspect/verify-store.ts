import { javaStringHash } from '../../protocol/string-hash.js';
import { SystemTopic } from '../../protocol/topic-names.js';
import type { Disk, DiskFile } from '../../runtime/disk.js';
import { takesQueueOffset } from '../commit-log.js';
import type { ConsumeQueue, EntryView } from '../consume-queue.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  entryOffset,
  entrySize,
  entryTagsCode,
  isFiller,
} from '../format/consume-queue-entry.js';
import {
  decodeIndexEntry,
  decodeIndexHeader,
  INDEX_ENTRY_BYTES,
  INDEX_HEADER_BYTES,
  INDEX_SLOT_BYTES,
  indexKeyHash,
} from '../format/index-layout.js';
import { tagKey } from '../index-files.js';
import type { LogScanner } from '../log-scanner.js';
import type { DispatchRecord } from '../staged-record.js';
import type { InspectOptions } from './inspect-store.js';
import { StoreDirectory } from './store-directory.js';

/** Something that is not as it should be, in plain words. */
export interface Finding {
  /** damage: something is lost or wrong · note: harmless, or put right by the next start */
  readonly severity: 'damage' | 'note';
  /** `commitlog @123`, `TopicA/0 #7`, `index 2026…` */
  readonly place: string;
  readonly sentence: string;
}

export interface VerifyReport {
  readonly records: number;
  readonly logBytes: number;
  readonly queueEntries: number;
  readonly indexEntries: number;
  readonly findings: readonly Finding[];
  /** Findings beyond the limit that were counted and not kept. */
  readonly findingsLeftOut: number;
}

export interface VerifyOptions extends InspectOptions {
  /** Hears how far it is: bytes of the log looked at, of all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Slots of an index file, where `maxIndexNum` is not four times `maxHashSlotNum`. */
  readonly indexSlots?: number;
}

const MAX_FINDINGS = 1000;
const PROGRESS_BYTES = 16 * 1024 * 1024;
/** RocketMQ gives an index file four entries a slot. */
const BYTES_PER_SLOT = INDEX_SLOT_BYTES + 4 * INDEX_ENTRY_BYTES;
/** Entries of a queue or of an index read at a time. */
const ENTRIES_AT_ONCE = 4096;

/** Verifies a store directory, ours or Apache's: every CRC, and that log, queues and index agree. Nothing is changed. */
export async function verifyStore(disk: Disk, directory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const store = new StoreDirectory(disk, directory, options.commitLogDirectory);
  try {
    const verification = new Verification(store, disk, options);
    await verification.verifyLog();
    await verification.verifyQueues();
    await verification.verifyIndex();
    return verification.report();
  } finally {
    store.close();
  }
}

/** A queue on its way through verification, with the entries read last. */
interface QueueCheck {
  readonly queue: ConsumeQueue;
  /** Entries that a record of the log confirmed. */
  confirmed: number;
  view: EntryView;
  viewStart: number;
}

class Verification {
  readonly #scanner: LogScanner;
  readonly #queues = new Map<string, QueueCheck>();
  readonly #findings: Finding[] = [];
  #leftOut = 0;
  #records = 0;
  #logEnd: number;
  #queueEntries = 0;
  #indexEntries = 0;

  constructor(
    private readonly store: StoreDirectory,
    private readonly disk: Disk,
    private readonly options: VerifyOptions,
  ) {
    this.#scanner = store.scanner();
    this.#logEnd = store.log.startOffset;
    for (const queue of store.queues()) {
      const nothing = { bytes: Buffer.alloc(0), position: 0, count: 0 };
      this.#queues.set(`${queue.topic}/${queue.queueId}`, { queue, confirmed: 0, view: nothing, viewStart: 0 });
    }
  }

  report(): VerifyReport {
    return {
      records: this.#records,
      logBytes: this.#logEnd - this.store.log.startOffset,
      queueEntries: this.#queueEntries,
      indexEntries: this.#indexEntries,
      findings: this.#findings,
      findingsLeftOut: this.#leftOut,
    };
  }

  /** Walks the log from its first byte; each record is looked up in its queue. */
  async verifyLog(): Promise<void> {
    const { log } = this.store;
    let [offset, saidAt] = [log.startOffset, log.startOffset];
    for (;;) {
      const found = this.#scanner.at(offset);
      const place = found instanceof Promise ? await found : found;
      if (place.kind === 'record') {
        this.#checkRecord(place.record);
        this.#records++;
        this.#logEnd = offset += place.record.sizeBytes;
      } else if (place.kind === 'blank') offset = place.next;
      else {
        const next = await this.#scanner.nextRecord(offset + 1);
        if (next === undefined) {
          const isTorn = place.kind === 'bad';
          if (isTorn)
            this.#note(`commitlog @${offset}`, `the log ends in half a record (${place.problem}); a start cuts it`);
          break;
        }
        const what = place.kind === 'bad' ? place.problem : 'zeros';
        this.#damage(
          `commitlog @${offset}`,
          `${next - offset} bytes are no records (${what}); the log goes on at ${next}`,
        );
        offset = next;
      }
      if (offset - saidAt >= PROGRESS_BYTES) {
        saidAt = offset;
        this.options.onProgress?.(offset - log.startOffset, log.endOffset - log.startOffset);
      }
    }
    this.options.onProgress?.(log.endOffset - log.startOffset, log.endOffset - log.startOffset);
  }

  /** Looks at entries that no record confirmed. */
  async verifyQueues(): Promise<void> {
    for (const [name, check] of this.#queues) {
      const { queue } = check;
      const first = queue.lowerBound(this.store.log.startOffset);
      this.#queueEntries += queue.maxOffset - first;
      if (check.confirmed === queue.maxOffset - first) continue;
      for (let number = first; number < queue.maxOffset; number++) await this.#checkEntry(name, check, number);
    }
  }

  /** Every entry of the index has to name a record with a key of its hash. */
  async verifyIndex(): Promise<void> {
    for (const name of this.store.indexFiles) {
      const file = this.disk.open(`${this.store.directory}/index/${name}`, { readOnly: true });
      try {
        await this.#checkIndexFile(name, file);
      } finally {
        file.close();
      }
    }
  }

  #checkRecord(record: DispatchRecord): void {
    if (!takesQueueOffset(record.sysFlag)) return;
    const name = `${record.topic}/${record.queueId}`;
    const check = this.#queues.get(name);
    // A topic that was deleted leaves its messages in the log until retention takes them.
    if (!check) return;
    const place = `${name} #${record.queueOffset}`;
    if (record.queueOffset >= check.queue.maxOffset) {
      this.#note(place, `the queue ends before the message at ${record.commitLogOffset}; a start adds it`);
      return;
    }
    const entry = this.#entryOf(check, record.queueOffset);
    if (!entry) return;
    const [bytes, at] = entry;
    if (entryOffset(bytes, at) !== record.commitLogOffset || entrySize(bytes, at) !== record.sizeBytes) return;
    check.confirmed++;
    if (record.topic !== SystemTopic.RMQ_SYS_SCHEDULE_TOPIC && entryTagsCode(bytes, at) !== record.tagsCode) {
      this.#damage(place, `the entry has tagsCode ${entryTagsCode(bytes, at)}, the message ${record.tagsCode}`);
    }
  }

  async #checkEntry(name: string, check: QueueCheck, number: number): Promise<void> {
    const entry = this.#entryOf(check, number);
    if (!entry || isFiller(entry[0], entry[1])) return;
    const offset = entryOffset(entry[0], entry[1]);
    const place = await this.#scanner.at(offset);
    const at = `${name} #${number}`;
    if (place.kind !== 'record') this.#damage(at, `the entry names offset ${offset} of the log, where no message is`);
    else if (place.record.queueOffset !== number || `${place.record.topic}/${place.record.queueId}` !== name) {
      const { topic, queueId, queueOffset } = place.record;
      this.#damage(at, `the entry names offset ${offset}, where message ${queueOffset} of ${topic}/${queueId} is`);
    } else if (place.record.sizeBytes !== entrySize(entry[0], entry[1])) {
      this.#damage(
        at,
        `the entry says ${entrySize(entry[0], entry[1])} bytes, the message has ${place.record.sizeBytes}`,
      );
    }
  }

  #entryOf(check: QueueCheck, number: number): [bytes: Buffer, position: number] | undefined {
    if (number < check.viewStart || number >= check.viewStart + check.view.count) {
      check.view = check.queue.readAt(number, ENTRIES_AT_ONCE);
      check.viewStart = number;
    }
    const { bytes, position, count } = check.view;
    return count === 0 ? undefined : [bytes, position + (number - check.viewStart) * ENTRY];
  }

  async #checkIndexFile(name: string, file: DiskFile): Promise<void> {
    const head = Buffer.alloc(INDEX_HEADER_BYTES);
    file.readAt(head, 0);
    const { indexCount } = decodeIndexHeader(head);
    const slots = this.options.indexSlots ?? Math.floor((file.sizeBytes() - INDEX_HEADER_BYTES) / BYTES_PER_SLOT);
    const entriesAt = INDEX_HEADER_BYTES + slots * INDEX_SLOT_BYTES;
    const bytes = Buffer.alloc(ENTRIES_AT_ONCE * INDEX_ENTRY_BYTES);
    for (let first = 1; first < indexCount; first += ENTRIES_AT_ONCE) {
      file.readAt(bytes, entriesAt + first * INDEX_ENTRY_BYTES);
      for (let index = 0; index < Math.min(ENTRIES_AT_ONCE, indexCount - first); index++) {
        const { commitLogOffset, keyHash } = decodeIndexEntry(bytes, index * INDEX_ENTRY_BYTES);
        this.#indexEntries++;
        if (commitLogOffset < this.store.log.startOffset) continue;
        const found = this.#scanner.at(commitLogOffset);
        const place = found instanceof Promise ? await found : found;
        const isRight = place.kind === 'record' && hashesOf(place.record).includes(keyHash);
        if (!isRight)
          this.#damage(`index ${name} #${first + index}`, `no message with this key is at ${commitLogOffset}`);
      }
    }
  }

  #damage(place: string, sentence: string): void {
    this.#add({ severity: 'damage', place, sentence });
  }

  #note(place: string, sentence: string): void {
    this.#add({ severity: 'note', place, sentence });
  }

  #add(finding: Finding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
    else this.#leftOut++;
  }
}

function hashesOf({ topic, uniqKey, keys, tags }: DispatchRecord): number[] {
  const topicHash = javaStringHash(`${topic}#`);
  const words = (keys ?? '').split(' ').filter((key) => key !== '');
  if (uniqKey !== undefined) words.push(uniqKey);
  if (tags !== undefined) words.push(tagKey(tags));
  return words.map((key) => indexKeyHash(topicHash, key));
}
