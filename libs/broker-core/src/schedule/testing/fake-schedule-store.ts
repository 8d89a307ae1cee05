import { encodeRecord, recordLength } from '../../protocol/message-record.js';
import { asCommitLogOffset, asQueueOffset } from '../../runtime/numbers.js';
import { isStored, type PutMessage, type PutResult, type PutStatus } from '../../store/put-message.js';
import type { DelayLevels } from '../delay-levels.js';
import type { ScheduleStore, WaitingEntry } from '../schedule-store.js';

/** What reached a topic, and when. */
export interface Arrival {
  readonly topic: string;
  readonly queueId: number;
  readonly text: string;
  readonly at: number;
}

type FakeEntry = WaitingEntry & { readonly queueOffset: number };

/** A store in memory for the specs of this room: queues of records, a switch for refusals, a mark for what is synced. */
export class FakeScheduleStore implements ScheduleStore {
  readonly arrivals: Arrival[] = [];
  answer: PutStatus = 'PUT_OK';
  /** The answers to messages with these texts, instead of `answer`; an error is thrown. */
  readonly answers = new Map<string, PutStatus | Error>();
  flushedWhere = Number.MAX_SAFE_INTEGER;
  readonly #records = new Map<number, Buffer>();
  readonly #queues = new Map<string, FakeEntry[]>();
  readonly #firstOffsets = new Map<string, number>();
  #listener: (topic: string, queueId: number) => void = () => {};
  #end = 0;

  constructor(
    readonly now: () => number,
    readonly levels: DelayLevels,
  ) {}

  onMessageArriving(listener: (topic: string, queueId: number) => void): void {
    this.#listener = listener;
  }

  async awaitSynced(): Promise<void> {
    this.flushedWhere = Number.MAX_SAFE_INTEGER;
  }

  async putMessage(message: PutMessage): Promise<PutResult> {
    const status = this.answers.get(message.body.toString()) ?? this.answer;
    if (status instanceof Error) throw status;
    const fields = {
      ...message,
      queueOffset: this.maxQueueOffset(message.topic, message.queueId),
      commitLogOffset: this.#end,
      storeTimestamp: this.now(),
      storeHost: { address: '127.0.0.1', port: 10911 },
    };
    const sizeBytes = recordLength(fields);
    const result = {
      status,
      topic: message.topic,
      queueId: message.queueId,
      queueOffset: asQueueOffset(fields.queueOffset),
      commitLogOffset: asCommitLogOffset(this.#end),
      sizeBytes,
      storeTimestamp: this.now(),
      offsetMsgId: '',
    };
    if (isStored(status)) {
      const record = Buffer.alloc(sizeBytes);
      encodeRecord(fields, record, 0);
      this.#append(message, record);
    }
    return result;
  }

  #append(message: PutMessage, record: Buffer): void {
    const { topic, queueId, delayLevel, tagsCode } = message;
    const isWaiting = topic === 'SCHEDULE_TOPIC_XXXX';
    const entry = {
      queueOffset: this.maxQueueOffset(topic, queueId),
      commitLogOffset: this.#end,
      sizeBytes: record.length,
      tagsCode: isWaiting ? this.levels.deliverTimestamp(delayLevel, this.now()) : tagsCode,
    };
    this.#queueOf(topic, queueId).push(entry);
    this.#records.set(this.#end, record);
    this.#end += record.length;
    if (!isWaiting) this.arrivals.push({ topic, queueId, text: message.body.toString(), at: this.now() });
    this.#listener(topic, queueId);
  }

  async consumeQueueEntries(topic: string, queueId: number, from: number, count: number): Promise<WaitingEntry[]> {
    return this.#queueOf(topic, queueId)
      .filter(({ queueOffset }) => queueOffset >= from)
      .slice(0, count);
  }

  minQueueOffset(topic: string, queueId: number): number {
    return this.#firstOffsets.get(`${topic}@${queueId}`) ?? 0;
  }

  maxQueueOffset(topic: string, queueId: number): number {
    return (this.#queueOf(topic, queueId).at(-1)?.queueOffset ?? this.minQueueOffset(topic, queueId) - 1) + 1;
  }

  async selectRecord(commitLogOffset: number): Promise<Buffer | undefined> {
    return this.#records.get(commitLogOffset);
  }

  /** A bad sector: the record of an entry is no record any more. */
  spoil(topic: string, queueId: number, queueOffset: number): void {
    const entry = this.#queueOf(topic, queueId).find((one) => one.queueOffset === queueOffset);
    this.#records.get(entry?.commitLogOffset ?? -1)?.fill(0xff);
  }

  /** Retention: drops the first entries of a queue and their records. */
  forget(topic: string, queueId: number, count: number): void {
    const gone = this.#queueOf(topic, queueId).splice(0, count);
    for (const { commitLogOffset } of gone) this.#records.delete(commitLogOffset);
    this.#firstOffsets.set(`${topic}@${queueId}`, (gone.at(-1)?.queueOffset ?? -1) + 1);
  }

  #queueOf(topic: string, queueId: number): FakeEntry[] {
    const key = `${topic}@${queueId}`;
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    return queue;
  }
}
