import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import {
  decodeConsumerOffsetSerializeWrapper,
  encodeConsumerOffsetSerializeWrapper,
} from '../protocol/bodies/consumer-offset-serialize-wrapper.js';
import type { DataVersion } from '../protocol/bodies/data-version.js';
import { firstDataVersion, nextDataVersion } from '../topics/data-version.js';
import { SavedTable, type TextFile } from '../topics/saved-table.js';
import type { ConsumerSettings } from './consumer-settings.js';

export interface ConsumerOffsetsOptions {
  readonly file: TextFile;
  readonly settings: ConsumerSettings;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger?: Logger;
}

/** Offsets of one group in one topic, by queueId. */
export type QueueOffsets = Map<number, number>;

const keyOf = (group: string, topic: string) => `${topic}@${group}`;

/** Splits `topic@group`; neither name may hold an `@`. */
function namesOf(key: string): { readonly topic: string; readonly group: string } {
  const at = key.indexOf('@');
  return { topic: key.slice(0, at), group: key.slice(at + 1) };
}

/**
 * Where each group goes on in each queue. Offsets name the next message to consume.
 *
 * Commits are memory; they reach the disk every `flushOffsetsEveryMs` and when the broker stops. A crash therefore
 * gives a few messages twice, never none. RocketMQ: ConsumerOffsetManager; saved as config/consumerOffset.json
 */
export class ConsumerOffsets {
  readonly #committed = new Map<string, QueueOffsets>();
  readonly #pulled = new Map<string, QueueOffsets>();
  readonly #resets = new Map<string, QueueOffsets>();
  readonly #saved: SavedTable;
  readonly #settings: ConsumerSettings;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #logger: Logger;
  #dataVersion: DataVersion;
  #commits = 0;
  #stopFlushing: Cancel | undefined;

  constructor(options: ConsumerOffsetsOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#scheduler = options.scheduler;
    this.#logger = options.logger ?? silentLogger;
    this.#dataVersion = firstDataVersion(options.clock);
    this.#saved = new SavedTable(options.file, () => this.print(), this.#logger);
  }

  /** Takes what the last run saved. */
  load(): void {
    const text = this.#saved.load();
    if (text === undefined) return;
    const saved = decodeConsumerOffsetSerializeWrapper(Buffer.from(text));
    for (const [key, offsets] of saved.offsetTable) this.#committed.set(key, offsets);
    if (saved.dataVersion) this.#dataVersion = saved.dataVersion;
  }

  /** Begins to save every few seconds. */
  start(): void {
    this.#stopFlushing ??= this.#scheduler.every(this.#settings.flushOffsetsEveryMs, () => {
      void this.#saved.awaitSaved().catch(() => {}); // SavedTable has logged it; the next round tries again
    });
  }

  /** Saves what was committed and ends the saving. */
  async stop(): Promise<void> {
    this.#stopFlushing?.();
    this.#stopFlushing = undefined;
    await this.#saved.awaitSaved();
  }

  /** Resolves when all changes until now survive a power cut. */
  awaitSaved(): Promise<void> {
    return this.#saved.awaitSaved();
  }

  get dataVersion(): DataVersion {
    return this.#dataVersion;
  }

  /** Every committed offset, by `topic@group` and queueId. */
  get table(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.#committed;
  }

  /** Remembers that `group` consumed everything before `offset`; a smaller one than before rewinds it. */
  commit(group: string, topic: string, queueId: number, offset: number, client = 'broker'): void {
    const before = put(this.#committed, keyOf(group, topic), queueId, offset);
    if (before !== undefined && before > offset) {
      this.#logger.warn('consumer offset moved back', { group, topic, queueId, from: before, to: offset, client });
    }
    if (before === offset) return;
    if (++this.#commits % this.#settings.offsetVersionStep === 0) {
      this.#dataVersion = nextDataVersion(this.#dataVersion, this.#clock);
    }
    this.#saved.markStale();
  }

  /** The reset that waits for this queue, else what was committed; undefined when there is neither. */
  query(group: string, topic: string, queueId: number): number | undefined {
    const key = keyOf(group, topic);
    const reset = this.#settings.useServerSideResetOffset ? this.#resets.get(key)?.get(queueId) : undefined;
    return reset ?? this.#committed.get(key)?.get(queueId);
  }

  /** What `group` committed in `topic`, by queueId. */
  queryAll(group: string, topic: string): ReadonlyMap<number, number> | undefined {
    return this.#committed.get(keyOf(group, topic));
  }

  /** Remembers up to where a queue was handed out, whether it was consumed or not. */
  notePulled(group: string, topic: string, queueId: number, offset: number): void {
    put(this.#pulled, keyOf(group, topic), queueId, offset);
  }

  /** Up to where a queue was handed out; the committed offset when that is not known. */
  queryPulled(group: string, topic: string, queueId: number): number | undefined {
    return this.#pulled.get(keyOf(group, topic))?.get(queueId) ?? this.query(group, topic, queueId);
  }

  /** Moves a queue of a group: counts at once for who asks, and is handed to the consumer by its next pull. */
  assignReset(group: string, topic: string, queueId: number, offset: number): void {
    put(this.#resets, keyOf(group, topic), queueId, offset);
    put(this.#committed, keyOf(group, topic), queueId, offset);
    this.#saved.markChanged();
  }

  hasReset(group: string, topic: string, queueId: number): boolean {
    return this.#resets.size > 0 && this.#resets.get(keyOf(group, topic))?.has(queueId) === true;
  }

  /** The reset that waits for this queue; asking takes it away. */
  takeReset(group: string, topic: string, queueId: number): number | undefined {
    if (this.#resets.size === 0) return undefined;
    const key = keyOf(group, topic);
    const resets = this.#resets.get(key);
    const offset = resets?.get(queueId);
    if (resets === undefined || offset === undefined) return undefined;
    resets.delete(queueId);
    if (resets.size === 0) this.#resets.delete(key);
    return offset;
  }

  /** Topics in which `group` has committed. */
  topicsOf(group: string): Set<string> {
    const names = [...this.#committed.keys()].map(namesOf);
    return new Set(names.filter((name) => name.group === group).map((name) => name.topic));
  }

  /** Groups that have committed in `topic`. */
  groupsOf(topic: string): Set<string> {
    const names = [...this.#committed.keys()].map(namesOf);
    return new Set(names.filter((name) => name.topic === topic).map((name) => name.group));
  }

  /** Gives `to` the offsets of `from` in `topic`. */
  clone(from: string, to: string, topic: string): void {
    const offsets = this.#committed.get(keyOf(from, topic));
    if (!offsets) return;
    this.#committed.set(keyOf(to, topic), new Map(offsets));
    this.#saved.markChanged();
  }

  /** Forgets everything about a group. */
  removeGroup(group: string): void {
    this.#removeWhere((name) => name.group === group);
  }

  /** Forgets everything about a topic. */
  removeTopic(topic: string): void {
    this.#removeWhere((name) => name.topic === topic);
  }

  /** The table as config/consumerOffset.json and GET_ALL_CONSUMER_OFFSET (43) have it. */
  print(): string {
    const wrapper = { offsetTable: this.#committed, dataVersion: this.#dataVersion };
    return encodeConsumerOffsetSerializeWrapper(wrapper).toString();
  }

  #removeWhere(matches: (name: { topic: string; group: string }) => boolean): void {
    for (const table of [this.#committed, this.#pulled, this.#resets]) {
      for (const key of [...table.keys()]) if (matches(namesOf(key))) table.delete(key);
    }
    this.#saved.markChanged();
  }
}

/** Sets one offset and returns the one before. */
function put(table: Map<string, QueueOffsets>, key: string, queueId: number, offset: number): number | undefined {
  const offsets = table.get(key);
  if (!offsets) {
    table.set(key, new Map([[queueId, offset]]));
    return undefined;
  }
  const before = offsets.get(queueId);
  offsets.set(queueId, offset);
  return before;
}
