import { encodeRecord, recordLength } from '../../protocol/message-record.js';
import { systemClock } from '../../runtime/clock.js';
import { asCommitLogOffset, asQueueOffset } from '../../runtime/numbers.js';
import { StoreStatistics } from '../../store/store-statistics.js';
import type { AdminStore } from '../admin-parts.js';

interface Stored {
  readonly commitLogOffset: number;
  readonly record: Buffer;
  readonly storeTimestamp: number;
}

/** A store in memory for the specs of this room: queues of records that a spec puts there. */
export class FakeAdminStore implements AdminStore {
  readonly isWritable = true;
  readonly minCommitLogOffset = 0;
  readonly dispatchBehindBytes = 0;
  readonly flushedWhere = 0;
  maxCommitLogOffset = 0;
  readonly deleted: string[] = [];
  readonly cleanings: string[] = [];
  readonly #queues = new Map<string, Stored[]>();

  /** Puts one message and returns its place in the log. */
  put(topic: string, queueId: number, text: string, storeTimestamp: number): number {
    const queue = this.#of(topic, queueId);
    const commitLogOffset = this.maxCommitLogOffset;
    const host = { address: '127.0.0.1', port: 10911 };
    const fields = {
      ...{
        topic,
        queueId,
        flag: 0,
        sysFlag: 0,
        bornTimestamp: storeTimestamp,
        reconsumeTimes: 0,
        propertiesString: '',
      },
      ...{ queueOffset: queue.length, commitLogOffset, storeTimestamp, bornHost: host, storeHost: host },
      body: Buffer.from(text),
    };
    const record = Buffer.alloc(recordLength(fields));
    encodeRecord(fields, record, 0);
    queue.push({ commitLogOffset, record, storeTimestamp });
    this.maxCommitLogOffset += record.length;
    return commitLogOffset;
  }

  get topicsWithQueues(): string[] {
    return [...new Set([...this.#queues.keys()].map((key) => key.split('@')[0] ?? ''))];
  }

  async earliestStoreTimestamp(): Promise<number> {
    const all = [...this.#queues.values()].flat().map(({ storeTimestamp }) => storeTimestamp);
    return all.length === 0 ? -1 : Math.min(...all);
  }

  minQueueOffset(): number {
    return 0;
  }

  maxQueueOffset(topic: string, queueId: number): number {
    return this.#of(topic, queueId).length;
  }

  async offsetByTime(topic: string, queueId: number, timestamp: number): Promise<number> {
    const queue = this.#of(topic, queueId);
    const found = queue.findIndex(({ storeTimestamp }) => storeTimestamp >= timestamp);
    return found < 0 ? queue.length : found;
  }

  async storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number> {
    return this.#of(topic, queueId)[queueOffset]?.storeTimestamp ?? -1;
  }

  consumeQueueEntries(topic: string, queueId: number, from: number, count: number) {
    const entries = this.#of(topic, queueId).slice(from, from + count);
    return entries.map(({ commitLogOffset, record }, index) => ({
      queueOffset: asQueueOffset(from + index),
      commitLogOffset: asCommitLogOffset(commitLogOffset),
      sizeBytes: record.length,
      tagsCode: 7,
    }));
  }

  async selectRecord(commitLogOffset: number): Promise<Buffer | undefined> {
    return [...this.#queues.values()].flat().find((stored) => stored.commitLogOffset === commitLogOffset)?.record;
  }

  deleteTopics(topics: ReadonlySet<string>): void {
    this.deleted.push(...topics);
  }

  cleanExpiredConsumeQueue(): void {
    this.cleanings.push('consumequeue');
  }

  executeDeleteFilesManually(): void {
    this.cleanings.push('commitlog');
  }

  runtimeInfo(): ReadonlyMap<string, string> {
    return new Map([
      ...new StoreStatistics(systemClock).runtimeInfo(),
      ['commitLogDiskRatio', '0.75'],
      ['consumeQueueDiskRatio', '0.75'],
      ['commitLogMinOffset', String(this.minCommitLogOffset)],
      ['commitLogMaxOffset', String(this.maxCommitLogOffset)],
    ]);
  }

  #of(topic: string, queueId: number): Stored[] {
    const key = `${topic}@${queueId}`;
    const queue = this.#queues.get(key) ?? [];
    if (queue.length === 0) this.#queues.set(key, queue);
    return queue;
  }
}
