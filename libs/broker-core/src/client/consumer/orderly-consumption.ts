import type { MessageExt } from '../../protocol/message.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import type { Cancel } from '../../runtime/scheduler.js';
import { messageOf, stackOf } from '../errors.js';
import type { ClientSettings } from '../instance/client-settings.js';
import type { ConsumeResult, DirectConsumption } from '../instance/group-members.js';
import { MessageModel } from '../options.js';
import type { PushConsumerSettings } from './consumer-settings.js';
import { type Consumption, type Heard, hear, restoreTopic } from './consumption.js';
import { endedWithin } from './ended-within.js';
import { lazySignal } from './lazy-signal.js';
import { type ConsumeOrderlyContext, ConsumeOrderlyStatus, type MessageListenerOrderly } from './listeners.js';
import type { OffsetStore } from './offset-store.js';
import { type OrderlyStep, orderlyStep } from './orderly-step.js';
import type { ProcessQueue } from './process-queue.js';
import type { QueueLocks } from './queue-locks.js';
import type { SendBack } from './send-back.js';
import { Slots } from './slots.js';
import type { Statistics } from './statistics.js';

/** Locks are asked for again before they end (30 s). RocketMQ: REBALANCE_LOCK_INTERVAL. */
const RELOCK_MS = 20_000;
/** One queue gives its slot to others after so long. RocketMQ: MAX_TIME_CONSUME_CONTINUOUSLY. */
const LONGEST_TURN_MS = 60_000;
/** Pauses around a lock that is missing. */
const ASK_FOR_LOCK_MS = 100;
const AFTER_LOCK_MS = 10;
const NO_LOCK_MS = 3_000;

interface Visit {
  readonly abort: (reason: unknown) => void;
  readonly ended: Promise<void>;
}

/** One listener call for a queue at a time, in order, while its lock is ours. RocketMQ: ConsumeMessageOrderlyService. */
export class OrderlyConsumption implements Consumption {
  readonly isOrderly = true;
  readonly #slots: Slots;
  /** Queues that wait for a slot, run, or pause: they need no further visit. */
  readonly #scheduled = new Set<ProcessQueue>();
  readonly #visits = new Map<ProcessQueue, Visit>();
  #stopRelock: Cancel | undefined;
  #isStopped = false;

  constructor(
    private readonly world: ClientSettings,
    private readonly settings: PushConsumerSettings,
    private readonly listener: MessageListenerOrderly,
    private readonly offsets: OffsetStore,
    private readonly back: SendBack,
    private readonly statistics: Statistics,
    private readonly locks: QueueLocks,
    private readonly queues: () => Iterable<ProcessQueue>,
  ) {
    this.#slots = new Slots(settings.concurrency, world.scheduler, world.logger);
  }

  start(): void {
    if (this.settings.messageModel === MessageModel.CLUSTERING) {
      this.#stopRelock ??= this.world.scheduler.every(RELOCK_MS, () => void this.#lock([...this.queues()]));
    }
  }

  accept(_messages: readonly MessageExt[], queue: ProcessQueue): void {
    if (!this.#scheduled.has(queue)) this.#visitAfter(0, queue);
  }

  async consumeDirectly(message: MessageExt, brokerName: string | undefined): Promise<DirectConsumption> {
    message.brokerName = brokerName;
    restoreTopic([message], this.settings.group);
    const { topic, queueId } = message;
    const { context } = this.#context({ topic, brokerName: brokerName ?? '', queueId });
    const startedAtMs = this.world.clock.monotonicMs();
    const { status, error } = await this.#call([message], context);
    return {
      order: true,
      autoCommit: context.autoCommit,
      consumeResult: error ? 'CR_THROW_EXCEPTION' : resultOf(status),
      remark: error === undefined ? undefined : messageOf(error),
      spentTimeMills: Math.round(this.world.clock.monotonicMs() - startedAtMs),
    };
  }

  async awaitIdle(queue: ProcessQueue, waitMs: number): Promise<boolean> {
    const visit = this.#visits.get(queue);
    if (!visit) return true;
    visit.abort(new Error('the queue now belongs to another member of the group'));
    return endedWithin(visit.ended, waitMs, this.world.scheduler);
  }

  pause(): void {
    this.#slots.pause();
  }

  resume(): void {
    this.#slots.resume();
  }

  async stop(waitMs: number): Promise<void> {
    this.#isStopped = true;
    this.#stopRelock?.();
    const ended = await endedWithin(this.#slots.close(), waitMs, this.world.scheduler);
    if (!ended) for (const { abort } of this.#visits.values()) abort(new Error('the consumer is shut down'));
  }

  #visitAfter(delayMs: number, queue: ProcessQueue): void {
    if (this.#isStopped) return;
    this.#scheduled.add(queue);
    const begin = () => this.#slots.add(() => this.#visit(queue));
    if (delayMs <= 0) begin();
    else this.world.scheduler.after(delayMs, begin);
  }

  /** Consumes what the queue has, then leaves; whoever pauses it comes back later. */
  async #visit(queue: ProcessQueue): Promise<void> {
    const until = this.world.clock.monotonicMs() + LONGEST_TURN_MS;
    for (;;) {
      const step = await this.#next(queue, until);
      if (step.kind === 'goOn') continue;
      if (step.kind === 'comeBack') this.#visitAfter(step.afterMs, queue);
      return;
    }
  }

  /** One batch. */
  async #next(queue: ProcessQueue, until: number): Promise<OrderlyStep> {
    const now = this.world.clock.monotonicMs();
    if (queue.isDropped || this.#isStopped) return this.#leave(queue);
    if (!this.#isOurs(queue, now)) return this.#askForLock(queue);
    if (now > until || this.#slots.isPaused) return { kind: 'comeBack', afterMs: AFTER_LOCK_MS };
    const messages = queue.take(this.settings.consumeMessageBatchMaxSize, now);
    if (messages.length === 0) return this.#leave(queue);
    restoreTopic(messages, this.settings.group);
    const { context, abort } = this.#context(queue.messageQueue);
    const { ended, end } = ending();
    this.#visits.set(queue, { abort, ended });
    try {
      return await this.#consume(messages, queue, context);
    } finally {
      this.#visits.delete(queue);
      end();
    }
  }

  async #consume(
    messages: readonly MessageExt[],
    queue: ProcessQueue,
    context: ConsumeOrderlyContext,
  ): Promise<OrderlyStep> {
    const status = await this.#ask(messages, queue, context);
    // A lost queue whose lock we still hold is nobody else's yet: what was done to it counts. RocketMQ does it again.
    if (queue.isDropped && !(queue.isLocked && isGood(status))) return this.#leave(queue);
    const isGivenUp = !queue.isDropped && status === SUSPEND && !(await this.#mustTryAgain(messages));
    const step = orderlyStep(status, context, isGivenUp, this.settings.suspendCurrentQueueTimeMillis);
    this.#apply(step, messages, queue);
    return step;
  }

  /** Forgets the visit in the same breath as it saw nothing to do: messages that come from now on begin another. */
  #leave(queue: ProcessQueue): OrderlyStep {
    this.#scheduled.delete(queue);
    return { kind: 'leave' };
  }

  /** The listener's word; none at all, or an error, means "not now". */
  async #ask(
    messages: readonly MessageExt[],
    queue: ProcessQueue,
    context: ConsumeOrderlyContext,
  ): Promise<ConsumeOrderlyStatus> {
    const startedAtMs = this.world.clock.monotonicMs();
    const { status = SUSPEND, error } = await this.#call(messages, context);
    const first = messages[0] as MessageExt;
    this.statistics.consumed(
      first.topic,
      messages.length,
      isGood(status),
      this.world.clock.monotonicMs() - startedAtMs,
    );
    if (!isGood(status)) {
      const { group } = this.settings;
      const fields = {
        group,
        msgId: first.msgId,
        ...queue.messageQueue,
        topic: first.topic,
        queueOffset: first.queueOffset,
      };
      const reason = error === undefined ? `the listener answered ${status}` : stackOf(error);
      this.world.logger.warn('orderly batch not consumed, its queue waits', {
        ...fields,
        attempt: first.reconsumeTimes + 1,
        reason,
      });
    }
    return status;
  }

  #call(messages: readonly MessageExt[], context: ConsumeOrderlyContext): Promise<Heard<ConsumeOrderlyStatus>> {
    return hear(() => this.listener(messages, context));
  }

  #apply(step: OrderlyStep, messages: readonly MessageExt[], queue: ProcessQueue): void {
    switch (step.handing) {
      case 'commit': {
        const next = queue.commit();
        if (next !== undefined) this.offsets.update(queue.messageQueue, next, false);
        return;
      }
      case 'again':
        queue.again(messages.length);
        return;
      case 'rollback':
        queue.rollback();
        return;
      case undefined:
        return;
    }
  }

  /**
   * Counts one more failed delivery. Messages that came `maxReconsumeTimes` times go to the retry topic, whose broker moves
   * them to the dead letters; when that fails they stay. Answers whether any stays.
   */
  async #mustTryAgain(messages: readonly MessageExt[]): Promise<boolean> {
    const most = this.settings.maxReconsumeTimes === -1 ? 0x7fffffff : this.settings.maxReconsumeTimes;
    let stays = false;
    for (const message of messages) {
      const isGone = message.reconsumeTimes >= most && (await this.#sendCopy(message, most));
      if (isGone) continue;
      stays = true;
      message.reconsumeTimes++;
    }
    return stays;
  }

  async #sendCopy(message: MessageExt, maxReconsumeTimes: number): Promise<boolean> {
    try {
      await this.back.sendCopy(message, maxReconsumeTimes);
      return true;
    } catch (error) {
      const fields = { group: this.settings.group, topic: message.topic, msgId: message.msgId };
      this.world.logger.error('message not sent to the dead letters, its queue waits', {
        ...fields,
        reason: messageOf(error),
      });
      return false;
    }
  }

  #isOurs(queue: ProcessQueue, now: number): boolean {
    return this.settings.messageModel === MessageModel.BROADCASTING || (queue.isLocked && !queue.isLockExpired(now));
  }

  #askForLock(queue: ProcessQueue): OrderlyStep {
    const comeBack = () => this.#visitAfter(queue.isLocked ? AFTER_LOCK_MS : NO_LOCK_MS, queue);
    this.world.scheduler.after(ASK_FOR_LOCK_MS, () => void this.#lock([queue]).then(comeBack));
    return { kind: 'wait' };
  }

  /** Asks for these locks (again) and notes which are ours. */
  async #lock(queues: readonly ProcessQueue[]): Promise<void> {
    const wanted = queues.filter(({ isDropped }) => !isDropped);
    if (wanted.length === 0 || this.#isStopped) return;
    const granted = await this.locks.lock(wanted.map(({ messageQueue }) => messageQueue));
    const now = this.world.clock.monotonicMs();
    for (const queue of wanted) {
      queue.isLocked = granted.has(messageQueueKey(queue.messageQueue));
      if (queue.isLocked) queue.lockedAtMs = now;
      else this.world.logger.warn('queue lock not granted', { group: this.settings.group, ...queue.messageQueue });
    }
  }

  #context(messageQueue: MessageQueue) {
    const { signal, abort } = lazySignal();
    const context: ConsumeOrderlyContext = {
      messageQueue,
      autoCommit: true,
      suspendCurrentQueueTimeMillis: -1,
      get signal() {
        return signal();
      },
    };
    return { context, abort };
  }
}

const SUSPEND = ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;

const isGood = (status: ConsumeOrderlyStatus) =>
  status === ConsumeOrderlyStatus.SUCCESS || status === ConsumeOrderlyStatus.COMMIT;

/** Something that ends, and what ends it. */
function ending(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

function resultOf(status: ConsumeOrderlyStatus | undefined): ConsumeResult {
  switch (status) {
    case undefined:
      return 'CR_RETURN_NULL';
    case ConsumeOrderlyStatus.SUCCESS:
      return 'CR_SUCCESS';
    case ConsumeOrderlyStatus.COMMIT:
      return 'CR_COMMIT';
    case ConsumeOrderlyStatus.ROLLBACK:
      return 'CR_ROLLBACK';
    case ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT:
      return 'CR_LATER';
  }
}
