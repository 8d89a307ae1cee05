import type { QueueData } from '../protocol/bodies/topic-route-data.js';
import { PERM_READ_WRITE, PermName } from '../protocol/permissions.js';
import type { TopicConfig } from '../protocol/topic-config.js';

/** Bits of a topic's topicSysFlag. RocketMQ: TopicSysFlag */
export const TopicSysFlag = { UNIT: 0x1, UNIT_SUB: 0x2 } as const;

/**
 * How many queues of each topic lie on which broker. RocketMQ: RouteInfoManager's topicQueueTable
 *
 * A topic is here exactly as long as some broker has queues of it.
 */
export class TopicTable {
  readonly #topics = new Map<string, Map<string, QueueData>>();

  get size(): number {
    return this.#topics.size;
  }

  names(): IterableIterator<string> {
    return this.#topics.keys();
  }

  /** The queues of a topic, by brokerName. */
  queuesOf(topic: string): ReadonlyMap<string, QueueData> | undefined {
    return this.#topics.get(topic);
  }

  has(topic: string, brokerName: string): boolean {
    return this.#topics.get(topic)?.has(brokerName) ?? false;
  }

  set(topic: string, queues: QueueData): void {
    const byBroker = this.#topics.get(topic);
    if (byBroker === undefined) this.#topics.set(topic, new Map([[queues.brokerName, queues]]));
    else byBroker.set(queues.brokerName, queues);
  }

  /** Forgets a topic, everywhere or on some brokers. */
  remove(topic: string, brokerNames?: Iterable<string>): void {
    if (brokerNames === undefined) {
      this.#topics.delete(topic);
      return;
    }
    const byBroker = this.#topics.get(topic);
    if (byBroker === undefined) return;
    for (const brokerName of brokerNames) byBroker.delete(brokerName);
    if (byBroker.size === 0) this.#topics.delete(topic);
  }

  /** Forgets the queues of brokers that are gone. */
  removeBrokers(brokerNames: ReadonlySet<string>): void {
    if (brokerNames.size === 0) return;
    for (const topic of this.#topics.keys()) this.remove(topic, brokerNames);
  }

  /** Forgets what a broker has of topics it no longer names. */
  retain(brokerName: string, topics: ReadonlySet<string>): void {
    for (const topic of this.topicsOf([brokerName])) if (!topics.has(topic)) this.remove(topic, [brokerName]);
  }

  /** The topics of which any of these brokers has queues. */
  topicsOf(brokerNames: Iterable<string>): string[] {
    const names = [...brokerNames];
    return [...this.#topics].filter(([, byBroker]) => names.some((name) => byBroker.has(name))).map(([topic]) => topic);
  }

  /** The topics whose flags have all bits of `set` and none of `clear`. RocketMQ looks at one broker of each too. */
  topicsByFlag(set: number, clear = 0): string[] {
    const found: string[] = [];
    for (const [topic, byBroker] of this.#topics) {
      const first = byBroker.values().next().value;
      if (first !== undefined && (first.topicSysFlag & set) === set && (first.topicSysFlag & clear) === 0)
        found.push(topic);
    }
    return found;
  }

  /** Takes the write permission of all topics on a broker away, or gives read and write; how many topics it has. */
  setWritable(brokerName: string, isWritable: boolean): number {
    let count = 0;
    for (const byBroker of this.#topics.values()) {
      const queues = byBroker.get(brokerName);
      if (queues === undefined) continue;
      const perm = isWritable ? PERM_READ_WRITE : queues.perm & ~PermName.PERM_WRITE;
      byBroker.set(brokerName, { ...queues, perm });
      count++;
    }
    return count;
  }
}

/** What a route says of a topic that a broker registered. */
export function queueDataOf(brokerName: string, topic: TopicConfig, isWritable: boolean): QueueData {
  return {
    brokerName,
    readQueueNums: topic.readQueueNums,
    writeQueueNums: topic.writeQueueNums,
    perm: isWritable ? topic.perm : topic.perm & ~PermName.PERM_WRITE,
    topicSysFlag: topic.topicSysFlag,
  };
}
