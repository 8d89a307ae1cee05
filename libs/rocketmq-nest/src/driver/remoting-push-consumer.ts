import {
  type ConsumeConcurrentlyContext,
  ConsumeConcurrentlyStatus,
  ConsumeFromWhere as NativeConsumeFromWhere,
  type ConsumeOrderlyContext,
  ConsumeOrderlyStatus,
  DefaultMQPushConsumer,
  type Logger,
  type MessageExt as NativeMessageExt,
} from 'rocketmq-broker-core/client';
import type { ConsumeVerdict, DriverPushConsumer, DriverPushConsumerOptions } from '../interfaces/driver.js';
import { ConsumeFromWhere, ConsumeMode, ConsumeResult, MessageModel } from '../interfaces/vocabulary.js';
import { messages as sentences } from '../rocketmq.messages.js';
import { fromNative } from './native-message.js';

const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;
const DEAD_LETTER_LEVEL = -1;

/** DriverPushConsumer over DefaultMQPushConsumer: verdicts become statuses, delay levels and messages sent back. */
export class RemotingPushConsumer implements DriverPushConsumer {
  readonly #consumer: DefaultMQPushConsumer;

  constructor(
    private readonly options: DriverPushConsumerOptions,
    private readonly logger: Logger,
  ) {
    this.#consumer = new DefaultMQPushConsumer(options.group, {
      namesrvAddr: options.connection.nameServer,
      instanceName: instanceNameOf(options),
      messageModel: options.messageModel,
      perTopicConsumeFromWhere: new Map(
        options.subscriptions.map(({ topic, consumeFromWhere }) => [topic, toNativeWhere(consumeFromWhere)]),
      ),
      consumeTimestamp: options.consumeTimestamp && toNativeTimestamp(options.consumeTimestamp),
      concurrency: options.concurrency,
      maxReconsumeTimes: options.maxReconsumeTimes,
      consumeTimeoutMin: options.consumeTimeout === undefined ? undefined : options.consumeTimeout / MINUTE_MS,
      pullIntervalMs: options.pullInterval,
      pullBatchSize: options.pullBatchSize,
      consumeMessageBatchMaxSize: options.consumeMessageBatchMaxSize,
      pullThresholdForQueue: options.maxCachedMessageCount,
      pullThresholdSizeForQueue:
        options.maxCachedMessageSizeInBytes === undefined
          ? undefined
          : Math.max(1, Math.round(options.maxCachedMessageSizeInBytes / MIB)),
      suspendCurrentQueueTimeMillis: options.suspendCurrentQueueTime,
      awaitTerminationMs: options.awaitTerminationOnShutdown,
      logger,
    });
  }

  async start(): Promise<void> {
    for (const { topic, expression } of this.options.subscriptions) this.#consumer.subscribe(topic, expression);
    if (this.options.consumeMode === ConsumeMode.ORDERLY) {
      this.#consumer.registerMessageListenerOrderly((messages, context) => this.#consumeOrderly(messages, context));
    } else {
      this.#consumer.registerMessageListener((messages, context) => this.#consumeConcurrently(messages, context));
    }
    this.#countQueues();
    await this.#consumer.start();
  }

  shutdown(): Promise<void> {
    return this.#consumer.shutdown();
  }

  pause(): void {
    this.#consumer.suspend();
  }

  resume(): void {
    this.#consumer.resume();
  }

  unwrap(): DefaultMQPushConsumer {
    return this.#consumer;
  }

  #countQueues(): void {
    const { onQueues } = this.options;
    if (!onQueues) return;
    const counts = new Map<string, number>();
    this.#consumer.setMessageQueueListener((topic, _all, mine) => {
      counts.set(topic, mine.length);
      onQueues([...counts.values()].reduce((sum, count) => sum + count, 0));
    });
  }

  async #consumeConcurrently(
    messages: readonly NativeMessageExt[],
    context: ConsumeConcurrentlyContext,
  ): Promise<ConsumeConcurrentlyStatus> {
    const verdicts = await this.options.handler(messages.map(fromNative), context);
    const failed = verdicts.filter(({ result }) => result !== ConsumeResult.SUCCESS);
    const [first] = failed;
    if (!first) return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    if (verdicts.length > 1 && !areAlike(failed, verdicts.length)) {
      if (this.options.messageModel === MessageModel.BROADCASTING) return this.#giveUpEach(messages, verdicts);
      return this.#sendBackEach(messages, verdicts, context);
    }
    context.delayLevelWhenNextConsume = levelOf(first);
    // Thrown rather than answered where there is an error: the client logs it with the message's place.
    if (first.error !== undefined) throw first.error;
    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
  }

  /** Part of a batch failed, or with different delays: each failed message goes back on its own. */
  async #sendBackEach(
    messages: readonly NativeMessageExt[],
    verdicts: readonly ConsumeVerdict[],
    context: ConsumeConcurrentlyContext,
  ): Promise<ConsumeConcurrentlyStatus> {
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.result === ConsumeResult.SUCCESS) continue;
      try {
        await this.#consumer.sendMessageBack(messages[index] as NativeMessageExt, levelOf(verdict));
      } catch {
        // Those from here on come again through the client, which also keeps them when the broker is away.
        context.ackIndex = index - 1;
        break;
      }
    }
    return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
  }

  /** Broadcasting knows no retry: a message sent back would come to one member of the group, not to this one. */
  #giveUpEach(messages: readonly NativeMessageExt[], verdicts: readonly ConsumeVerdict[]): ConsumeConcurrentlyStatus {
    for (const [index, { result, error }] of verdicts.entries()) {
      if (result === ConsumeResult.SUCCESS) continue;
      const { topic, msgId } = messages[index] as NativeMessageExt;
      this.logger.warn(sentences.log.notTriedAgain, { group: this.options.group, topic, msgId, result, error });
    }
    return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
  }

  async #consumeOrderly(
    messages: readonly NativeMessageExt[],
    context: ConsumeOrderlyContext,
  ): Promise<ConsumeOrderlyStatus> {
    const verdicts = await this.options.handler(messages.map(fromNative), context);
    const retry = verdicts.find(({ result }) => result === ConsumeResult.RETRY);
    if (retry) {
      context.suspendCurrentQueueTimeMillis = retry.suspendTime ?? -1;
      if (retry.error !== undefined) throw retry.error;
      return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
    }
    for (const [index, { result }] of verdicts.entries()) {
      if (result !== ConsumeResult.DEAD_LETTER) continue;
      await this.#consumer.sendMessageBack(messages[index] as NativeMessageExt, DEAD_LETTER_LEVEL);
    }
    return ConsumeOrderlyStatus.SUCCESS;
  }
}

/** Broadcasting offsets lie in a file named after the instance, and are to be found again after a restart. */
function instanceNameOf({ messageModel, connection }: DriverPushConsumerOptions): string | undefined {
  const isBroadcasting = messageModel === MessageModel.BROADCASTING;
  return connection.instanceName ?? (isBroadcasting ? undefined : connection.sharedInstanceName);
}

function areAlike(failed: readonly ConsumeVerdict[], total: number): boolean {
  return (
    failed.length === total && failed.every((verdict) => levelOf(verdict) === levelOf(failed[0] as ConsumeVerdict))
  );
}

function levelOf({ result, delayLevel = 0 }: ConsumeVerdict): number {
  return result === ConsumeResult.DEAD_LETTER ? DEAD_LETTER_LEVEL : delayLevel;
}

/** Our words and RocketMQ's for the same. */
export function toNativeWhere(where: ConsumeFromWhere): NativeConsumeFromWhere {
  switch (where) {
    case ConsumeFromWhere.FIRST_OFFSET:
      return NativeConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET;
    case ConsumeFromWhere.TIMESTAMP:
      return NativeConsumeFromWhere.CONSUME_FROM_TIMESTAMP;
    case ConsumeFromWhere.LAST_OFFSET:
      return NativeConsumeFromWhere.CONSUME_FROM_LAST_OFFSET;
  }
}

/** `yyyyMMddHHmmss` in local time, as RocketMQ wants it. */
export function toNativeTimestamp(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${date.getFullYear()}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
}
