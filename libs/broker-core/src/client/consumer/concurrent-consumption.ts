import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import type { Cancel } from '../../runtime/scheduler.js';
import { messageOf, stackOf } from '../errors.js';
import type { ClientSettings } from '../instance/client-settings.js';
import type { DirectConsumption } from '../instance/group-members.js';
import { MessageModel } from '../options.js';
import type { PushConsumerSettings } from './consumer-settings.js';
import { type Consumption, type Heard, hear, restoreTopic } from './consumption.js';
import { endedWithin } from './ended-within.js';
import { lazySignal } from './lazy-signal.js';
import {
  type ConsumeConcurrentlyContext,
  ConsumeConcurrentlyStatus,
  type MessageListenerConcurrently,
} from './listeners.js';
import type { OffsetStore } from './offset-store.js';
import type { ProcessQueue } from './process-queue.js';
import type { SendBack } from './send-back.js';
import { Slots } from './slots.js';
import type { Statistics } from './statistics.js';

/** How soon a message whose send-back failed is consumed here again. */
const CONSUME_AGAIN_MS = 5_000;
/** The delay level of messages that were taken from a listener after `consumeTimeoutMin`. */
const TIMED_OUT_DELAY_LEVEL = 3;

interface Running {
  readonly messages: readonly MessageExt[];
  readonly queue: ProcessQueue;
  readonly startedAtMs: number;
  readonly abort: (reason: unknown) => void;
}

/** Many listener calls at once, from any queue. RocketMQ: ConsumeMessageConcurrentlyService. */
export class ConcurrentConsumption implements Consumption {
  readonly isOrderly = false;
  readonly #slots: Slots;
  readonly #running = new Set<Running>();
  #stopCleaner: Cancel | undefined;

  constructor(
    private readonly world: ClientSettings,
    private readonly settings: PushConsumerSettings,
    private readonly listener: MessageListenerConcurrently,
    private readonly offsets: OffsetStore,
    private readonly back: SendBack,
    private readonly statistics: Statistics,
  ) {
    this.#slots = new Slots(settings.concurrency, world.scheduler, world.logger);
  }

  start(): void {
    const everyMs = Math.min(this.settings.consumeTimeoutMs, 60_000);
    this.#stopCleaner ??= this.world.scheduler.every(everyMs, () => void this.#takeFromStuck());
  }

  accept(messages: readonly MessageExt[], queue: ProcessQueue): void {
    const size = this.settings.consumeMessageBatchMaxSize;
    for (let start = 0; start < messages.length; start += size) {
      const batch = messages.slice(start, start + size);
      this.#slots.add(() => this.#consume(batch, queue));
    }
  }

  async consumeDirectly(message: MessageExt, brokerName: string | undefined): Promise<DirectConsumption> {
    message.brokerName = brokerName;
    restoreTopic([message], this.settings.group);
    const startedAtMs = this.world.clock.monotonicMs();
    const { status, error } = await this.#call([message], this.#context(queueOf(message)).context);
    return {
      order: false,
      autoCommit: true,
      consumeResult: error
        ? 'CR_THROW_EXCEPTION'
        : status === ConsumeConcurrentlyStatus.CONSUME_SUCCESS
          ? 'CR_SUCCESS'
          : status === undefined
            ? 'CR_RETURN_NULL'
            : 'CR_LATER',
      remark: error === undefined ? undefined : messageOf(error),
      spentTimeMills: Math.round(this.world.clock.monotonicMs() - startedAtMs),
    };
  }

  async awaitIdle(): Promise<boolean> {
    // Others may consume the queue while our calls end: that is what at-least-once means here, as in RocketMQ.
    return true;
  }

  pause(): void {
    this.#slots.pause();
  }

  resume(): void {
    this.#slots.resume();
  }

  async stop(waitMs: number): Promise<void> {
    this.#stopCleaner?.();
    await endedWithin(this.#slots.close(), waitMs, this.world.scheduler);
    for (const { abort } of this.#running) abort(new Error('the consumer is shut down'));
  }

  async #consume(messages: readonly MessageExt[], queue: ProcessQueue): Promise<void> {
    if (queue.isDropped) return;
    restoreTopic(messages, this.settings.group);
    const { context, abort } = this.#context(queue.messageQueue);
    const startedAtMs = this.world.clock.monotonicMs();
    const running: Running = { messages, queue, startedAtMs, abort };
    this.#running.add(running);
    const { status, error } = await this.#call(messages, context);
    this.#running.delete(running);
    const first = messages[0] as MessageExt;
    const isGood = status === ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    this.statistics.consumed(first.topic, messages.length, isGood, this.world.clock.monotonicMs() - startedAtMs);
    if (!isGood) this.#logFailure(messages, queue, error ?? `the listener answered ${String(status)}`);
    if (queue.isDropped) return;
    await this.#settle(messages, queue, context, isGood ? Math.min(context.ackIndex, messages.length - 1) : -1);
  }

  #call(
    messages: readonly MessageExt[],
    context: ConsumeConcurrentlyContext,
  ): Promise<Heard<ConsumeConcurrentlyStatus>> {
    return hear(() => this.listener(messages, context));
  }

  /** Sends back what failed, and lets the offset move over the rest. */
  async #settle(
    messages: readonly MessageExt[],
    queue: ProcessQueue,
    context: ConsumeConcurrentlyContext,
    ackIndex: number,
  ): Promise<void> {
    let finished = messages;
    // A message that is no longer cached was taken from a stuck listener already.
    const failed = messages.slice(ackIndex + 1).filter((message) => queue.has(message));
    if (failed.length > 0 && this.settings.messageModel === MessageModel.CLUSTERING) {
      const level = context.delayLevelWhenNextConsume;
      const kept = await this.#sendBackAll(failed, level, queue.messageQueue.brokerName);
      if (kept.length > 0) {
        finished = messages.filter((message) => !kept.includes(message));
        this.world.scheduler.after(CONSUME_AGAIN_MS, () => this.accept(kept, queue));
      }
    }
    this.#finish(finished, queue);
  }

  #finish(messages: readonly MessageExt[], queue: ProcessQueue): void {
    const next = queue.finish(messages, this.world.clock.monotonicMs());
    if (next !== undefined && !queue.isDropped) this.offsets.update(queue.messageQueue, next, true);
  }

  /** Answers those that could not be sent back and have to be tried here again. */
  async #sendBackAll(messages: readonly MessageExt[], delayLevel: number, brokerName: string): Promise<MessageExt[]> {
    const kept: MessageExt[] = [];
    await Promise.all(
      messages.map(async (message) => {
        try {
          await this.back.sendBack(message, delayLevel, brokerName);
        } catch (error) {
          message.reconsumeTimes++;
          kept.push(message);
          const fields = { group: this.settings.group, topic: message.topic, msgId: message.msgId };
          this.world.logger.error('message not sent back, consuming it here again', {
            ...fields,
            reason: messageOf(error),
          });
        }
      }),
    );
    return kept.sort((left, right) => left.queueOffset - right.queueOffset);
  }

  /** Gives messages of listener calls that take longer than allowed to the group again. */
  async #takeFromStuck(): Promise<void> {
    const before = this.world.clock.monotonicMs() - this.settings.consumeTimeoutMs;
    for (const { messages, queue, startedAtMs, abort } of this.#running) {
      const stuck = messages.filter((message) => queue.has(message));
      if (startedAtMs > before || queue.isDropped || stuck.length === 0) continue;
      abort(new Error(`the listener took longer than ${this.settings.consumeTimeoutMs} ms`));
      this.#logFailure(
        messages,
        queue,
        `no answer within ${this.settings.consumeTimeoutMs} ms; the message is given to the group again`,
      );
      if (this.settings.messageModel === MessageModel.BROADCASTING) continue;
      const kept = await this.#sendBackAll(stuck, TIMED_OUT_DELAY_LEVEL, queue.messageQueue.brokerName);
      this.#finish(
        stuck.filter((message) => !kept.includes(message)),
        queue,
      );
    }
  }

  #context(messageQueue: MessageQueue) {
    const { signal, abort } = lazySignal();
    const context: ConsumeConcurrentlyContext = {
      messageQueue,
      delayLevelWhenNextConsume: this.settings.delayLevelWhenNextConsume,
      ackIndex: Number.MAX_SAFE_INTEGER,
      get signal() {
        return signal();
      },
    };
    return { context, abort };
  }

  #logFailure(messages: readonly MessageExt[], { messageQueue }: ProcessQueue, reason: unknown): void {
    for (const { topic, msgId, reconsumeTimes, queueOffset } of messages) {
      const { group, messageModel } = this.settings;
      const fields = { group, ...messageQueue, topic, msgId, queueOffset, attempt: reconsumeTimes + 1 };
      const then =
        messageModel === MessageModel.BROADCASTING ? 'it is not tried again (broadcasting)' : 'it comes again';
      this.world.logger.warn(`message not consumed, ${then}`, { ...fields, reason: stackOf(reason) });
    }
  }
}

const queueOf = ({ topic, brokerName = '', queueId }: MessageExt): MessageQueue => ({ topic, brokerName, queueId });
