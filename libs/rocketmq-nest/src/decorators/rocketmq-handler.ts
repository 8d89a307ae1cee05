import 'reflect-metadata';
import type { RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';

/** Metadata key of @RocketMQHandler. */
export const HANDLER_METADATA = 'rocketmq-nest:handler';

/**
 * Makes a method of a @RocketMQMessageListener class a handler; its options win over those of the class.
 *
 * Handlers of one class may share a topic tag by tag. Since the method is decorated, the type of its first parameter
 * is known at run time: a class there needs no `payloadType`.
 */
// biome-ignore lint/suspicious/noExplicitAny: a listener of any payload must be assignable
export function RocketMQHandler<T = any>(options: Partial<RocketMQMessageListenerOptions<T>> = {}): MethodDecorator {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(HANDLER_METADATA, options, descriptor.value as object);
  };
}
