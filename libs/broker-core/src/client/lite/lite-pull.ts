import type { ConsumerRunningInfo } from '../../protocol/bodies/consumer-running-info.js';
import type { SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import type { MessageExt } from '../../protocol/message.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import type { LitePullSettings } from '../consumer/consumer-settings.js';
import type { FlowLimits } from '../consumer/flow-control.js';
import { MovedOffsets } from '../consumer/moved-offsets.js';
import type { OffsetStore } from '../consumer/offset-store.js';
import type { ProcessQueue } from '../consumer/process-queue.js';
import { PullCalls } from '../consumer/pull-call.js';
import { PullLoop, type PullLoopHost } from '../consumer/pull-loop.js';
import { type QueueKeeper, QueueShare } from '../consumer/queue-share.js';
import { runningInfoOf } from '../consumer/running-info.js';
import { startingOffset } from '../consumer/starting-offsets.js';
import { Statistics } from '../consumer/statistics.js';
import { type Subscriptions, subscriptionOf } from '../consumer/subscriptions.js';
import { ClientError } from '../errors.js';
import type { GroupConsumer } from '../instance/group-members.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import type { ConsumeFromWhere, MessageModel } from '../options.js';
import { ReadyBatches } from './ready-batches.js';

/** Whoever had the queue before needs a moment to notice that it lost it. */
const FIRST_PULL_AFTER_MS = 500;
/** A limit that makes every pull wait. */
const NO_ROOM: FlowLimits = { maxMessages: -1, maxMiB: -1, maxSpan: undefined };

/** The running part of a lite pull consumer. RocketMQ: DefaultLitePullConsumerImpl with RebalanceLitePullImpl. */
export class LitePull implements GroupConsumer, QueueKeeper {
  readonly consumeType = 'CONSUME_ACTIVELY';
  readonly share: QueueShare;
  readonly ready: ReadyBatches;
  readonly #statistics: Statistics;
  readonly #calls: PullCalls;
  readonly #host: PullLoopHost;
  readonly #loops = new Map<ProcessQueue, PullLoop>();
  /** By queue: next to consume after what was handed out. */
  readonly #consumed = new Map<string, number>();
  readonly #paused = new Set<string>();
  readonly #moves = new MovedOffsets();
  #nextCommitAtMs = 0;
  #isStopping = false;

  constructor(
    readonly instance: MQClientInstance,
    readonly settings: LitePullSettings,
    private readonly subscribed: Subscriptions,
    private readonly offsets: OffsetStore,
    /** Queues of the caller's choice; undefined while it subscribes. */
    private readonly assigned: () => readonly MessageQueue[] | undefined,
    private readonly assignedExpressions: ReadonlyMap<string, string>,
  ) {
    const { clock, scheduler } = instance.settings;
    this.ready = new ReadyBatches(scheduler);
    this.#statistics = new Statistics(clock);
    this.#calls = new PullCalls(instance, this.group);
    this.share = new QueueShare(instance, settings, subscribed, this, false);
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

  subscriptions(): readonly SubscriptionData[] {
    return this.subscribed.all;
  }

  async rebalance(): Promise<boolean> {
    if (this.#isStopping) return true;
    for (const loop of this.#loops.values()) loop.retryNow();
    const assigned = this.assigned();
    return assigned ? this.share.assign(assigned) : this.share.rebalance();
  }

  /** The next batch; what earlier polls handed out counts as consumed when offsets commit themselves. */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<MessageExt[]> {
    this.#maybeAutoCommit();
    const wasFull = this.#isFull;
    const batch = await this.ready.take(timeoutMs, signal);
    if (!batch || batch.queue.isDropped) return [];
    const { messages, queue } = batch;
    const next = queue.finish(messages, this.instance.settings.clock.monotonicMs());
    if (next !== undefined) this.#consumed.set(messageQueueKey(queue.messageQueue), next);
    this.#statistics.consumed(queue.messageQueue.topic, messages.length, true, 0);
    if (wasFull && !this.#isFull) for (const other of this.share.queues) other.onShrink?.();
    return [...messages];
  }

  /** Takes what was handed out (or these offsets) as consumed; the next persist tells the broker. */
  commit(offsets?: ReadonlyMap<MessageQueue, number>): readonly MessageQueue[] {
    const committed = offsets ?? this.#allConsumed();
    for (const [queue, consumerOffset] of committed) {
      if (this.share.get(queue)) this.offsets.update(queue, consumerOffset, false);
    }
    return [...committed.keys()];
  }

  async commitSync(offsets?: ReadonlyMap<MessageQueue, number>): Promise<void> {
    await this.offsets.persist(this.commit(offsets), true);
  }

  async committed(queue: MessageQueue): Promise<number> {
    return this.offsets.get(queue) ?? (await this.offsets.read(queue)) ?? -1;
  }

  /** Goes on at `queueOffset`; what is cached of the queue is forgotten. */
  seek(messageQueue: MessageQueue, queueOffset: number): void {
    const queue = this.share.get(messageQueue);
    if (!queue?.isTaken || queue.isDropped)
      throw new ClientError(
        `queue ${messageQueueKey(messageQueue)} is not assigned (now): seek after the rebalance, see assignment()`,
      );
    this.#loops.get(queue)?.stop();
    this.ready.remove(queue);
    queue.clear();
    this.#consumed.set(messageQueueKey(messageQueue), queueOffset);
    this.#begin(queue, queueOffset, 0);
  }

  pause(queues: readonly MessageQueue[]): void {
    for (const queue of queues) this.#paused.add(messageQueueKey(queue));
  }

  resume(queues: readonly MessageQueue[]): void {
    for (const queue of queues) this.#paused.delete(messageQueueKey(queue));
  }

  persistOffsets(): Promise<void> {
    return this.offsets.persist(this.share.queues.map(({ messageQueue }) => messageQueue));
  }

  /** Keeps what was committed. What the last polls handed out may still be worked on, and comes again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const loop of this.#loops.values()) loop.stop();
    this.ready.close();
    const queues = this.share.queues.map(({ messageQueue }) => messageQueue);
    await this.offsets.persist(queues, true).finally(() => {
      this.share.dropAll();
      this.#loops.clear();
    });
  }

  async takeOn(queue: ProcessQueue, isAlone: boolean): Promise<boolean> {
    this.offsets.forget(queue.messageQueue);
    const { messageQueue } = queue;
    const missedAt = this.share.missedAt(messageQueue.topic);
    const from = await startingOffset(messageQueue, this.instance, this.offsets, this.settings, missedAt);
    if (this.#isStopping || queue.isDropped) return false;
    this.#begin(queue, from, isAlone ? 0 : FIRST_PULL_AFTER_MS);
    return true;
  }

  async giveUp(queue: ProcessQueue): Promise<boolean> {
    const { messageQueue } = queue;
    this.#loops.get(queue)?.stop();
    this.#loops.delete(queue);
    this.ready.remove(queue);
    await this.offsets.persist([messageQueue]);
    this.offsets.forget(messageQueue);
    this.#calls.forget(messageQueue);
    this.#moves.forget(messageQueue);
    this.#consumed.delete(messageQueueKey(messageQueue));
    return true;
  }

  runningInfo(): ConsumerRunningInfo {
    const { consumeType } = this;
    return runningInfoOf(this.share, this.offsets, this.#statistics, { consumeType, isOrderly: false, concurrency: 1 });
  }

  offsetsOf(topic: string): ReadonlyMap<MessageQueue, number> {
    return this.offsets.ofTopic(topic);
  }

  async resetOffsets(topic: string, wanted: ReadonlyMap<MessageQueue, number>): Promise<void> {
    for (const [messageQueue, consumerOffset] of wanted) {
      if (messageQueue.topic !== topic || !this.share.get(messageQueue)?.isTaken) continue;
      this.seek(messageQueue, consumerOffset);
      this.offsets.update(messageQueue, consumerOffset, false);
    }
  }

  async consumeDirectly(): Promise<undefined> {
    return undefined;
  }

  #begin(queue: ProcessQueue, from: number, firstAfterMs: number): void {
    const loop = new PullLoop(this.#host, queue, from);
    this.#loops.set(queue, loop);
    void loop.run(firstAfterMs);
  }

  /** The broker has moved on, or back (an older disk): what comes below offsets that were had before is new all the same. */
  #moved(queue: ProcessQueue, nextOffset: number): void {
    const { messageQueue } = queue;
    if (queue.hasReached(nextOffset)) {
      this.ready.remove(queue);
      queue.clear();
      this.#consumed.set(messageQueueKey(messageQueue), nextOffset);
    }
    this.#begin(queue, nextOffset, this.#moves.restMs(messageQueue, this.instance.settings.clock.monotonicMs()));
  }

  get #isFull(): boolean {
    return this.ready.messageCount > this.settings.pullThresholdForAll;
  }

  #maybeAutoCommit(): void {
    const now = this.instance.settings.clock.monotonicMs();
    if (!this.settings.autoCommit || now < this.#nextCommitAtMs) return;
    this.commit();
    this.#nextCommitAtMs = now + this.settings.autoCommitIntervalMs;
  }

  #allConsumed(): Map<MessageQueue, number> {
    const all = new Map<MessageQueue, number>();
    for (const { messageQueue } of this.share.queues) {
      const consumed = this.#consumed.get(messageQueueKey(messageQueue));
      if (consumed !== undefined) all.set(messageQueue, consumed);
    }
    return all;
  }

  #subscriptionFor(topic: string): SubscriptionData | undefined {
    if (!this.assigned()) return this.subscribed.get(topic);
    return subscriptionOf(topic, this.assignedExpressions.get(topic) ?? '*', 'TAG', 0);
  }

  #makeHost(): PullLoopHost {
    const { settings } = this;
    const limits: FlowLimits = {
      maxMessages: settings.pullThresholdForQueue,
      maxMiB: settings.pullThresholdSizeForQueue,
      maxSpan: settings.maxSpan,
    };
    return {
      world: this.instance.settings,
      calls: this.#calls,
      group: settings.group,
      isPaused: ({ messageQueue }) => this.#paused.has(messageQueueKey(messageQueue)),
      limits: () => (this.#isFull ? NO_ROOM : limits),
      pullBatchSize: settings.pullBatchSize,
      pullIntervalMs: 0,
      isLite: true,
      mayPull: () => true,
      subscriptionOf: ({ messageQueue }) => this.#subscriptionFor(messageQueue.topic),
      commitOffsetOf: () => undefined,
      onMessages: (messages, queue) => this.ready.add({ messages, queue }),
      onNothing: () => undefined,
      onMoved: (queue, nextOffset) => this.#moved(queue, nextOffset),
      onPulled: ({ messageQueue }, messages, tookMs) => this.#statistics.pulled(messageQueue.topic, messages, tookMs),
    };
  }
}
