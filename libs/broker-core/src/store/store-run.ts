import { diskFailed, InvariantError, RocketMQError } from '../runtime/errors.js';
import { asQueueOffset } from '../runtime/numbers.js';
import type { Cancel } from '../runtime/scheduler.js';
import { takesQueueOffset } from './commit-log.js';
import { makeDurableDirectory } from '../runtime/durable-directory.js';
import { FlushBehind } from './flush-behind.js';
import { GroupCommit } from './group-commit.js';
import { isDiskFull, isPassing } from './files/disk-errors.js';
import { PutPipeline } from './put-pipeline.js';
import { type RecoveryReport, recover } from './recovery.js';
import { Retention } from './retention.js';
import type { StagedRecord } from './staged-record.js';
import { dueAtOnce, type MessageArrivingListener, type MessageStoreOptions } from './store-options.js';
import type { StoreParts } from './store-parts.js';

/**
 * new         not started
 * recovering  reading what the last run left
 * running     at work
 * stopping    answering what is on its way
 * failed      the disk failed: nothing is acknowledged any more, and only a new start helps
 * stopped     at an end
 */
export type StoreState = 'new' | 'recovering' | 'running' | 'stopping' | 'failed' | 'stopped';

/** How often it is said that files cannot be opened: it may happen with every put. */
const WARNING_INTERVAL_MS = 10_000;

/** One life of a store: from its start to its stop, or to the failure of its disk. */
export class StoreRun {
  readonly listeners: MessageArrivingListener[] = [];
  recoveryReport: RecoveryReport | undefined;
  retention: Retention | undefined;
  #pipeline: PutPipeline | undefined;
  #groupCommit: GroupCommit | undefined;
  #flushBehind: FlushBehind | undefined;
  #cancelSampling: Cancel | undefined;
  #lock: { release(): void } | undefined;
  #state: StoreState = 'new';
  /** Why the state is `failed`. */
  #failure: Error | undefined;
  /** Until then nothing is said of files that could not be opened. */
  #quietUntilMs = 0;
  readonly #fatalListeners: ((error: Error) => void)[] = [];

  constructor(
    private readonly options: MessageStoreOptions,
    private readonly parts: StoreParts,
  ) {}

  get state(): StoreState {
    return this.#state;
  }

  get pipeline(): PutPipeline {
    if (!this.#pipeline) throw new InvariantError('the store was not started');
    return this.#pipeline;
  }

  get pendingPuts(): number {
    return this.#pipeline?.pendingCount ?? 0;
  }

  get dispatchBehindBytes(): number {
    return this.#groupCommit?.waitingBytes ?? 0;
  }

  onFatal(listener: (error: Error) => void): void {
    this.#fatalListeners.push(listener);
  }

  async start(): Promise<void> {
    const { config, disk } = this.options;
    makeDurableDirectory(disk, config.rootDirectory);
    makeDurableDirectory(disk, config.commitLogDirectory);
    this.#lock = disk.lock(`${config.rootDirectory}/lock`);
    try {
      // Made now, so that `#markRunning` syncs their names: the checkpoint vouches for files below them later on.
      for (const name of ['consumequeue', 'index']) disk.makeDirectory(`${config.rootDirectory}/${name}`);
      this.#state = 'recovering';
      const wasCleanStop = !disk.exists(this.#abortPath);
      this.#markRunning();
      await this.#recover(wasCleanStop);
    } catch (error) {
      this.#state = 'stopped';
      this.#close();
      throw error;
    }
    this.#open();
    this.#state = 'running';
  }

  /** Resolves when everything that was put before is on disk, or the store has failed: `flushedWhere` tells which. */
  async awaitSynced(): Promise<void> {
    if (this.#state !== 'running') return;
    this.pipeline.writeNow();
    await this.#groupCommit?.finish();
  }

  /**
   * Everything that was put is answered and on disk when this resolves, and the next start knows that it is. A store that
   * has failed before said so then.
   *
   * Throws  what the disk said when it could not be brought there; then the next start recovers as after a crash
   */
  async shutdown(): Promise<void> {
    if (this.#state !== 'running' && this.#state !== 'failed') return;
    this.#stopTimers();
    try {
      if (this.#state === 'running') await this.#bringToDisk();
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      await this.retention?.ended();
      this.#close();
    }
  }

  async #bringToDisk(): Promise<void> {
    this.#state = 'stopping';
    this.pipeline.writeNow();
    await this.#groupCommit?.finish();
    this.#throwFailure();
    await this.#flushBehind?.stop();
    this.#throwFailure();
    await this.#flushBehind?.finish();
    this.#throwFailure();
    this.#markStopped();
    this.#state = 'stopped';
  }

  /** The disk may have failed while something was awaited: then nothing goes on. */
  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  get #abortPath(): string {
    return `${this.options.config.rootDirectory}/abort`;
  }

  /** `abort` is there while the store runs: found at a start, it says that the last run did not stop. Its name must be durable. */
  #markRunning(): void {
    const { disk, config } = this.options;
    disk.open(this.#abortPath, { create: true }).close();
    disk.syncDirectory(config.rootDirectory);
  }

  #markStopped(): void {
    const { disk, config } = this.options;
    disk.remove(this.#abortPath);
    disk.syncDirectory(config.rootDirectory);
  }

  async #recover(wasCleanStop: boolean): Promise<void> {
    const { log, queues, index, checkpoint, reader } = this.parts;
    const { config, disk, clock, logger, deliverTimestamp = dueAtOnce } = this.options;
    const { repaired } = log.files.load();
    if (repaired.length > 0) logger.warn('segments had not got their size yet', { repaired });
    const areQueuesShort = queues.load().length > 0;
    index?.load();
    checkpoint.load();
    const scan = { checkCrc: config.checkCrcOnRecover, deliverTimestamp };
    const parts = { log, queues, areQueuesShort, index, checkpoint, scan, disk, clock, logger };
    this.recoveryReport = await recover(parts, wasCleanStop);
    // The next sync of the queues has to cover what the last stop had no time for.
    if (checkpoint.values.unsyncedBoot !== 0) queues.distrustSyncs();
    Object.assign(checkpoint.values, { queueEntries: undefined, unsyncedBoot: 0 });
    reader.begin();
  }

  #open(): void {
    const { parts, options } = this;
    const { config, disk, clock, scheduler } = options;
    const onPassing = (error: unknown) => this.#waitFor(error);
    const onFailure = (error: unknown) => this.#fail(error);
    const onTrouble = (error: unknown) => (isPassing(error) ? onPassing(error) : onFailure(error));
    parts.queues.onTrouble = onTrouble;
    if (parts.index) parts.index.onTrouble = onTrouble;
    this.#flushBehind = new FlushBehind({ ...parts, config, disk, clock, scheduler, onTrouble });
    this.#flushBehind.dispatchedTimestamp = parts.log.lastStoreTimestamp;
    const dispatch = (record: StagedRecord) => this.#dispatch(record);
    this.#groupCommit = new GroupCommit(config, parts.log, clock, scheduler, dispatch, onFailure);
    this.#pipeline = new PutPipeline(parts.log, this.#groupCommit, scheduler, { onPassing, onFailure });
    this.retention = new Retention({ ...parts, ...options });
    this.#cancelSampling = scheduler.every(1000, () => parts.statistics.sample());
  }

  /** Makes a record visible: in its queue, in the index, and to those who wait for it. */
  #dispatch(record: StagedRecord): void {
    const { queues, index, statistics } = this.parts;
    const { queue, tagsCode, storeTimestamp } = record;
    index?.add(record);
    this.#flushBehind!.dispatchedTimestamp = storeTimestamp;
    statistics.addPut(record.sizeBytes, this.options.clock.monotonicMs() - record.stagedAtMs);
    if (!takesQueueOffset(record.sysFlag)) return;
    queues.append(record, queue);
    const nextOffset = asQueueOffset(record.queueOffset + 1);
    for (const listener of this.listeners) listener(queue.topic, queue.queueId, nextOffset, tagsCode, storeTimestamp);
  }

  /** The disk did not do it now, and may do it later: it is tried again. */
  #waitFor(error: unknown): void {
    const { clock, logger } = this.options;
    if (isDiskFull(error)) this.parts.space.onDiskFull(error);
    else if (clock.monotonicMs() >= this.#quietUntilMs) {
      this.#quietUntilMs = clock.monotonicMs() + WARNING_INTERVAL_MS;
      logger.warn('too many files are open: what waits for another one is tried again', { error });
    }
  }

  /** The disk failed: nothing is acknowledged after this, because nobody knows what is on it. */
  #fail(error: unknown): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#state = 'failed';
    this.options.logger.error('the store failed: nothing is acknowledged any more, restart to recover', { error });
    this.#stopTimers();
    this.#pipeline?.abandon();
    this.#groupCommit?.abandon();
    this.#failure = error instanceof RocketMQError ? error : diskFailed('using the disk', error);
    for (const listener of this.#fatalListeners) listener(this.#failure);
  }

  #stopTimers(): void {
    this.#cancelSampling?.();
    this.retention?.stop();
    this.parts.space.stop();
    this.#groupCommit?.stop();
    this.#flushBehind?.stopTimers();
  }

  #close(): void {
    const { log, queues, index, checkpoint } = this.parts;
    checkpoint.close();
    index?.close();
    queues.close();
    log.close();
    this.#lock?.release();
    this.#lock = undefined;
  }
}
