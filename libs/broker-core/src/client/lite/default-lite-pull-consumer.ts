import type { MessageExt } from '../../protocol/message.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import { systemClock } from '../../runtime/clock.js';
import type { Cancel } from '../../runtime/scheduler.js';
import { chooseOffsetStore } from '../consumer/choose-offset-store.js';
import { type LitePullSettings, litePullSettings } from '../consumer/consumer-settings.js';
import type { MessageQueueListener } from '../consumer/listeners.js';
import { joinGroup, leaveGroup, subscribeQueuesOf, tellSubscriptions } from '../consumer/membership.js';
import { type ExpressionType, Subscriptions } from '../consumer/subscriptions.js';
import { ClientError, messageOf } from '../errors.js';
import { clientInstances } from '../instance/client-instances.js';
import { QueueOffsets } from '../instance/queue-offsets.js';
import { type LitePullConsumerOptions, MessageModel } from '../options.js';
import { LitePull } from './lite-pull.js';

/** Told when a topic has other queues than before. */
export type TopicQueuesListener = (topic: string, queues: readonly MessageQueue[]) => void;

/**
 * Receives messages by polling, from any RocketMQ cluster. RocketMQ: DefaultLitePullConsumer.
 *
 * Either `subscribe` (queues are shared among the group's members) or `assign` (these queues, whoever else reads them). There
 * is no retry: a polled message is the caller's, and what was not committed comes again after a restart.
 */
export class DefaultLitePullConsumer {
  readonly #settings: LitePullSettings;
  readonly #subscriptions: Subscriptions;
  readonly #assignedExpressions = new Map<string, string>();
  readonly #watches: Cancel[] = [];
  #assigned: readonly MessageQueue[] | undefined;
  #queueListener: MessageQueueListener | undefined;
  #running: LitePull | undefined;
  #starting: Promise<void> | undefined;

  /** Throws ClientError if the group's name or an option cannot work. */
  constructor(
    readonly consumerGroup: string,
    readonly options: LitePullConsumerOptions,
  ) {
    const clock = options.clock ?? systemClock;
    this.#settings = litePullSettings(consumerGroup, options, clock);
    this.#subscriptions = new Subscriptions(clock);
  }

  /** `ip@instanceName` of the instance this consumer shares. */
  get clientId(): string {
    return this.#started.instance.clientId;
  }

  /** Joins the group. Throws ConnectionError when no name server answers. */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /**
   * Tells the broker what is committed and leaves the group; waiting polls end with nothing. What was polled since the last
   * commit comes again: `commit()` first when it is done. Calling it twice does nothing.
   */
  async shutdown(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    this.#running = undefined;
    this.#starting = undefined;
    for (const cancel of this.#watches.splice(0)) cancel();
    if (running) await leaveGroup(running);
  }

  /** Shares the topic's queues with the group. Throws ClientError after `assign`. */
  subscribe(topic: string, expression = '*', type: ExpressionType = 'TAG'): void {
    if (this.#assigned) throw new ClientError('this consumer has assigned queues: subscribe with another one');
    this.#subscriptions.add(topic, expression, type);
    this.#subscriptionsChanged();
  }

  unsubscribe(topic: string): void {
    if (this.#subscriptions.remove(topic)) this.#subscriptionsChanged();
  }

  /** Takes exactly these queues. Throws ClientError after `subscribe`. */
  assign(queues: readonly MessageQueue[]): void {
    if (this.#subscriptions.topics.length > 0)
      throw new ClientError('this consumer subscribes: assign queues to another one');
    if (queues.length === 0) throw new ClientError('assign needs at least one queue, see fetchMessageQueues()');
    this.#assigned = [...queues];
    this.#running?.instance.rebalanceNow();
  }

  /** The tags wanted of an assigned topic's queues; before `start`. */
  setSubExpressionForAssign(topic: string, expression: string): void {
    if (this.#starting !== undefined) throw new ClientError('setSubExpressionForAssign works before start() only');
    this.#assignedExpressions.set(topic, expression);
  }

  /** The next messages, at most `pullBatchSize`; empty when none came in time. Rejects with the signal's reason. */
  async poll(timeoutMs = this.#settings.pollTimeoutMs, signal?: AbortSignal): Promise<MessageExt[]> {
    return this.#started.poll(timeoutMs, signal);
  }

  /** Takes everything handed out (or up to these offsets) as consumed; reaches the broker with the next persist. */
  commit(offsets?: ReadonlyMap<MessageQueue, number>): void {
    this.#started.commit(offsets);
  }

  /** The same, and resolves when the broker or the file has it; one that cannot take it is named in the log. */
  async commitSync(offsets?: ReadonlyMap<MessageQueue, number>): Promise<void> {
    await this.#started.commitSync(offsets);
  }

  /** The group's committed offset; -1 when it has none. */
  async committed(queue: MessageQueue): Promise<number> {
    return this.#started.committed(queue);
  }

  /** Polls go on at this offset. Throws ClientError if the queue is not assigned, or has no such offset. */
  async seek(queue: MessageQueue, queueOffset: number): Promise<void> {
    const [min, max] = await Promise.all([this.#offsets.min(queue), this.#offsets.max(queue)]);
    if (queueOffset < min || queueOffset > max) {
      throw new ClientError(
        `queue ${messageQueueKey(queue)} has offsets ${min} to ${max}: cannot seek to ${queueOffset}`,
      );
    }
    this.#started.seek(queue, queueOffset);
  }

  async seekToBegin(queue: MessageQueue): Promise<void> {
    this.#started.seek(queue, await this.#offsets.min(queue));
  }

  async seekToEnd(queue: MessageQueue): Promise<void> {
    this.#started.seek(queue, await this.#offsets.max(queue));
  }

  /** Pulls no more of these queues; what is cached is still polled. */
  pause(queues: readonly MessageQueue[]): void {
    this.#started.pause(queues);
  }

  resume(queues: readonly MessageQueue[]): void {
    this.#started.resume(queues);
  }

  /** The queues this consumer has now. */
  assignment(): MessageQueue[] {
    return this.#started.share.assignment;
  }

  /** All queues of a topic. */
  async fetchMessageQueues(topic: string): Promise<MessageQueue[]> {
    return subscribeQueuesOf(this.#started.instance, topic);
  }

  /** First offset that was stored at or after `timestamp`. */
  async offsetForTimestamp(queue: MessageQueue, timestamp: number): Promise<number> {
    return this.#offsets.search(queue, timestamp);
  }

  /** Told of every change of this member's queues, when it subscribes. */
  setMessageQueueListener(listener: MessageQueueListener | undefined): void {
    this.#queueListener = listener;
    if (this.#running) this.#running.share.onChange = listener;
  }

  /** Told when the topic has other queues; looks every `topicMetadataCheckIntervalMs`. RocketMQ: registerTopicMessageQueueChangeListener. */
  async watchTopicQueues(topic: string, listener: TopicQueuesListener): Promise<void> {
    const { instance } = this.#started;
    const keysOf = (queues: readonly MessageQueue[]) => queues.map(messageQueueKey).sort().join('\n');
    let known = keysOf(await this.fetchMessageQueues(topic));
    // Shut down meanwhile: a timer begun now would have nobody to end it.
    if (this.#running?.instance !== instance) return;
    const look = async () => {
      const queues =
        (await instance.routes.refresh(topic, instance.settings.mqClientApiTimeoutMs))?.subscribeQueues ?? [];
      if (keysOf(queues) === known) return;
      known = keysOf(queues);
      listener(topic, queues);
    };
    const watch = () => {
      look().catch((error: unknown) =>
        instance.settings.logger.warn('topic not looked at', { topic, reason: messageOf(error) }),
      );
    };
    this.#watches.push(instance.settings.scheduler.every(this.#settings.topicMetadataCheckIntervalMs, watch));
  }

  get #offsets(): QueueOffsets {
    return new QueueOffsets(this.#started.instance);
  }

  get #started(): LitePull {
    if (this.#running) return this.#running;
    throw new ClientError(
      `consumer '${this.consumerGroup}' is not started: await start() first (and not after shutdown())`,
    );
  }

  async #start(): Promise<void> {
    const keepsName = this.#settings.messageModel === MessageModel.BROADCASTING;
    const instance = clientInstances.acquire(this.options, keepsName);
    try {
      const offsets = chooseOffsetStore(instance, this.consumerGroup, this.options);
      await offsets.load();
      const running = new LitePull(
        instance,
        this.#settings,
        this.#subscriptions,
        offsets,
        () => this.#assigned,
        this.#assignedExpressions,
      );
      running.share.onChange = this.#queueListener;
      await joinGroup(running, this.#topics);
      this.#running = running;
    } catch (error) {
      await clientInstances.release(instance);
      throw error;
    }
  }

  get #topics(): readonly string[] {
    return [...new Set([...this.#subscriptions.topics, ...(this.#assigned ?? []).map(({ topic }) => topic)])];
  }

  #subscriptionsChanged(): void {
    if (this.#running) tellSubscriptions(this.#running, this.#topics);
  }
}
