import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ListenerDefinition } from './listeners/listener-definition.js';
import { RocketMQOptionsError } from './rocketmq.errors.js';
import { messages } from './rocketmq.messages.js';
import { RocketMQMetadataAccessor } from './rocketmq.metadata-accessor.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the listeners among the providers and controllers of the application. */
@Injectable()
export class RocketMQExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metadata: RocketMQMetadataAccessor,
  ) {}

  /**
   * Every listener, each instance once, however many tokens it has.
   *
   * Throws  RocketMQOptionsError for classes that cannot listen (see RocketMQMetadataAccessor) and for request scope
   */
  explore(): ListenerDefinition[] {
    const found = new Map<object, ListenerDefinition[]>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const target = this.#listenerClassOf(wrapper);
      if (!target) continue;
      if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
        throw new RocketMQOptionsError(messages.requestScoped(target.name));
      }
      const instance = wrapper.instance as object | undefined;
      if (instance && !found.has(instance)) found.set(instance, this.metadata.definitionsOf(instance, target));
    }
    return [...found.values()].flat();
  }

  /** Class providers are known by their class; factories and values by what they made. */
  #listenerClassOf(wrapper: Wrapper): Type<unknown> | undefined {
    const made = (wrapper.instance as object | undefined)?.constructor;
    const candidates: readonly unknown[] = [made, wrapper.metatype];
    return candidates.find((candidate): candidate is Type<unknown> => this.metadata.isListener(candidate));
  }
}
