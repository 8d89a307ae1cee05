import { problemOfJson } from '../protocol/json.js';
import type { MessageExt } from '../protocol/message.js';
import { decodeMessage } from '../protocol/message-record.js';
import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';
import { SafeFile } from '../runtime/safe-file.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  decodeConsumeQueueEntry,
  type ConsumeQueueEntry as EntryFields,
} from './format/consume-queue-entry.js';
import { type GetMessageRequest, getMessage } from './get-message.js';
import type { GetMessageResult } from './get-message-result.js';
import { type Boundary, offsetByTime } from './offset-by-time.js';
import { type KeyMatches, queryByKey } from './query-by-key.js';
import { problemOfPut } from './put-checks.js';
import { isPutResult, type PutMessage, type PutMessageHook, type PutResult, refusedPut } from './put-message.js';
import type { RecoveryReport } from './recovery.js';
import { recordStoreTimestamp } from './scanned-record.js';
import { StoreParts } from './store-parts.js';
import type { MessageArrivingListener, MessageStoreOptions } from './store-options.js';
import { StoreRun, type StoreState } from './store-run.js';

export type { HostAddress } from '../protocol/host-address.js';
export type { GetMessageRequest, MessageFilter } from './get-message.js';
export type { GetMessageResult, GetMessageStatus } from './get-message-result.js';
export type { Boundary } from './offset-by-time.js';
export type { KeyMatches } from './query-by-key.js';
export type { PutMessage, PutMessageHook, PutResult, PutStatus } from './put-message.js';
export { isPutResult, refusedPut } from './put-message.js';
export { defaultStoreConfig, type FlushDiskType, type StoreConfig } from './store-config.js';
export type { MessageArrivingListener, MessageStoreOptions } from './store-options.js';
export type { StoreState } from './store-run.js';

/** Where a message of a queue lies. */
export interface ConsumeQueueEntry extends EntryFields {
  readonly queueOffset: QueueOffset;
}

/**
 * Messages on disk: puts them, gets them, and keeps them as long as it was told. RocketMQ: DefaultMessageStore
 *
 * This is the front of the room and decides nothing: putting is put-pipeline.ts, getting get-message.ts, starting and
 * stopping store-run.ts.
 */
export class MessageStore {
  readonly #parts: StoreParts;
  readonly #run: StoreRun;
  readonly #hooks: PutMessageHook[] = [];
  readonly #jsonFiles = new Map<string, SafeFile>();

  constructor(private readonly options: MessageStoreOptions) {
    this.#parts = new StoreParts(options);
    this.#run = new StoreRun(options, this.#parts);
  }

  /**
   * Takes the directory, recovers what is in it, and opens for work.
   *
   * Throws  ConfigError when another process holds the directory, or its files have another size than the settings say
   */
  start(): Promise<void> {
    return this.#run.start();
  }

  /** Answers what is on its way, brings everything to disk and gives the directory free. */
  shutdown(): Promise<void> {
    return this.#run.shutdown();
  }

  get state(): StoreState {
    return this.#run.state;
  }

  /** What the start found and did; undefined before it. */
  get recoveryReport(): RecoveryReport | undefined {
    return this.#run.recoveryReport;
  }

  /** Hears, once, that the store can go on no more: the process should say last words and end with an error. */
  onFatal(listener: (error: Error) => void): void {
    this.#run.onFatal(listener);
  }

  /** Whether messages are taken now. */
  get isWritable(): boolean {
    return this.#run.state === 'running' && !this.#parts.space.isFull;
  }

  /** Whether so many puts wait for the disk that more are refused. RocketMQ: isOSPageCacheBusy */
  get isBusy(): boolean {
    return this.#run.pendingPuts >= this.options.config.maxPendingPuts;
  }

  /** Adds a hook behind those that are there. */
  addPutHook(hook: PutMessageHook): void {
    this.#hooks.push(hook);
  }

  /** Hears of every message when consumers can see it; all of one write in one go. */
  onMessageArriving(listener: MessageArrivingListener): void {
    this.#run.listeners.push(listener);
  }

  /** Stores a message; resolves when what `flushDiskType` promises is true. The body is copied before this returns. */
  putMessage(message: PutMessage): Promise<PutResult> {
    return this.putMessages([message]);
  }

  /** Stores messages of one queue, one after the other, with one answer for all. */
  putMessages(messages: readonly PutMessage[]): Promise<PutResult> {
    const refusal = this.#refusal();
    if (refusal) return this.#refuse(refusal);
    const hooked = messages.slice();
    for (let index = 0; index < hooked.length; index++) {
      const answer = this.#applyHooks(hooked[index]!);
      const result = isPutResult(answer) ? answer : problemOfPut(answer, this.options.config, this.#parts.log);
      if (result) return this.#refuse(result);
      hooked[index] = answer as PutMessage;
    }
    const first = hooked[0];
    if (!first) return this.#refuse(refusedPut('MESSAGE_ILLEGAL', 'there is no message'));
    return this.#run.pipeline.put(hooked, this.#parts.queues.findOrCreate(first.topic, first.queueId));
  }

  /** Reads messages of a queue: at once when they are in memory, else when the disk gave them. */
  getMessage(request: GetMessageRequest): GetMessageResult | Promise<GetMessageResult> {
    const { queues, reader, statistics, memoryBytes } = this.#parts;
    const queue = queues.find(request.topic, request.queueId);
    const { clock, config } = this.options;
    const beganAtMs = clock.monotonicMs();
    const counted = (found: GetMessageResult) => {
      statistics.addGet(found.messageCount, clock.monotonicMs() - beganAtMs);
      return found;
    };
    const result = getMessage(request, queue, reader, config, memoryBytes);
    return result instanceof Promise ? result.then(counted) : counted(result);
  }

  /** The first message of a queue that is still there; 0 without the queue. */
  minQueueOffset(topic: string, queueId: number): QueueOffset {
    return this.#parts.queues.find(topic, queueId)?.minOffset ?? asQueueOffset(0);
  }

  /** One past the last message of a queue; 0 without the queue. */
  maxQueueOffset(topic: string, queueId: number): QueueOffset {
    return this.#parts.queues.find(topic, queueId)?.maxOffset ?? asQueueOffset(0);
  }

  /** The queue offset of a store time; see offset-by-time.ts. */
  async offsetByTime(topic: string, queueId: number, timestamp: number, boundary: Boundary = 'LOWER'): Promise<number> {
    const queue = this.#parts.queues.find(topic, queueId);
    if (!queue) return 0;
    return offsetByTime(queue, timestamp, boundary, (offset, sizeBytes) => this.#storeTimestampAt(offset, sizeBytes));
  }

  /** When a message of a queue was stored; -1 when it is not there. */
  async storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number> {
    const [entry] = await this.consumeQueueEntries(topic, queueId, queueOffset, 1);
    return (entry && (await this.#storeTimestampAt(entry.commitLogOffset, entry.sizeBytes))) ?? -1;
  }

  /** When the oldest message of a queue was stored, or the oldest of all; -1 when there is none. */
  async earliestStoreTimestamp(topic?: string, queueId = 0): Promise<number> {
    if (topic !== undefined) return this.storeTimestampOf(topic, queueId, this.minQueueOffset(topic, queueId));
    return (await this.#storeTimestampAt(this.minCommitLogOffset)) ?? -1;
  }

  /** Places of messages, for timers, transactions and tools; none out of range. */
  async consumeQueueEntries(topic: string, queueId: number, from: number, count: number): Promise<ConsumeQueueEntry[]> {
    const queue = this.#parts.queues.find(topic, queueId);
    if (!queue || from < queue.minOffset || from >= queue.maxOffset) return [];
    const { bytes, position, count: got } = queue.entries(from, count) ?? (await queue.read(from, count));
    return Array.from({ length: got }, (_, index) => ({
      queueOffset: asQueueOffset(from + index),
      ...decodeConsumeQueueEntry(bytes, position + index * ENTRY),
    }));
  }

  /** Whether a message is there and so new that it is likely in memory. RocketMQ: checkInMemByConsumeOffset */
  async isHot(topic: string, queueId: number, queueOffset: number): Promise<boolean> {
    const [entry] = await this.consumeQueueEntries(topic, queueId, queueOffset, 1);
    if (!entry || entry.commitLogOffset < this.minCommitLogOffset) return false;
    const hotBytes = (this.#parts.memoryBytes * this.options.config.accessMessageInMemoryMaxRatio) / 100;
    return this.maxCommitLogOffset - entry.commitLogOffset <= hotBytes;
  }

  /** The record at an offset of the log, as stored. */
  selectRecord(commitLogOffset: number, sizeBytes?: number): Promise<Buffer | undefined> {
    return this.#parts.reader.record(commitLogOffset, sizeBytes);
  }

  /** The message at an offset of the log, its body as stored: what is stored again must match its flags. */
  async lookMessageByOffset(commitLogOffset: number, sizeBytes?: number): Promise<MessageExt | undefined> {
    const record = await this.selectRecord(commitLogOffset, sizeBytes);
    return record && decodeMessage(record, 0, { decompress: false });
  }

  /**
   * Finds messages by UNIQ_KEY or by one of their KEYS; by their tag when `indexType` is T. Other keys may share the
   * hash, so the client compares.
   */
  queryByKey(
    topic: string,
    key: string,
    maxNum: number,
    begin: number,
    end: number,
    indexType?: string,
  ): Promise<KeyMatches> {
    return queryByKey(this.#parts.index, this.#parts.reader, { topic, key, maxNum, begin, end, indexType });
  }

  /** Forgets topics: their queues go at once, their messages with the log. Returns how many there were. */
  deleteTopics(topics: ReadonlySet<string>): number {
    return [...topics].filter((topic) => this.#parts.queues.deleteTopic(topic)).length;
  }

  /** Topics that have queues, whatever topics/ knows. */
  get topicsWithQueues(): readonly string[] {
    return [...this.#parts.queues.topics];
  }

  /** Lets queues and index forget messages that the log no longer has. */
  async cleanExpiredConsumeQueue(): Promise<void> {
    await this.#run.retention?.cleanDerived();
  }

  /** Lets the next passes of retention delete expired files at any hour. */
  executeDeleteFilesManually(): void {
    this.#run.retention?.deleteManually();
  }

  get minCommitLogOffset(): number {
    return this.#parts.log.minOffset;
  }

  get maxCommitLogOffset(): number {
    return this.#parts.log.writtenOffset;
  }

  /** Below this offset the log survives a power cut. */
  get flushedWhere(): number {
    return this.#parts.log.syncedOffset;
  }

  /** Resolves when everything that was put before is on disk, or the store has failed: `flushedWhere` tells which. */
  awaitSynced(): Promise<void> {
    return this.#run.awaitSynced();
  }

  /** Bytes written and not yet visible to consumers: those that wait for a sync. */
  get dispatchBehindBytes(): number {
    return this.#run.dispatchBehindBytes;
  }

  /** Used part of the file systems in percent, as RocketMQ's remarks print it. */
  diskUtil(): { readonly commitLog: number; readonly consumeQueue: number; readonly index: number } {
    const { space } = this.#parts;
    const { commitLogDirectory, rootDirectory } = this.options.config;
    const root = space.usedPercent(rootDirectory);
    return { commitLog: space.usedPercent(commitLogDirectory), consumeQueue: root, index: root };
  }

  /** Counters under the keys that RocketMQ's tools read. */
  runtimeInfo(): Map<string, string> {
    const { commitLog, consumeQueue } = this.diskUtil();
    const info = this.#parts.statistics.runtimeInfo();
    info.set(`commitLogDiskRatio_${this.options.config.commitLogDirectory}`, String(commitLog / 100));
    info.set('commitLogDiskRatio', String(commitLog / 100));
    info.set('consumeQueueDiskRatio', String(consumeQueue / 100));
    info.set('commitLogMinOffset', String(this.minCommitLogOffset));
    info.set('commitLogMaxOffset', String(this.maxCommitLogOffset));
    return info;
  }

  /** A small file beside the log, replaced as a whole. There is one object for each path, so that saves never cross. */
  jsonFile(path: string): SafeFile {
    let file = this.#jsonFiles.get(path);
    if (!file) {
      file = new SafeFile(this.options.disk, path, problemOfJson, this.options.logger);
      this.#jsonFiles.set(path, file);
    }
    return file;
  }

  #refusal(): PutResult | undefined {
    const { state } = this;
    if (state !== 'running') return refusedPut('SERVICE_NOT_AVAILABLE', `the store is ${state}`);
    if (this.#parts.space.isFull) return refusedPut('SERVICE_NOT_AVAILABLE', 'the disk is full');
    if (this.isBusy) return refusedPut('OS_PAGE_CACHE_BUSY', 'too many messages wait for the disk');
    return undefined;
  }

  #applyHooks(message: PutMessage): PutMessage | PutResult {
    let current = message;
    for (const hook of this.#hooks) {
      const answer = hook(current);
      if (isPutResult(answer)) return answer;
      current = answer;
    }
    return current;
  }

  #refuse(result: PutResult): Promise<PutResult> {
    if (result.status !== 'PUT_OK') this.#parts.statistics.putFailedTimes++;
    return Promise.resolve(result);
  }

  async #storeTimestampAt(commitLogOffset: number, sizeBytes?: number): Promise<number | undefined> {
    const record = await this.#parts.reader.head(commitLogOffset, sizeBytes);
    return record && recordStoreTimestamp(record);
  }
}
