import { isSystemTopic, SystemGroup } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import { SPANS, StatsCounter } from './stats-counter.js';

/** Counters beyond this number are not made: names come from clients. */
const MAX_COUNTERS = 200_000;
/** The counters whose keys end in a group: topic@group, topic@queueId@group. */
const OF_GROUPS = /^(GROUP_GET|QUEUE_GET|SNDBCK_PUT)_/;

/** What is counted of one topic. */
interface TopicCounters {
  readonly nums: StatsCounter | undefined;
  readonly size: StatsCounter | undefined;
  readonly queues: (readonly [nums: StatsCounter | undefined, size: StatsCounter | undefined])[];
  /** By group. */
  readonly gets: Map<string, GetCounters>;
  readonly isSystem: boolean;
}

/** What is counted of one group in one topic. */
interface GetCounters {
  readonly nums: StatsCounter | undefined;
  readonly size: StatsCounter | undefined;
  readonly queues: (readonly [nums: StatsCounter | undefined, size: StatsCounter | undefined])[];
}

/** Messages that came and went since the start, those of RocketMQ's own topics left out. */
export interface Totals {
  putNums: number;
  getNums: number;
}

/**
 * Counts what passes, under the names that RocketMQ's tools ask for (VIEW_BROKER_STATS_DATA).
 *
 * Called for every send and pull: a call finds its counters in two Maps and adds, nothing is allocated once they exist.
 * RocketMQ: BrokerStatsManager
 */
export class BrokerStats {
  readonly totals: Totals = { putNums: 0, getNums: 0 };
  readonly #counters = new Map<string, Map<string, StatsCounter>>();
  readonly #topics = new Map<string, TopicCounters>();
  readonly #clock: Clock;
  readonly #brokerPut: StatsCounter | undefined;
  readonly #brokerGet: StatsCounter | undefined;
  #size = 0;
  #cancels: Cancel[] = [];

  constructor(clusterName: string, clock: Clock) {
    this.#clock = clock;
    this.#brokerPut = this.#make('BROKER_PUT_NUMS', clusterName);
    this.#brokerGet = this.#make('BROKER_GET_NUMS', clusterName);
  }

  start(scheduler: Scheduler): void {
    this.#cancels = SPANS.map((span) =>
      scheduler.every(span.everyMs, () => {
        const now = this.#clock.now();
        for (const byKey of this.#counters.values()) for (const counter of byKey.values()) counter.sample(span, now);
      }),
    );
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /** `count` messages of `bytes` in all were stored. */
  topicPut(topic: string, queueId: number, count: number, bytes: number): void {
    const counters = this.#topics.get(topic) ?? this.#addTopic(topic);
    counters.nums?.add(count);
    counters.size?.add(bytes);
    if (!counters.isSystem) this.totals.putNums += count;
    this.#brokerPut?.add(count);
    const queue = counters.queues[queueId] ?? this.#addQueue(counters, 'QUEUE_PUT', queueId, `${topic}@${queueId}`);
    queue[0]?.add(count);
    queue[1]?.add(bytes);
  }

  /** `count` messages of `bytes` in all went to a consumer. */
  groupGet(group: string, topic: string, queueId: number, count: number, bytes: number): void {
    const ofTopic = this.#topics.get(topic) ?? this.#addTopic(topic);
    const counters = ofTopic.gets.get(group) ?? this.#addGroup(ofTopic, topic, group);
    counters.nums?.add(count);
    counters.size?.add(bytes);
    if (!ofTopic.isSystem) this.totals.getNums += count;
    // Messages on their way from a delay level to their topic have not gone anywhere yet.
    if (group !== SystemGroup.SCHEDULE_CONSUMER_GROUP) this.#brokerGet?.add(count);
    const key = `${topic}@${queueId}@${group}`;
    const queue = counters.queues[queueId] ?? this.#addQueue(counters, 'QUEUE_GET', queueId, key);
    queue[0]?.add(count);
    queue[1]?.add(bytes);
  }

  /** A consumer gave a message back. */
  sendBack(group: string, topic: string): void {
    this.#make('SNDBCK_PUT_NUMS', `${topic}@${group}`)?.add(1);
  }

  /** The counter that tools name; undefined when nothing was counted under it. */
  find(statsName: string, statsKey: string): StatsCounter | undefined {
    return this.#counters.get(statsName)?.get(statsKey);
  }

  /** Messages a second put into a topic, over the last minute. */
  tpsTopicPut(topic: string): number {
    return this.find('TOPIC_PUT_NUMS', topic)?.snapshot('minute').tps ?? 0;
  }

  /** Messages a second a group got from a topic, over the last minute. */
  tpsGroupGet(group: string, topic: string): number {
    return this.find('GROUP_GET_NUMS', `${topic}@${group}`)?.snapshot('minute').tps ?? 0;
  }

  /** Forgets a topic that was deleted. */
  removeTopic(topic: string): void {
    this.#topics.delete(topic);
    this.#removeKeys((_, [first]) => first === topic);
  }

  /** Forgets a group that was deleted. */
  removeGroup(group: string): void {
    for (const { gets } of this.#topics.values()) gets.delete(group);
    // Other keys end in a topic's name or a queueId, and a group may be called like these.
    this.#removeKeys((statsName, names) => OF_GROUPS.test(statsName) && names.at(-1) === group);
  }

  #removeKeys(matches: (statsName: string, names: readonly string[]) => boolean): void {
    for (const [statsName, byKey] of this.#counters) {
      if (statsName.startsWith('BROKER_')) continue;
      for (const key of byKey.keys()) if (matches(statsName, key.split('@')) && byKey.delete(key)) this.#size--;
    }
  }

  #addTopic(topic: string): TopicCounters {
    const counters: TopicCounters = {
      nums: this.#make('TOPIC_PUT_NUMS', topic),
      size: this.#make('TOPIC_PUT_SIZE', topic),
      queues: [],
      gets: new Map(),
      isSystem: isSystemTopic(topic),
    };
    this.#topics.set(topic, counters);
    return counters;
  }

  #addGroup(counters: TopicCounters, topic: string, group: string): GetCounters {
    const key = `${topic}@${group}`;
    const added = { nums: this.#make('GROUP_GET_NUMS', key), size: this.#make('GROUP_GET_SIZE', key), queues: [] };
    counters.gets.set(group, added);
    return added;
  }

  #addQueue(counters: GetCounters | TopicCounters, prefix: string, queueId: number, key: string) {
    const pair = [this.#make(`${prefix}_NUMS`, key), this.#make(`${prefix}_SIZE`, key)] as const;
    counters.queues[queueId] = pair;
    return pair;
  }

  #make(statsName: string, key: string): StatsCounter | undefined {
    const byKey = this.#counters.get(statsName) ?? new Map<string, StatsCounter>();
    const known = byKey.get(key);
    if (known || this.#size >= MAX_COUNTERS) return known;
    const made = new StatsCounter();
    byKey.set(key, made);
    this.#counters.set(statsName, byKey);
    this.#size++;
    return made;
  }
}
