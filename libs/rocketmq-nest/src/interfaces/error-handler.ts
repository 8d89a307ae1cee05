import type { RocketMQContext } from '../listeners/rocketmq.context.js';
import type { Awaitable, ConsumeResult } from './vocabulary.js';

/** Decides what becomes of a message whose conversion or handler failed. */
export type ListenerErrorHandler = (error: unknown, context: RocketMQContext) => Awaitable<ConsumeResult>;
