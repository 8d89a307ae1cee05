import { decodeMessage } from '../protocol/message-record.js';
import type { MessageExt } from '../protocol/message.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import { CommitLog } from './commit-log.js';
import { ConsumeQueues } from './consume-queues.js';
import {
  type ConsumeQueueEntry,
  CONSUME_QUEUE_ENTRY_BYTES,
  decodeConsumeQueueEntry,
} from './format/consume-queue-entry.js';
import { type GetMessageRequest, type GetMessageResult, getMessage } from './get-message.js';
import { GroupCommit } from './group-commit.js';
import { JsonFile } from './json-file.js';
import { LogReader } from './log-reader.js';
import { isPutResult, type PutMessage, type PutMessageHook, type PutResult, refusedPut } from './put-message.js';
import { PutPipeline } from './put-pipeline.js';
import { recover } from './recovery.js';
import type { HostAddress } from './put-message.js';
import type { StagedRecord } from './staged-record.js';
import type { StoreConfig } from './store-config.js';

export type { ConsumeQueueEntry } from './format/consume-queue-entry.js';
export type { GetMessageRequest, GetMessageResult, GetMessageStatus, MessageFilter } from './get-message.js';
export { JsonFile } from './json-file.js';
export type { HostAddress, PutMessage, PutMessageHook, PutResult, PutStatus } from './put-message.js';
export { isPutResult, refusedPut } from './put-message.js';
export { defaultStoreConfig, type FlushDiskType, type StoreConfig } from './store-config.js';

/** Hears of a message when it became visible: `nextOffset` is the queue offset behind it. */
export type MessageArrivingListener = (
  topic: string,
  queueId: number,
  nextOffset: QueueOffset,
  tagsCode: number,
  storeTimestamp: number,
) => void;

export interface MessageStoreOptions {
  readonly config: StoreConfig;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** The address that clients reach this broker by: part of every record and of every offset id. */
  readonly storeHost: () => HostAddress;
  /** When a message of a delay level is due; schedule/ knows the levels. Without it the store time is taken. */
  readonly deliverAt?: (delayLevel: number, storeTimestamp: number) => number;
  /** Memory of the machine, for the estimate which messages are still in its page cache. */
  readonly memoryBytes?: number;
  /** The store can go on no more: say last words and end the process. */
  readonly onFatal?: (error: unknown) => void;
}

/** new → running → stopped; or failed, from which only a new start recovers. */
export type StoreState = 'new' | 'recovering' | 'running' | 'failed' | 'stopped';

/** Messages on disk. RocketMQ: DefaultMessageStore */
export class MessageStore {
  readonly #log: CommitLog;
  readonly #reader: LogReader;
  readonly #queues: ConsumeQueues;
  readonly #groupCommit: GroupCommit;
  readonly #pipeline: PutPipeline;
  readonly #hooks: PutMessageHook[] = [];
  readonly #listeners: MessageArrivingListener[] = [];
  readonly #timers: Cancel[] = [];
  #lock: { release(): void } | undefined;
  #state: StoreState = 'new';

  constructor(private readonly options: MessageStoreOptions) {
    const { config, disk, clock, scheduler } = options;
    this.#log = new CommitLog(config, disk, clock, options.storeHost, options.deliverAt ?? ((_, at) => at));
    this.#reader = new LogReader(this.#log);
    this.#queues = new ConsumeQueues(`${config.rootDirectory}/consumequeue`, config.consumeQueueFileBytes, disk);
    this.#groupCommit = new GroupCommit(config, this.#log, clock, scheduler, this.#dispatch, this.#fail);
    this.#pipeline = new PutPipeline(this.#log, this.#groupCommit, scheduler, {
      onDiskFull: (error) => options.logger.error('the disk is full', { error }),
      onFailure: this.#fail,
    });
  }

  async start(): Promise<void> {
    const { config, disk, logger, scheduler } = this.options;
    disk.makeDirectory(config.rootDirectory);
    this.#lock = disk.lock(`${config.rootDirectory}/lock`);
    this.#state = 'recovering';
    this.#log.files.load();
    disk.removeTree(`${config.rootDirectory}/consumequeue`);
    await recover(this.#log, this.#queues, this.options.deliverAt ?? ((_, at) => at), config.checkCrcOnRecover, logger);
    this.#timers.push(
      scheduler.every(config.flushConsumeQueueIntervalMs, () => this.#queues.write(Number.POSITIVE_INFINITY)),
    );
    this.#state = 'running';
  }

  async shutdown(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'stopped';
    for (const cancel of this.#timers) cancel();
    this.#pipeline.writeStaged();
    this.#groupCommit.stop();
    this.#log.sync();
    this.#groupCommit.finish();
    this.#queues.write(Number.POSITIVE_INFINITY);
    this.#queues.close();
    this.#log.close();
    this.#lock?.release();
  }

  get state(): StoreState {
    return this.#state;
  }

  get isWritable(): boolean {
    return this.#state === 'running';
  }

  addPutHook(hook: PutMessageHook): void {
    this.#hooks.push(hook);
  }

  onMessageArriving(listener: MessageArrivingListener): void {
    this.#listeners.push(listener);
  }

  /** Stores a message; resolves when what `flushDiskType` promises is true. */
  putMessage(message: PutMessage): Promise<PutResult> {
    return this.putMessages([message]);
  }

  /** Stores messages of one queue, one after the other; one answer for all. */
  putMessages(messages: readonly PutMessage[]): Promise<PutResult> {
    if (!this.isWritable) return Promise.resolve(refusedPut('SERVICE_NOT_AVAILABLE', `the store is ${this.#state}`));
    const hooked: PutMessage[] = [];
    for (const message of messages) {
      const answer = this.#applyHooks(message);
      if (isPutResult(answer)) return Promise.resolve(answer);
      hooked.push(answer);
    }
    const first = hooked[0]!;
    if (!hooked.every((message) => this.#log.fits(message))) {
      return Promise.resolve(refusedPut('MESSAGE_ILLEGAL', 'the message does not fit into a segment'));
    }
    return this.#pipeline.put(hooked, this.#queues.findOrCreate(first.topic, first.queueId));
  }

  getMessage(request: GetMessageRequest): GetMessageResult | Promise<GetMessageResult> {
    const queue = this.#queues.find(request.topic, request.queueId);
    return getMessage(request, queue, this.#reader, this.options.config, this.options.memoryBytes ?? 8 * 2 ** 30);
  }

  minQueueOffset(topic: string, queueId: number): QueueOffset {
    return this.#queues.find(topic, queueId)?.minOffset ?? asQueueOffset(0);
  }

  maxQueueOffset(topic: string, queueId: number): QueueOffset {
    return this.#queues.find(topic, queueId)?.maxOffset ?? asQueueOffset(0);
  }

  /** Places of messages: for timers, transactions and tools. */
  consumeQueueEntries(topic: string, queueId: number, from: number, count: number): ConsumeQueueEntry[] {
    const view = this.#queues.find(topic, queueId)?.readAt(from, count);
    if (!view) return [];
    return Array.from({ length: view.count }, (_, index) =>
      decodeConsumeQueueEntry(view.bytes, view.position + index * CONSUME_QUEUE_ENTRY_BYTES),
    );
  }

  /** The record at an offset, as bytes. */
  async selectRecord(commitLogOffset: number): Promise<Buffer | undefined> {
    const length = this.#reader.readAt(commitLogOffset, 4)?.readInt32BE(0);
    return length === undefined || length < 91 ? undefined : this.#reader.readAt(commitLogOffset, length);
  }

  async lookMessageByOffset(commitLogOffset: number): Promise<MessageExt | undefined> {
    const record = await this.selectRecord(commitLogOffset);
    return record && decodeMessage(record);
  }

  get minCommitLogOffset(): number {
    return this.#log.minOffset;
  }

  get maxCommitLogOffset(): number {
    return this.#log.writtenOffset;
  }

  jsonFile(path: string): JsonFile {
    return new JsonFile(this.options.disk, path);
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

  readonly #dispatch = (record: StagedRecord): void => {
    const { queue } = record;
    this.#queues.dispatch(record, queue);
    const nextOffset = asQueueOffset(record.queueOffset + 1);
    for (const listener of this.#listeners) {
      listener(queue.topic, queue.queueId, nextOffset, record.tagsCode, record.storeTimestamp);
    }
  };

  readonly #fail = (error: unknown): void => {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.options.logger.error('the store failed', { error });
    this.#groupCommit.stop();
    this.#groupCommit.abandon();
    this.options.onFatal?.(error);
  };
}
