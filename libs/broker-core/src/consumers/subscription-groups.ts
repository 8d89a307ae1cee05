import type { DataVersion } from '../protocol/bodies/data-version.js';
import {
  decodeSubscriptionGroupWrapper,
  encodeSubscriptionGroupWrapper,
} from '../protocol/bodies/subscription-group-wrapper.js';
import { newSubscriptionGroupConfig, type SubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { SYSTEM_GROUP_PREFIX, validateGroup } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import { firstDataVersion, nextDataVersion } from '../topics/data-version.js';
import { alterAttributes } from '../topics/attributes.js';
import { SavedTable, type TextFile } from '../topics/saved-table.js';
import { systemGroups } from './system-groups.js';
import type { ConsumerSettings } from './consumer-settings.js';
import { groupAttributes } from './group-attributes.js';

/** Subscription groups beyond this number are refused: the table lives in memory and is saved as one file. */
export const MAX_GROUPS = 100_000;

export interface SubscriptionGroupsOptions {
  readonly file: TextFile;
  readonly settings: ConsumerSettings;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/**
 * Every consumer group that may consume here, and how.
 *
 * RocketMQ: SubscriptionGroupManager; saved as config/subscriptionGroup.json
 */
export class SubscriptionGroups {
  readonly #table = new Map<string, SubscriptionGroupConfig>();
  readonly #forbidden = new Map<string, Map<string, number>>();
  readonly #saved: SavedTable;
  readonly #settings: ConsumerSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #dataVersion: DataVersion;

  constructor(options: SubscriptionGroupsOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#dataVersion = firstDataVersion(options.clock);
    this.#saved = new SavedTable(options.file, () => this.#print(), this.#logger);
    for (const config of systemGroups()) this.#table.set(config.groupName, config);
  }

  /** Takes what the last run saved. */
  load(): void {
    const text = this.#saved.load();
    if (text === undefined) return;
    const saved = decodeSubscriptionGroupWrapper(Buffer.from(text));
    for (const config of saved.subscriptionGroupTable.values()) this.#table.set(config.groupName, config);
    for (const [group, topics] of saved.forbiddenTable) this.#forbidden.set(group, new Map(topics));
    this.#dataVersion = saved.dataVersion;
  }

  get dataVersion(): DataVersion {
    return this.#dataVersion;
  }

  get size(): number {
    return this.#table.size;
  }

  has(group: string): boolean {
    return this.#table.has(group);
  }

  get(group: string): SubscriptionGroupConfig | undefined {
    return this.#table.get(group);
  }

  all(): IterableIterator<SubscriptionGroupConfig> {
    return this.#table.values();
  }

  /** Topics that groups are kept from: bit n of the number forbids permission n. */
  get forbidden(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#forbidden;
  }

  /** Resolves when all changes until now survive a power cut. */
  awaitSaved(): Promise<void> {
    return this.#saved.awaitSaved();
  }

  /**
   * The group, made now when it is new and groups may make themselves; undefined when it may not be.
   *
   * Source  RocketMQ SubscriptionGroupManager#findSubscriptionGroupConfig
   */
  find(group: string): SubscriptionGroupConfig | undefined {
    const known = this.#table.get(group);
    if (known || !this.#mayCreateItself(group) || validateGroup(group) !== undefined) return known;
    if (this.#table.size >= MAX_GROUPS) {
      this.#logger.error('subscription group not created: there are too many', { group, limit: MAX_GROUPS });
      return undefined;
    }
    return this.#put(newSubscriptionGroupConfig(group));
  }

  /**
   * Makes or changes a group as an operator asks; its attributes are changes (`+name`, `-name`).
   *
   * Throws  RequestError SYSTEM_ERROR for attributes that cannot be
   */
  update(wanted: SubscriptionGroupConfig): SubscriptionGroupConfig {
    return this.#put({ ...wanted, attributes: this.attributesOf(wanted) });
  }

  /** The attributes that a group would have after `update`; throws as that does. */
  attributesOf({ groupName, attributes }: SubscriptionGroupConfig): Map<string, string> {
    return alterAttributes(groupAttributes, this.#table.get(groupName)?.attributes, attributes);
  }

  /** Stops a group from consuming. */
  disableConsume(group: string): void {
    const known = this.#table.get(group);
    if (known) this.#put({ ...known, consumeEnable: false });
  }

  delete(group: string): SubscriptionGroupConfig | undefined {
    const known = this.#table.get(group);
    this.#forbidden.delete(group);
    if (!known) return undefined;
    this.#table.delete(group);
    this.#changed();
    return known;
  }

  /** Whether `group` must not read `topic`. Source  RocketMQ PermName#INDEX_PERM_READ, which is bit 2 */
  isReadForbidden(group: string, topic: string): boolean {
    return ((this.#forbidden.get(group)?.get(topic) ?? 0) & (1 << 2)) !== 0;
  }

  /** Sets the forbidden bits of a group and topic; 0 lifts them. */
  setForbidden(group: string, topic: string, bits: number): void {
    const topics = this.#forbidden.get(group) ?? new Map<string, number>();
    if (bits === 0) topics.delete(topic);
    else topics.set(topic, bits);
    if (topics.size === 0) this.#forbidden.delete(group);
    else this.#forbidden.set(group, topics);
    this.#changed();
  }

  #mayCreateItself(group: string): boolean {
    const { autoCreateSubscriptionGroup, enableCreateSysGroup } = this.#settings;
    return autoCreateSubscriptionGroup || (enableCreateSysGroup && group.startsWith(SYSTEM_GROUP_PREFIX));
  }

  #put(config: SubscriptionGroupConfig): SubscriptionGroupConfig {
    this.#table.set(config.groupName, config);
    this.#logger.info('subscription group saved', { group: config.groupName });
    this.#changed();
    return config;
  }

  #changed(): void {
    this.#dataVersion = nextDataVersion(this.#dataVersion, this.#clock);
    this.#saved.markChanged();
  }

  #print(): string {
    return encodeSubscriptionGroupWrapper({
      subscriptionGroupTable: this.#table,
      forbiddenTable: this.#forbidden,
      dataVersion: this.#dataVersion,
    }).toString();
  }
}
