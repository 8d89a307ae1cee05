import type { Type } from '@nestjs/common';
import type { RocketMQBatchContext, RocketMQContext } from '../listeners/rocketmq.context.js';
import type { RocketMQListenerContainer } from './listener-container.js';
import type { MutablePushConsumerConfig, RocketMQMessageListenerOptions } from './listener-options.js';
import type { Awaitable, ConsumeResult } from './vocabulary.js';

/** Returning nothing means SUCCESS; throwing means retry. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement is the usual one
export type ListenerReturn = void | ConsumeResult;

/** Receives messages one by one. Implement it on a provider with @RocketMQMessageListener. */
export interface RocketMQListener<T = unknown> {
  onMessage(message: T, context: RocketMQContext): Awaitable<ListenerReturn>;
}

/**
 * Receives messages in batches of up to `consumeMessageBatchMaxSize`.
 *
 * Returns  nothing or one result for all, or one result per message: then only those that failed come again
 */
export interface RocketMQBatchListener<T = unknown> {
  onMessages(
    messages: readonly T[],
    context: RocketMQBatchContext,
  ): Awaitable<ListenerReturn | readonly ConsumeResult[]>;
}

/** Receives requests; what it returns travels back to the one who asked. */
export interface RocketMQReplyListener<T = unknown, R = unknown> {
  onMessage(message: T, context: RocketMQContext): Awaitable<R>;
}

/** A last word before the consumer of a listener starts, and news of it afterwards. */
export interface RocketMQPushConsumerLifecycleListener {
  prepareStart(consumer: MutablePushConsumerConfig): Awaitable<void>;
  onStarted?(container: RocketMQListenerContainer): Awaitable<void>;
  onStopped?(container: RocketMQListenerContainer): Awaitable<void>;
}

/** Rewrites the options of every listener before it is registered; several apply in order, each seeing the one before. */
export interface RocketMQListenerOptionsEnhancer {
  enhance(options: RocketMQMessageListenerOptions, target: Type<unknown>): RocketMQMessageListenerOptions;
}
