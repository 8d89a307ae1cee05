import 'reflect-metadata';
import type { ListenerOptionsInput, RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';

/** Metadata key of @RocketMQMessageListener; a text, so that both builds of this library share it. */
export const LISTENER_METADATA = 'rocketmq-nest:listener';

/**
 * Makes a provider a listener. It implements RocketMQListener, RocketMQBatchListener or RocketMQReplyListener, or has
 * methods with @RocketMQHandler.
 *
 *     @RocketMQMessageListener({ topic: 'orders', consumerGroup: 'shop', payloadType: Order })
 *     @RocketMQMessageListener('orders', 'shop', { payloadType: Order })
 *
 * Listeners with the same consumerGroup and connection share one consumer, so each of them gets all of its messages.
 */
// biome-ignore lint/suspicious/noExplicitAny: a listener of any payload must be assignable
export function RocketMQMessageListener<T = any>(options: ListenerOptionsInput<T>): ClassDecorator;
// biome-ignore lint/suspicious/noExplicitAny: a listener of any payload must be assignable
export function RocketMQMessageListener<T = any>(
  topic: string,
  consumerGroup: string,
  options?: Omit<RocketMQMessageListenerOptions<T>, 'topic' | 'consumerGroup'>,
): ClassDecorator;
export function RocketMQMessageListener(
  first: ListenerOptionsInput | string,
  consumerGroup?: string,
  options: Partial<RocketMQMessageListenerOptions> = {},
): ClassDecorator {
  const input = typeof first === 'string' ? { ...options, topic: first, consumerGroup: consumerGroup ?? '' } : first;
  return (target) => Reflect.defineMetadata(LISTENER_METADATA, input, target);
}
