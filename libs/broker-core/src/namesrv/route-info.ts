import { type DataVersion, isSameDataVersion } from '../protocol/bodies/data-version.js';
import type { TopicQueueMappingInfo } from '../protocol/bodies/topic-config-serialize-wrapper.js';
import type { QueueData } from '../protocol/bodies/topic-route-data.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import {
  type BrokerGroup,
  type BrokerIdentity,
  type BrokerLife,
  BrokerTable,
  MASTER_ID,
  minBrokerId,
} from './broker-table.js';
import type { NameServerLimits } from './name-server-settings.js';
import { queueDataOf, TopicTable } from './topic-table.js';

/** A broker whose registration does not say is taken for dead after this silence. */
const DEFAULT_LIFE_MS = 120_000;

/** What a broker says of itself and of its topics. */
export interface Registration extends BrokerIdentity {
  readonly haServerAddr: string;
  readonly zoneName: string | undefined;
  readonly timeoutMs: number | undefined;
  /** Undefined comes from brokers that do not know of acting masters. */
  readonly enableActingMaster: boolean | undefined;
  readonly dataVersion: DataVersion;
  readonly topics: ReadonlyMap<string, TopicConfig>;
  readonly mappings: ReadonlyMap<string, TopicQueueMappingInfo>;
  readonly filterServers: readonly string[];
  readonly connectionId: number;
}

/** A group's smallest id is another one now; whom to tell, and what. RocketMQ: BrokerStatusChangeInfo */
export interface MinBrokerIdChange {
  readonly group: BrokerGroup;
  readonly minBrokerId: number;
  /** Who went, when the change is a departure. */
  readonly offlineBrokerAddr: string | undefined;
  readonly haServerAddr: string | undefined;
}

/**
 * What became of a registration.
 *
 * `registered`  it counts; a slave hears of its master
 * `outdated`    another address holds the same id with a newer state: nothing changes, and RocketMQ answers SUCCESS
 * `refused`     nothing changes
 */
export type RegisterOutcome =
  | {
      readonly kind: 'registered';
      readonly isNew: boolean;
      readonly masterAddr: string | undefined;
      readonly haServerAddr: string | undefined;
      readonly change: MinBrokerIdChange | undefined;
    }
  | { readonly kind: 'outdated' }
  | { readonly kind: 'refused'; readonly remark: string };

/**
 * Everything a name server knows, in memory only: brokers bring it again within 30 s. RocketMQ: RouteInfoManager
 *
 * Time comes in as monotonic ms, connections as ids; nothing here waits, sends or logs.
 */
export class RouteInfo {
  readonly brokers = new BrokerTable();
  readonly topics = new TopicTable();
  /** Static topics: which broker maps which logical queues, by topic and broker. */
  readonly #mappings = new Map<string, Map<string, TopicQueueMappingInfo>>();

  constructor(private readonly limits: NameServerLimits) {}

  register(registration: Registration, nowMs: number, dropsMissingTopics = false): RegisterOutcome {
    const { clusterName, brokerName, brokerAddr, brokerId } = registration;
    const known = this.brokers.groups.get(brokerName);
    const remark = this.#problemOf(registration, known);
    if (remark !== undefined) return { kind: 'refused', remark };
    if (this.#isOutdated(registration, known)) {
      this.brokers.removeLife(clusterName, brokerAddr);
      return { kind: 'outdated' };
    }
    const group = this.brokers.groupFor(registration);
    const previousMin = minBrokerId(group) ?? MASTER_ID;
    // A replica that changed its role comes under another id: one address has one id.
    for (const [id, address] of group.brokerAddrs)
      if (address === brokerAddr && id !== brokerId) group.brokerAddrs.delete(id);
    const isFirst = !group.brokerAddrs.has(brokerId);
    group.brokerAddrs.set(brokerId, brokerAddr);
    group.enableActingMaster = registration.enableActingMaster ?? false;
    group.zoneName = registration.zoneName;
    this.#takeTopics(registration, group, isFirst, dropsMissingTopics);
    const isNew = this.brokers.lifeOf(clusterName, brokerAddr) === undefined;
    this.brokers.setLife(lifeOf(registration, nowMs));
    const master = brokerId === MASTER_ID ? undefined : this.#masterOf(group, clusterName);
    return {
      kind: 'registered',
      isNew,
      masterAddr: master?.identity.brokerAddr,
      haServerAddr: master?.haServerAddr,
      change: brokerId < previousMin ? changeOf(group, undefined, registration.haServerAddr) : undefined,
    };
  }

  /** Forgets replicas that said good-bye, fell silent or lost their connection. */
  unregister(gone: Iterable<BrokerIdentity>): MinBrokerIdChange[] {
    const changes: MinBrokerIdChange[] = [];
    const removed = new Set<string>();
    const reduced = new Set<BrokerGroup>();
    for (const identity of gone) {
      const { clusterName, brokerName, brokerAddr, brokerId } = identity;
      this.brokers.removeLife(clusterName, brokerAddr);
      const group = this.brokers.groups.get(brokerName);
      if (group === undefined) continue;
      const wasSmallest = brokerId === minBrokerId(group);
      for (const [id, address] of group.brokerAddrs) if (address === brokerAddr) group.brokerAddrs.delete(id);
      if (group.brokerAddrs.size === 0) {
        this.brokers.removeGroup(clusterName, brokerName);
        removed.add(brokerName);
        continue;
      }
      reduced.add(group);
      if (wasSmallest && group.enableActingMaster) changes.push(changeOf(group, brokerAddr, undefined));
    }
    this.#forgetTopics(removed, reduced);
    return changes;
  }

  /** A sign of life without news. */
  touch(clusterName: string, brokerAddr: string, nowMs: number): void {
    const life = this.brokers.lifeOf(clusterName, brokerAddr);
    if (life !== undefined) life.lastSeenMs = nowMs;
  }

  /** Replicas that were silent for longer than they promised. */
  silentAt(nowMs: number): BrokerLife[] {
    return [...this.brokers.lives()].filter((life) => life.lastSeenMs + life.timeoutMs < nowMs);
  }

  /** Replicas whose latest registration came over this connection. */
  registeredOn(connectionId: number): BrokerIdentity[] {
    return [...this.brokers.lives()].filter((life) => life.connectionId === connectionId).map((life) => life.identity);
  }

  dataVersionOf(clusterName: string, brokerAddr: string): DataVersion | undefined {
    return this.brokers.lifeOf(clusterName, brokerAddr)?.dataVersion;
  }

  mappingsOf(topic: string): ReadonlyMap<string, TopicQueueMappingInfo> | undefined {
    return this.#mappings.get(topic);
  }

  /** Adds queues of a topic by hand, all or none: every broker must be known. False when they were not taken. */
  addTopic(topic: string, queues: readonly QueueData[]): boolean {
    const isRoom = this.topics.queuesOf(topic) !== undefined || this.topics.size < this.limits.maxTopics;
    if (!isRoom || !this.#isName(topic) || !queues.every(({ brokerName }) => this.brokers.groups.has(brokerName)))
      return false;
    for (const one of queues) this.topics.set(topic, one);
    return true;
  }

  #problemOf(registration: Registration, group: BrokerGroup | undefined): string | undefined {
    const { clusterName, brokerName, brokerAddr, brokerId, topics, zoneName } = registration;
    const names = [clusterName, brokerName, brokerAddr, zoneName ?? 'none'];
    if (!names.every((name) => this.#isName(name))) {
      return `register broker failed: its names and address must have 1 to ${this.limits.maxNameChars} characters`;
    }
    if (brokerId < 0) return `register broker failed: brokerId ${brokerId} is negative`;
    if (this.brokers.size >= this.limits.maxBrokers && this.brokers.lifeOf(clusterName, brokerAddr) === undefined) {
      return `register broker failed: ${this.limits.maxBrokers} brokers are registered already`;
    }
    // One topic alone is news from a broker that is known; from a stranger it would hide all its other topics.
    if (topics.size === 1 && !group?.brokerAddrs.has(brokerId)) return 'register broker failed';
    return undefined;
  }

  #isName(name: string): boolean {
    return name.length > 0 && name.length <= this.limits.maxNameChars && !name.includes('\0');
  }

  /** Whether the id belongs to another address that has seen a later state: two masters after a split. */
  #isOutdated(registration: Registration, group: BrokerGroup | undefined): boolean {
    const holder = group?.brokerAddrs.get(registration.brokerId);
    if (holder === undefined || holder === registration.brokerAddr) return false;
    const held = this.dataVersionOf(registration.clusterName, holder);
    return held !== undefined && held.stateVersion > registration.dataVersion.stateVersion;
  }

  #takeTopics(registration: Registration, group: BrokerGroup, isFirst: boolean, dropsMissing: boolean): void {
    const { brokerName, brokerId, topics, mappings } = registration;
    const isMaster = brokerId === MASTER_ID;
    const standsIn = !isMaster && registration.enableActingMaster !== undefined && brokerId === minBrokerId(group);
    if (!isMaster && !standsIn) return;
    if (dropsMissing && mappings.size === 0) this.topics.retain(brokerName, new Set(topics.keys()));
    const known = this.dataVersionOf(registration.clusterName, registration.brokerAddr);
    const isChanged = isFirst || known === undefined || !isSameDataVersion(known, registration.dataVersion);
    const isWritable = !(standsIn && group.enableActingMaster);
    for (const topic of topics.values()) {
      if (!isChanged && this.topics.has(topic.topicName, brokerName)) continue;
      if (this.#hasRoomFor(topic.topicName))
        this.topics.set(topic.topicName, queueDataOf(brokerName, topic, isWritable));
    }
    if (isChanged) this.#takeMappings(mappings);
  }

  #hasRoomFor(topic: string): boolean {
    if (this.topics.queuesOf(topic) !== undefined) return true;
    return this.#isName(topic) && this.topics.size < this.limits.maxTopics;
  }

  #takeMappings(mappings: Registration['mappings']): void {
    for (const [topic, mapping] of mappings) {
      // Brokers map for themselves. Names of nobody would stay for ever: only departures take mappings away.
      if (!this.brokers.groups.has(mapping.bname)) continue;
      const byBroker = this.#mappings.get(topic) ?? new Map<string, TopicQueueMappingInfo>();
      if (byBroker.size === 0 && (!this.#isName(topic) || this.#mappings.size >= this.limits.maxTopics)) continue;
      this.#mappings.set(topic, byBroker.set(mapping.bname, mapping));
    }
  }

  #forgetTopics(removed: ReadonlySet<string>, reduced: ReadonlySet<BrokerGroup>): void {
    this.topics.removeBrokers(removed);
    for (const [topic, byBroker] of this.#mappings) {
      for (const brokerName of removed) byBroker.delete(brokerName);
      if (byBroker.size === 0) this.#mappings.delete(topic);
    }
    for (const group of reduced) {
      if (group.enableActingMaster && !group.brokerAddrs.has(MASTER_ID))
        this.topics.setWritable(group.brokerName, false);
    }
  }

  #masterOf(group: BrokerGroup, clusterName: string): BrokerLife | undefined {
    const address = group.brokerAddrs.get(MASTER_ID);
    return address === undefined ? undefined : this.brokers.lifeOf(clusterName, address);
  }
}

function lifeOf(registration: Registration, nowMs: number): BrokerLife {
  const { clusterName, brokerName, brokerId, brokerAddr } = registration;
  return {
    identity: { clusterName, brokerName, brokerId, brokerAddr },
    lastSeenMs: nowMs,
    timeoutMs: registration.timeoutMs ?? DEFAULT_LIFE_MS,
    dataVersion: registration.dataVersion,
    connectionId: registration.connectionId,
    haServerAddr: registration.haServerAddr,
    filterServers: registration.filterServers,
  };
}

function changeOf(
  group: BrokerGroup,
  offlineBrokerAddr: string | undefined,
  haServerAddr: string | undefined,
): MinBrokerIdChange {
  return { group, minBrokerId: minBrokerId(group) ?? MASTER_ID, offlineBrokerAddr, haServerAddr };
}
