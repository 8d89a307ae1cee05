import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { DataVersion } from '../protocol/bodies/data-version.js';
import {
  decodeTopicConfigSerializeWrapper,
  encodeTopicConfigSerializeWrapper,
} from '../protocol/bodies/topic-config-serialize-wrapper.js';
import { isInherited, PERM_READ_WRITE, PermName } from '../protocol/permissions.js';
import { newTopicConfig, type TopicConfig } from '../protocol/topic-config.js';
import { isSystemTopic, SystemTopic } from '../protocol/topic-names.js';
import { alterAttributes } from './attributes.js';
import type { BrokerIdentity } from './broker-identity.js';
import { firstDataVersion, nextDataVersion } from './data-version.js';
import { SavedTable, type TextFile } from './saved-table.js';
import { systemTopics } from './system-topics.js';
import { topicAttributes } from './topic-attributes.js';
import type { TopicSettings } from './topic-settings.js';

/** Topics beyond this number are refused: the table lives in memory and is saved as one file. */
export const MAX_TOPICS = 100_000;

/** What a send says about a topic that is not there yet. */
export interface AutoCreation {
  readonly topic: string;
  /** The topic whose permissions are inherited; TBW102 unless the producer was told otherwise. */
  readonly defaultTopic: string;
  readonly queueNums: number;
  readonly topicSysFlag: number;
  readonly producer: string;
}

/** What the broker itself needs: a retry or dead letter topic of a group. */
export interface GroupTopic {
  readonly topic: string;
  readonly queueNums: number;
  readonly perm: number;
  readonly order?: boolean;
  readonly topicSysFlag?: number;
}

export interface TopicConfigsOptions {
  readonly file: TextFile;
  readonly identity: BrokerIdentity;
  readonly settings: TopicSettings;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Hears of topics that were made, changed or (`config` undefined) deleted; registration at name servers listens. */
export type TopicListener = (topic: string, config: TopicConfig | undefined) => void;

/**
 * Every topic of this broker and how it may be used.
 *
 * RocketMQ: TopicConfigManager; saved as config/topics.json
 */
export class TopicConfigs {
  readonly #table = new Map<string, TopicConfig>();
  readonly #systemTopics: ReadonlySet<string>;
  readonly #saved: SavedTable;
  readonly #settings: TopicSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listeners: TopicListener[] = [];
  /** Topics whose newest change is not known to be durable, with the number of that change. */
  readonly #unsaved = new Map<string, number>();
  #dataVersion: DataVersion;

  constructor(options: TopicConfigsOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#dataVersion = firstDataVersion(options.clock);
    this.#saved = new SavedTable(options.file, () => this.#print(), this.#logger);
    const system = systemTopics(options.identity, options.settings);
    for (const config of system) this.#table.set(config.topicName, config);
    this.#systemTopics = new Set(system.map((config) => config.topicName));
  }

  /** Takes what the last run saved; what it knew of system topics wins over our defaults. */
  load(): void {
    const text = this.#saved.load();
    if (text === undefined) return;
    const { topicConfigTable, dataVersion } = decodeTopicConfigSerializeWrapper(Buffer.from(text));
    for (const config of topicConfigTable.values()) this.#table.set(config.topicName, config);
    this.#dataVersion = dataVersion;
  }

  get dataVersion(): DataVersion {
    return this.#dataVersion;
  }

  get size(): number {
    return this.#table.size;
  }

  get(topic: string): TopicConfig | undefined {
    return this.#table.get(topic);
  }

  /** Every topic, in the order of making. */
  all(): IterableIterator<TopicConfig> {
    return this.#table.values();
  }

  isOrder(topic: string): boolean {
    return this.#table.get(topic)?.order === true;
  }

  /** Whether RocketMQ itself, or this broker for its own ends, made the topic. */
  isSystem(topic: string): boolean {
    return this.#systemTopics.has(topic) || isSystemTopic(topic);
  }

  onChange(listener: TopicListener): void {
    this.#listeners.push(listener);
  }

  /** Whether a topic would be there, as it is, after a power cut. */
  isSaved(topic: string): boolean {
    if (this.#unsaved.size === 0) return true;
    const change = this.#unsaved.get(topic);
    if (change === undefined) return true;
    const { savedCount, changeCount } = this.#saved;
    if (savedCount === changeCount) this.#unsaved.clear();
    return change <= savedCount;
  }

  /** Resolves when all changes until now survive a power cut. */
  awaitSaved(): Promise<void> {
    return this.#saved.awaitSaved();
  }

  /**
   * The topic a producer sends to, made from its default topic when it is new; undefined when it may not be made.
   *
   * Source  RocketMQ TopicConfigManager#createTopicInSendMessageMethod
   */
  createForSend(wanted: AutoCreation): TopicConfig | undefined {
    const known = this.#table.get(wanted.topic);
    if (known) return known;
    const parent = this.#table.get(wanted.defaultTopic);
    if (!parent || !this.#isInherited(parent) || !this.#hasRoom(wanted.topic)) {
      this.#logger.warn('topic not created: its default topic is missing or passes nothing on', { ...wanted });
      return undefined;
    }
    const queues = Math.max(0, Math.min(wanted.queueNums, parent.writeQueueNums));
    return this.#put(
      newTopicConfig(wanted.topic, {
        readQueueNums: queues,
        writeQueueNums: queues,
        perm: parent.perm & ~PermName.PERM_INHERIT,
        topicSysFlag: wanted.topicSysFlag,
        topicFilterType: parent.topicFilterType,
      }),
    );
  }

  /**
   * The retry or dead letter topic of a group, made when it is new; undefined when the table is full.
   *
   * Source  RocketMQ TopicConfigManager#createTopicInSendMessageBackMethod
   */
  createForGroup(wanted: GroupTopic): TopicConfig | undefined {
    const order = wanted.order ?? false;
    const known = this.#table.get(wanted.topic);
    if (known) return known.order === order ? known : this.#put({ ...known, order });
    if (!this.#hasRoom(wanted.topic)) return undefined;
    return this.#put(
      newTopicConfig(wanted.topic, {
        readQueueNums: wanted.queueNums,
        writeQueueNums: wanted.queueNums,
        perm: wanted.perm,
        topicSysFlag: wanted.topicSysFlag ?? 0,
        order,
      }),
    );
  }

  /**
   * Makes or changes a topic as an operator asks; its attributes are changes (`+name`, `-name`).
   *
   * Throws  RequestError SYSTEM_ERROR for attributes that cannot be
   */
  update(wanted: TopicConfig): TopicConfig {
    const known = this.#table.get(wanted.topicName);
    const attributes = alterAttributes(topicAttributes, known?.attributes, wanted.attributes);
    return this.#put({ ...wanted, attributes });
  }

  /** Marks exactly the topics of `ordered` as ordered: the name servers' table of ordered topics rules. */
  updateOrderTopics(ordered: ReadonlySet<string>): void {
    for (const config of [...this.#table.values()]) {
      const order = ordered.has(config.topicName);
      if (config.order !== order) this.#put({ ...config, order });
    }
  }

  /** Forgets a topic; its messages are the store's to delete. */
  delete(topic: string): TopicConfig | undefined {
    const known = this.#table.get(topic);
    if (!known) return undefined;
    this.#table.delete(topic);
    this.#changed(topic, undefined);
    return known;
  }

  #isInherited(parent: TopicConfig): boolean {
    const isSwitchedOff =
      parent.topicName === SystemTopic.AUTO_CREATE_TOPIC_KEY_TOPIC && !this.#settings.autoCreateTopicEnable;
    if (isSwitchedOff) this.#table.set(parent.topicName, { ...parent, perm: PERM_READ_WRITE });
    return !isSwitchedOff && isInherited(parent.perm);
  }

  #hasRoom(topic: string): boolean {
    if (this.#table.size < MAX_TOPICS) return true;
    this.#logger.error('topic not created: there are too many', { topic, limit: MAX_TOPICS });
    return false;
  }

  #put(config: TopicConfig): TopicConfig {
    this.#table.set(config.topicName, config);
    this.#logger.info('topic saved', { ...config, attributes: Object.fromEntries(config.attributes) });
    this.#changed(config.topicName, config);
    return config;
  }

  #changed(topic: string, config: TopicConfig | undefined): void {
    this.#dataVersion = nextDataVersion(this.#dataVersion, this.#clock);
    this.#saved.markChanged();
    this.#unsaved.set(topic, this.#saved.changeCount);
    for (const listener of this.#listeners) listener(topic, config);
  }

  #print(): string {
    const body = encodeTopicConfigSerializeWrapper({ topicConfigTable: this.#table, dataVersion: this.#dataVersion });
    return body.toString();
  }
}
