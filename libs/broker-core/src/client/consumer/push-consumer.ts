import type { ConsumerRunningInfo } from '../../protocol/bodies/consumer-running-info.js';
import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { SystemGroup } from '../../protocol/topic-names.js';
import { messageOf } from '../errors.js';
import type { DirectConsumption, GroupConsumer } from '../instance/group-members.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { type ConsumeFromWhere, MessageModel } from '../options.js';
import { MessageSender } from '../producer/message-sender.js';
import { producerSettings } from '../producer/producer-settings.js';
import { ConcurrentConsumption } from './concurrent-consumption.js';
import type { PushConsumerSettings } from './consumer-settings.js';
import type { Consumption } from './consumption.js';
import { type FlowLimits, sharedLimit } from './flow-control.js';
import type { MessageListenerConcurrently, MessageListenerOrderly, MessageQueueListener } from './listeners.js';
import { MovedOffsets } from './moved-offsets.js';
import type { OffsetStore } from './offset-store.js';
import { OrderlyConsumption } from './orderly-consumption.js';
import type { ProcessQueue } from './process-queue.js';
import { PullCalls } from './pull-call.js';
import { PullLoop, type PullLoopHost } from './pull-loop.js';
import { QueueLocks } from './queue-locks.js';
import { type QueueKeeper, QueueShare } from './queue-share.js';
import { runningInfoOf } from './running-info.js';
import { SendBack } from './send-back.js';
import { startingOffset } from './starting-offsets.js';
import { Statistics } from './statistics.js';
import type { Subscriptions } from './subscriptions.js';

/** One of the two kinds of listener. */
export type Listener =
  | { readonly kind: 'concurrently'; readonly consume: MessageListenerConcurrently }
  | { readonly kind: 'orderly'; readonly consume: MessageListenerOrderly };

/** Whoever had the queue before needs a moment to notice that it lost it. */
const FIRST_PULL_AFTER_MS = 500;
/** A lock that was not to be had is asked for again after. */
const LOCK_AGAIN_MS = 500;
/** How long a lost queue's listener call is waited for before the rebalance goes on without. */
const AWAIT_IDLE_MS = 500;
/** After so long the lock has ended at the broker too, whatever the listener does. RocketMQ: UNLOCK_DELAY_TIME_MILLS. */
const FORCE_UNLOCK_MS = 20_000;
/** Queues keep to their rest for so long while their offsets are reset. */
const RESET_SETTLE_MS = 1_000;

/** The running part of a push consumer. RocketMQ: DefaultMQPushConsumerImpl with RebalancePushImpl. */
export class PushConsumer implements GroupConsumer, QueueKeeper {
  readonly consumeType = 'CONSUME_PASSIVELY';
  readonly back: SendBack;
  /** For what the consumer itself sends: copies to the retry topic, replies. */
  readonly sender: MessageSender;
  readonly share: QueueShare;
  readonly #calls: PullCalls;
  readonly #locks: QueueLocks;
  readonly #statistics: Statistics;
  readonly #consumption: Consumption;
  readonly #loops = new Map<ProcessQueue, PullLoop>();
  readonly #moves = new MovedOffsets();
  readonly #host: PullLoopHost;
  #isPaused = false;
  #isStopping = false;

  constructor(
    readonly instance: MQClientInstance,
    readonly settings: PushConsumerSettings,
    listener: Listener,
    private readonly subscribed: Subscriptions,
    private readonly offsets: OffsetStore,
  ) {
    const world = instance.settings;
    this.#statistics = new Statistics(world.clock);
    this.#calls = new PullCalls(instance, this.group);
    this.#locks = new QueueLocks(instance, this.group);
    this.share = new QueueShare(instance, settings, subscribed, this, true);
    this.sender = new MessageSender(instance, producerSettings(SystemGroup.CLIENT_INNER_PRODUCER_GROUP, {}));
    this.back = new SendBack(this.sender, this.group, settings.maxReconsumeTimes);
    this.#consumption =
      listener.kind === 'concurrently'
        ? new ConcurrentConsumption(world, settings, listener.consume, offsets, this.back, this.#statistics)
        : new OrderlyConsumption(
            world,
            settings,
            listener.consume,
            offsets,
            this.back,
            this.#statistics,
            this.#locks,
            () => this.share.queues,
          );
    this.#host = this.#makeHost();
  }

  get group(): string {
    return this.settings.group;
  }

  get messageModel(): MessageModel {
    return this.settings.messageModel;
  }

  get consumeFromWhere(): ConsumeFromWhere {
    return this.settings.consumeFromWhere;
  }

  set onQueuesChanged(listener: MessageQueueListener | undefined) {
    this.share.onChange = listener;
  }

  start(): void {
    this.#consumption.start();
  }

  /** Pulls end, listener calls finish, offsets are said; then the group is told. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const loop of this.#loops.values()) loop.stop();
    try {
      await this.#consumption.stop(this.settings.awaitTerminationMs);
      const queues = this.share.queues.map(({ messageQueue }) => messageQueue);
      await this.offsets.persist(queues, true);
      if (this.#isLocking) await this.#locks.unlock(queues);
    } finally {
      this.share.dropAll();
      this.#loops.clear();
    }
  }

  /** RocketMQ pauses pulls only: up to a thousand cached messages a queue would still reach the listener. */
  suspend(): void {
    this.#isPaused = true;
    this.#consumption.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#consumption.resume();
    this.instance.rebalanceNow();
  }

  subscriptions() {
    return this.subscribed.all;
  }

  async rebalance(): Promise<boolean> {
    if (this.#isStopping || this.#isPaused) return true;
    for (const loop of this.#loops.values()) loop.retryNow();
    return this.share.rebalance();
  }

  persistOffsets(): Promise<void> {
    return this.#isStopping
      ? Promise.resolve()
      : this.offsets.persist(this.share.queues.map(({ messageQueue }) => messageQueue));
  }

  async takeOn(queue: ProcessQueue, isAlone: boolean): Promise<boolean> {
    const { messageQueue } = queue;
    if (this.#isLocking) {
      const granted = await this.#locks.lock([messageQueue]);
      if (granted.size === 0) {
        this.instance.rebalanceLater(LOCK_AGAIN_MS);
        return false;
      }
      queue.isLocked = true;
      queue.lockedAtMs = this.instance.settings.clock.monotonicMs();
    }
    this.offsets.forget(messageQueue);
    const from = await this.#startOf(messageQueue);
    if (this.#isStopping || queue.isDropped) return false;
    // Where a group began is where it goes on, even if nothing comes before its first member leaves: messages sent
    // meanwhile would be lost to a group that begins at the end. RocketMQ's client knows it only after an empty pull.
    this.offsets.update(messageQueue, from, true);
    const loop = new PullLoop(this.#host, queue, from);
    this.#loops.set(queue, loop);
    void loop.run(isAlone ? 0 : FIRST_PULL_AFTER_MS);
    return true;
  }

  async giveUp(queue: ProcessQueue): Promise<boolean> {
    const { messageQueue } = queue;
    this.#loops.get(queue)?.stop();
    this.#loops.delete(queue);
    const isIdle = await this.#consumption.awaitIdle(queue, AWAIT_IDLE_MS);
    const lockAge = this.instance.settings.clock.monotonicMs() - queue.lockedAtMs;
    await this.offsets.persist([messageQueue]);
    if (!isIdle && this.#isLocking && lockAge < FORCE_UNLOCK_MS) return false;
    this.offsets.forget(messageQueue);
    this.#calls.forget(messageQueue);
    if (this.#isLocking) {
      queue.isLocked = false;
      await this.#locks.unlock([messageQueue]);
    }
    return true;
  }

  runningInfo(): ConsumerRunningInfo {
    return runningInfoOf(this.share, this.offsets, this.#statistics, {
      consumeType: this.consumeType,
      isOrderly: this.#consumption.isOrderly,
      concurrency: this.settings.concurrency,
    });
  }

  offsetsOf(topic: string): ReadonlyMap<MessageQueue, number> {
    return this.offsets.ofTopic(topic);
  }

  /** Drops the queues, lets listener calls in flight end, says the new offsets, and takes the queues on anew. */
  async resetOffsets(topic: string, wanted: ReadonlyMap<MessageQueue, number>): Promise<void> {
    const resets = [...wanted].flatMap(([messageQueue, consumerOffset]) => {
      const queue = messageQueue.topic === topic ? this.share.get(messageQueue) : undefined;
      return queue ? [{ queue, consumerOffset }] : [];
    });
    for (const { queue } of resets) {
      queue.isDropped = true;
      // Whatever a call in flight finishes now must not go over the new offset.
      queue.isLocked = false;
    }
    await Promise.all(resets.map(({ queue }) => this.#consumption.awaitIdle(queue, RESET_SETTLE_MS)));
    for (const { queue, consumerOffset } of resets) this.offsets.update(queue.messageQueue, consumerOffset, false);
    await this.offsets.persist(
      resets.map(({ queue }) => queue.messageQueue),
      true,
    );
    await Promise.all(resets.map(({ queue }) => this.share.drop(queue)));
    this.instance.rebalanceNow();
  }

  consumeDirectly(message: MessageExt, brokerName: string | undefined): Promise<DirectConsumption> {
    return this.#consumption.consumeDirectly(message, brokerName);
  }

  get #isLocking(): boolean {
    return this.#consumption.isOrderly && this.settings.messageModel === MessageModel.CLUSTERING;
  }

  #startOf(queue: MessageQueue): Promise<number> {
    return startingOffset(queue, this.instance, this.offsets, this.settings, this.share.missedAt(queue.topic));
  }

  #makeHost(): PullLoopHost {
    const { settings } = this;
    return {
      world: this.instance.settings,
      calls: this.#calls,
      group: settings.group,
      isPaused: () => this.#isPaused,
      limits: () => this.#limits(),
      pullBatchSize: settings.pullBatchSize,
      pullIntervalMs: settings.pullIntervalMs,
      isLite: false,
      mayPull: (queue) => !this.#isLocking || queue.isLocked,
      subscriptionOf: ({ messageQueue }) => this.subscribed.get(messageQueue.topic),
      commitOffsetOf: ({ messageQueue }) => this.#commitOffsetOf(messageQueue),
      onMessages: (messages, queue) => this.#consumption.accept(messages, queue),
      onNothing: ({ messageQueue }, nextOffset) => this.offsets.update(messageQueue, nextOffset, true),
      onMoved: (queue, nextOffset) => {
        this.#moved(queue, nextOffset).catch((error: unknown) => {
          const fields = { group: this.group, ...queue.messageQueue, reason: messageOf(error) };
          this.instance.settings.logger.warn('moved queue not given up, the next rebalance does it', fields);
        });
      },
      onPulled: ({ messageQueue }, messages, tookMs) => this.#statistics.pulled(messageQueue.topic, messages, tookMs),
    };
  }

  #limits(): FlowLimits {
    const { settings } = this;
    const queues = this.share.size;
    return {
      maxMessages: sharedLimit(settings.pullThresholdForTopic, settings.pullThresholdForQueue, queues),
      maxMiB: sharedLimit(settings.pullThresholdSizeForTopic, settings.pullThresholdSizeForQueue, queues),
      maxSpan: this.#consumption.isOrderly ? undefined : settings.maxSpan,
    };
  }

  #commitOffsetOf(queue: MessageQueue): number | undefined {
    if (this.settings.messageModel !== MessageModel.CLUSTERING) return undefined;
    const consumerOffset = this.offsets.get(queue);
    return consumerOffset !== undefined && consumerOffset > 0 ? consumerOffset : undefined;
  }

  /** The broker has moved on (retention, a new disk): the queue is taken on anew from where it has messages. */
  async #moved(queue: ProcessQueue, nextOffset: number): Promise<void> {
    queue.isDropped = true;
    const { messageQueue } = queue;
    this.offsets.update(messageQueue, nextOffset, false);
    await this.offsets.persist([messageQueue], true);
    await this.share.drop(queue);
    const { clock } = this.instance.settings;
    const restMs = this.#moves.restMs(messageQueue, clock.monotonicMs());
    if (restMs > 0) this.instance.rebalanceLater(restMs);
    else this.instance.rebalanceNow();
  }
}
