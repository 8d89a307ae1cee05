import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';

/**
 * A value now or later. TypeScript widens a literal that an async function returns where it may also be no promise: return
 * `ConsumeConcurrentlyStatus.CONSUME_SUCCESS` there, or name the function's type.
 */
export type Awaitable<T> = T | Promise<T>;

/** RECONSUME_LATER (or a throw): the batch comes again after a delay, and goes to the dead letters in the end. */
export const ConsumeConcurrentlyStatus = {
  CONSUME_SUCCESS: 'CONSUME_SUCCESS',
  RECONSUME_LATER: 'RECONSUME_LATER',
} as const;
export type ConsumeConcurrentlyStatus = (typeof ConsumeConcurrentlyStatus)[keyof typeof ConsumeConcurrentlyStatus];

/** SUSPEND_CURRENT_QUEUE_A_MOMENT (or a throw): the same batch comes again, and nothing of its queue before it. */
export const ConsumeOrderlyStatus = {
  SUCCESS: 'SUCCESS',
  SUSPEND_CURRENT_QUEUE_A_MOMENT: 'SUSPEND_CURRENT_QUEUE_A_MOMENT',
  /** Only with `autoCommit` off: take the consumed messages as done. */
  COMMIT: 'COMMIT',
  /** Only with `autoCommit` off: hand out again what was not committed. */
  ROLLBACK: 'ROLLBACK',
} as const;
export type ConsumeOrderlyStatus = (typeof ConsumeOrderlyStatus)[keyof typeof ConsumeOrderlyStatus];

/** Of one concurrent listener call; the listener may write the two settings. */
export interface ConsumeConcurrentlyContext {
  readonly messageQueue: MessageQueue;
  /** -1: to the dead letters at once · 0: the broker decides · n: delay level n. */
  delayLevelWhenNextConsume: number;
  /** With CONSUME_SUCCESS: index of the last message that went well; those after it come again. Default: all did. */
  ackIndex: number;
  /** Aborted when the call outlives `consumeTimeoutMin` or the consumer's shutdown. */
  readonly signal: AbortSignal;
}

/** Of one orderly listener call; the listener may write the two settings. */
export interface ConsumeOrderlyContext {
  readonly messageQueue: MessageQueue;
  autoCommit: boolean;
  /** Pause after SUSPEND_CURRENT_QUEUE_A_MOMENT; -1: the consumer's setting. */
  suspendCurrentQueueTimeMillis: number;
  /** Aborted when the queue is lost or the consumer shuts down. */
  readonly signal: AbortSignal;
}

/** Called for batches of any queue, many at once. */
export type MessageListenerConcurrently = (
  messages: readonly MessageExt[],
  context: ConsumeConcurrentlyContext,
) => Awaitable<ConsumeConcurrentlyStatus>;

/** Called for one batch of a queue at a time, in the queue's order. */
export type MessageListenerOrderly = (
  messages: readonly MessageExt[],
  context: ConsumeOrderlyContext,
) => Awaitable<ConsumeOrderlyStatus>;

/** Told when a rebalance changed what this consumer owns of `topic`. RocketMQ: MessageQueueListener. */
export type MessageQueueListener = (topic: string, all: readonly MessageQueue[], mine: readonly MessageQueue[]) => void;
