import 'reflect-metadata';
import { Injectable, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { HANDLER_METADATA } from './decorators/rocketmq-handler.js';
import { LISTENER_METADATA } from './decorators/rocketmq-message-listener.js';
import type { ListenerOptionsInput, RocketMQMessageListenerOptions } from './interfaces/listener-options.js';
import type { ListenerDefinition } from './listeners/listener-definition.js';
import { RocketMQOptionsError } from './rocketmq.errors.js';
import { messages } from './rocketmq.messages.js';

/** Reads what the decorators wrote. */
@Injectable()
export class RocketMQMetadataAccessor {
  constructor(private readonly scanner: MetadataScanner) {}

  /** Whether a class, or one it extends, has @RocketMQMessageListener. */
  isListener(target: unknown): target is Type<unknown> {
    return typeof target === 'function' && Reflect.hasMetadata(LISTENER_METADATA, target);
  }

  /** Names of the methods with @RocketMQHandler, inherited ones included. */
  handlerNames(prototype: object): string[] {
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => Reflect.hasMetadata(HANDLER_METADATA, methodOf(prototype, name)));
  }

  /**
   * The listeners that an instance of a decorated class is.
   *
   * Throws  RocketMQOptionsError when the class has no method that could receive anything
   */
  definitionsOf(instance: object, target: Type<unknown>): ListenerDefinition[] {
    const input = Reflect.getMetadata(LISTENER_METADATA, target) as ListenerOptionsInput;
    const options = typeof input === 'function' ? input() : input;
    const handlers = this.handlerNames(target.prototype as object);
    if (handlers.length > 0) return handlers.map((name) => this.#handler(instance, target, name, options));
    return [this.#listener(instance, target, options)];
  }

  #listener(instance: object, target: Type<unknown>, options: RocketMQMessageListenerOptions): ListenerDefinition {
    const takesOne = isMethod(instance, 'onMessage');
    const takesMany = isMethod(instance, 'onMessages');
    if (!takesOne && !takesMany) throw new RocketMQOptionsError(messages.notAListener(target.name));
    if (takesOne && takesMany) throw new RocketMQOptionsError(messages.twoListenerMethods(target.name));
    const shape = takesMany
      ? ({ methodName: 'onMessages', kind: 'batch' } as const)
      : ({ methodName: 'onMessage', kind: 'single' } as const);
    return { name: target.name, target, instance, options, ...shape };
  }

  #handler(
    instance: object,
    target: Type<unknown>,
    methodName: string,
    base: RocketMQMessageListenerOptions,
  ): ListenerDefinition {
    const own = Reflect.getMetadata(
      HANDLER_METADATA,
      methodOf(target.prototype as object, methodName),
    ) as Partial<RocketMQMessageListenerOptions>;
    const options = { ...base, ...own };
    return { name: `${target.name}.${methodName}`, target, instance, methodName, kind: 'single', options };
  }
}

function methodOf(owner: object, name: string): object {
  return (owner as Record<string, object>)[name] as object;
}

function isMethod(owner: object, name: string): boolean {
  return typeof (owner as Record<string, unknown>)[name] === 'function';
}
