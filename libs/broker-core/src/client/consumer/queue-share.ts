import { decodeGetConsumerListByGroupResponseBody } from '../../protocol/bodies/heartbeat-data.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import { RequestCode } from '../../protocol/request-code.js';
import { isRetryTopic } from '../../protocol/topic-names.js';
import { messageOf } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { MessageModel } from '../options.js';
import type { ConsumerSettings } from './consumer-settings.js';
import type { MessageQueueListener } from './listeners.js';
import { ProcessQueue } from './process-queue.js';
import { allocate, changeOf } from './rebalance.js';
import type { Subscriptions } from './subscriptions.js';

/** Early looks for a retry topic that is not there yet; after them, route refreshes find it. */
const MOST_ASKS = 5;

/** How a consumer takes on a queue and gives it up. */
export interface QueueKeeper {
  /**
   * The queue is to be consumed from now on, by nobody else if `isAlone`. Answers false when it cannot be had yet.
   * The queue is in the table only after `true`.
   */
  takeOn(queue: ProcessQueue, isAlone: boolean): Promise<boolean>;
  /** The queue is dropped. Answers false while its work has not ended: it is asked again. */
  giveUp(queue: ProcessQueue): Promise<boolean>;
}

/**
 * The queues this member of the group owns, kept as the group's allocation says. RocketMQ: RebalanceImpl.
 *
 * Invariant  a queue is in the table at most once; a lost one leaves it before it can be taken on again
 */
export class QueueShare {
  onChange: MessageQueueListener | undefined;
  readonly #table = new Map<string, ProcessQueue>();
  readonly #asked = new Map<string, number>();
  readonly #missedAt = new Map<string, number>();

  constructor(
    readonly instance: MQClientInstance,
    private readonly settings: ConsumerSettings,
    readonly subscriptions: Subscriptions,
    private readonly keeper: QueueKeeper,
    /** A queue that is not pulled for two minutes is broken: it is given up and taken on anew. */
    private readonly watchesPulls: boolean,
  ) {}

  get queues(): readonly ProcessQueue[] {
    return [...this.#table.values()];
  }

  /** The queues that are consumed now. */
  get assignment(): MessageQueue[] {
    return this.queues
      .filter(({ isTaken, isDropped }) => isTaken && !isDropped)
      .map(({ messageQueue }) => messageQueue);
  }

  get size(): number {
    return this.#table.size;
  }

  get(queue: MessageQueue): ProcessQueue | undefined {
    return this.#table.get(messageQueueKey(queue));
  }

  /** When a topic was first looked for in vain; undefined if it was there. */
  missedAt(topic: string): number | undefined {
    return this.#missedAt.get(topic);
  }

  /** Brings every subscribed topic in order; answers whether all are. */
  async rebalance(): Promise<boolean> {
    const outcomes = await Promise.all(this.subscriptions.topics.map((topic) => this.#rebalanceTopic(topic)));
    const unsubscribed = this.queues.filter(({ messageQueue }) => !this.subscriptions.get(messageQueue.topic));
    for (const queue of unsubscribed) await this.#lose(queue);
    for (const topic of this.#missedAt.keys()) if (!this.subscriptions.get(topic)) this.#missedAt.delete(topic);
    return outcomes.every(Boolean);
  }

  /** Gives up one queue; the next rebalance may take it on anew. Answers whether it is gone. */
  async drop(queue: ProcessQueue): Promise<boolean> {
    return this.#lose(queue);
  }

  /** Drops everything at once, without ceremony: the consumer is shut down. */
  dropAll(): void {
    for (const queue of this.#table.values()) queue.isDropped = true;
    this.#table.clear();
  }

  /** Takes on exactly these queues: an assignment of the caller's own. */
  async assign(owned: readonly MessageQueue[]): Promise<boolean> {
    return (await this.#become(owned, this.queues, true)).isComplete;
  }

  async #rebalanceTopic(topic: string): Promise<boolean> {
    const { group, messageModel, strategy } = this.settings;
    try {
      const route = await this.instance.findRoute(topic);
      if (!route) {
        if (!this.#missedAt.has(topic)) this.#missedAt.set(topic, this.instance.settings.clock.now());
        return isRetryTopic(topic) && !this.#asksAgain(topic);
      }
      const isBroadcast = messageModel === MessageModel.BROADCASTING;
      const clientIds = isBroadcast ? undefined : await this.#members(topic);
      const { clientId } = this.instance;
      const owned = allocate({ group, clientId, queues: route.subscribeQueues, clientIds, strategy });
      const working = this.queues.filter(({ messageQueue }) => messageQueue.topic === topic);
      const { hasChanged, isComplete } = await this.#become(owned, working, isBroadcast || clientIds?.length === 1);
      if (hasChanged) this.#tell(topic, route.subscribeQueues, owned);
      return isComplete;
    } catch (error) {
      this.instance.settings.logger.warn('topic not rebalanced, its queues stay as they are', {
        group,
        topic,
        reason: messageOf(error),
      });
      return isRetryTopic(topic);
    }
  }

  async #become(owned: readonly MessageQueue[], working: readonly ProcessQueue[], isAlone: boolean) {
    const now = this.instance.settings.clock.monotonicMs();
    const broken = working.filter((queue) => queue.isDropped || (this.watchesPulls && queue.isPullExpired(now)));
    const { lost } = changeOf(
      working.map(({ messageQueue }) => messageQueue),
      owned,
    );
    const leaving = new Set([...lost.map((queue) => this.get(queue) as ProcessQueue), ...broken]);
    const left = await Promise.all([...leaving].map((queue) => this.#lose(queue)));
    const gained = owned.filter((queue) => !this.#table.has(messageQueueKey(queue)));
    const taken = await Promise.all(gained.map((queue) => this.#gain(queue, isAlone)));
    return {
      hasChanged: left.includes(true) || taken.includes(true),
      isComplete: ![...left, ...taken].includes(false),
    };
  }

  async #gain(messageQueue: MessageQueue, isAlone: boolean): Promise<boolean> {
    const { clock, logger } = this.instance.settings;
    const key = messageQueueKey(messageQueue);
    const queue = new ProcessQueue(messageQueue, clock.monotonicMs());
    // In the table at once: two rebalances must not both take it on.
    this.#table.set(key, queue);
    const isTaken = await this.keeper.takeOn(queue, isAlone).catch((error: unknown) => {
      logger.warn('queue not taken on', { group: this.settings.group, ...messageQueue, reason: messageOf(error) });
      return false;
    });
    queue.isTaken = isTaken;
    if (isTaken) logger.info('queue taken on', { group: this.settings.group, ...messageQueue });
    else {
      queue.isDropped = true;
      if (this.#table.get(key) === queue) this.#table.delete(key);
    }
    return isTaken;
  }

  async #lose(queue: ProcessQueue): Promise<boolean> {
    queue.isDropped = true;
    queue.onShrink?.();
    const { messageQueue } = queue;
    if (!(await this.keeper.giveUp(queue))) return false;
    if (this.get(messageQueue) === queue) this.#table.delete(messageQueueKey(messageQueue));
    this.instance.settings.logger.info('queue given up', { group: this.settings.group, ...messageQueue });
    return true;
  }

  /** The clients of the group, as some broker of the topic knows them. */
  async #members(topic: string): Promise<readonly string[]> {
    const address = await this.instance.anyBrokerOf(topic);
    if (address === undefined) throw new Error(`no broker of topic ${topic} is known`);
    const { group } = this.settings;
    const response = await ask(this.instance.transport, address, {
      code: RequestCode.GET_CONSUMER_LIST_BY_GROUP,
      extFields: { consumerGroup: group },
      timeoutMs: this.instance.settings.mqClientApiTimeoutMs,
      group,
    });
    return decodeGetConsumerListByGroupResponseBody(response.body).consumerIdList;
  }

  /** The broker makes the retry topic with the group's first heartbeat, moments after the first look; or never, if it may not. */
  #asksAgain(topic: string): boolean {
    const asked = (this.#asked.get(topic) ?? 0) + 1;
    this.#asked.set(topic, asked);
    return asked <= MOST_ASKS;
  }

  #tell(topic: string, all: readonly MessageQueue[], mine: readonly MessageQueue[]): void {
    this.subscriptions.renew(topic);
    void this.instance.heartbeats.sendToAll();
    this.instance.settings.logger.info('queues shared out anew', {
      group: this.settings.group,
      topic,
      all: all.length,
      mine: mine.length,
    });
    this.onChange?.(topic, all, mine);
  }
}
