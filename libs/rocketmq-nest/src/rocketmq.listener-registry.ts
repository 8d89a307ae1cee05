import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { merge, type Observable } from 'rxjs';
import { CompositeMessageConverter, type RocketMQMessageConverter } from './conversion/converter.js';
import type {
  RocketMQBatchListener,
  RocketMQListener,
  RocketMQListenerOptionsEnhancer,
  RocketMQReplyListener,
} from './interfaces/listener.js';
import type { RocketMQListenerContainer } from './interfaces/listener-container.js';
import type { ListenerOutcome } from './interfaces/listener-outcome.js';
import type { RocketMQMessageListenerOptions } from './interfaces/listener-options.js';
import { GroupConsumer } from './listeners/group-consumer.js';
import { RocketMQHandlerInvokers } from './listeners/handler-invoker.js';
import { tieToLifecycle } from './listeners/lifecycle-hooks.js';
import { ListenerContainer } from './listeners/listener-container.js';
import type { ListenerDefinition } from './listeners/listener-definition.js';
import { ListenerEndpoint } from './listeners/listener-endpoint.js';
import { resolveListenerOptions } from './listeners/listener-options.resolver.js';
import { DEFAULT_NAME } from './options/default-name.js';
import type { RocketMQConnection } from './rocketmq.connection.js';
import { RocketMQConnections } from './rocketmq.connections.js';
import { RocketMQOptionsError } from './rocketmq.errors.js';
import { RocketMQExplorer } from './rocketmq.explorer.js';
import { messages } from './rocketmq.messages.js';
import { ROCKETMQ_LISTENER_ENHANCERS } from './rocketmq.tokens.js';

/**
 * The listeners of an application: finds them, ties them to the lifecycle, and lets them be looked at, paused, stopped,
 * added and removed at run time.
 */
@Injectable()
export class RocketMQListenerRegistry
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  readonly #containers = new Map<string, ListenerContainer>();
  readonly #consumers = new Map<string, GroupConsumer>();
  /** Frozen listeners: started and stopped with the registry itself. */
  readonly #untied: ListenerContainer[] = [];
  #nextId = 1;

  constructor(
    private readonly connections: RocketMQConnections,
    private readonly explorer: RocketMQExplorer,
    private readonly invokers: RocketMQHandlerInvokers,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** What becomes of messages in the listeners of all connections, as it happens; for metrics and tests. */
  get outcomes(): Observable<ListenerOutcome> {
    return merge(...this.connections.list().map((connection) => connection.outcomes));
  }

  list(): readonly RocketMQListenerContainer[] {
    return [...this.#containers.values()];
  }

  /** The container of a group, and of a topic when the group has several. */
  get(consumerGroup: string, topic?: string): RocketMQListenerContainer | undefined {
    return this.list().find(
      (container) =>
        container.consumerGroup === consumerGroup &&
        (topic === undefined || container.subscriptions.some((subscription) => subscription.topic === topic)),
    );
  }

  /**
   * Adds a listener to the running application and starts it. A group that is running already is stopped and started
   * again with the new subscription.
   *
   * Throws  RocketMQOptionsError when the options cannot work, also together with the group's other listeners; or why the
   *         group did not start, which then goes on without the new listener as soon as it can
   */
  async register<T>(
    options: RocketMQMessageListenerOptions<T>,
    listener: RocketMQListener<T> | RocketMQBatchListener<T> | RocketMQReplyListener<T>,
  ): Promise<RocketMQListenerContainer> {
    const kind = 'onMessages' in listener ? 'batch' : 'single';
    const target = listener.constructor as Type<unknown>;
    const methodName = kind === 'batch' ? 'onMessages' : 'onMessage';
    const name = target === Object ? `listener of ${options.topic ?? options.consumerGroup}` : target.name;
    const container = await this.add({ name, target, instance: listener, methodName, kind, options });
    try {
      container.consumer.validate();
    } catch (error) {
      this.#forget(container);
      throw error;
    }
    const wasWanted = container.consumer.isWanted;
    try {
      if (container.state !== 'idle') await container.stop();
      await container.start();
    } catch (error) {
      this.#forget(container);
      container.consumer.goOn(wasWanted);
      throw error;
    }
    return container;
  }

  /**
   * Stops a listener and forgets it; other listeners of its group go on without it.
   *
   * Throws  why these did not start again at once; they do as soon as they can
   */
  async unregister(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) throw new RocketMQOptionsError(messages.unknownContainer(id));
    const { consumer } = container;
    const wasWanted = consumer.isWanted;
    const wasUsed = container.isEnabled && (wasWanted || consumer.state !== 'idle');
    try {
      await container.stop().finally(() => this.#forget(container));
      if (wasUsed && consumer.members.length > 0) await consumer.start();
    } catch (error) {
      consumer.goOn(wasWanted);
      throw error;
    }
  }

  /** Adds a listener without starting it. */
  async add(definition: ListenerDefinition): Promise<ListenerContainer> {
    const enhanced = { ...definition, options: this.#enhance(definition) };
    const connection = this.connections.get(enhanced.options.connection ?? DEFAULT_NAME);
    return this.addTo(connection, enhanced);
  }

  /** The same on a connection that is not one of the module's; for the transport. */
  async addTo(connection: RocketMQConnection, definition: ListenerDefinition): Promise<ListenerContainer> {
    const { name } = definition;
    const options = resolveListenerOptions(name, definition.options, connection.lookup, connection.consumerDefaults);
    const { invoke, payloadType } = this.invokers.create({ ...definition, options: options.source });
    const endpoint: ListenerEndpoint = new ListenerEndpoint({
      definition,
      options,
      invoke,
      payloadType,
      pipes: await this.invokers.pipesOf(options.source),
      converter: this.#converterOf(options.source, connection),
      charset: connection.charset,
      reply: (request, value) => connection.reply(request, value, endpoint.tuning.replyTimeout),
      logger: connection.logger,
    });
    const consumer = this.#consumerOf(connection, options.consumerGroup);
    const container = new ListenerContainer(
      `${options.consumerGroup}#${this.#nextId++}`,
      endpoint,
      consumer,
      options.isEnabled,
    );
    this.#containers.set(container.id, container);
    if (options.isEnabled) consumer.add({ endpoint, container });
    else connection.logger.info(messages.log.listenerDisabled, { listener: name, group: options.consumerGroup });
    return container;
  }

  async onModuleInit(): Promise<void> {
    for (const definition of this.explorer.explore()) {
      const container = await this.add(definition);
      if (container.isEnabled && container.consumer.connection.startup.autoStart)
        this.#tie(container, definition.instance);
    }
    for (const consumer of this.#consumers.values()) consumer.validate();
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const container of this.#untied) await container.consumer.ready(container);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#stopAll();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#stopAll();
  }

  /** For listeners that the lifecycle of their instance did not stop: frozen, registered late, started by hand. */
  async #stopAll(): Promise<void> {
    const running = [...this.#consumers.values()].filter(
      ({ state, isWanted }) => isWanted || (state !== 'idle' && state !== 'stopped'),
    );
    await Promise.all(running.map((consumer) => consumer.stop()));
  }

  /** Handlers of one instance are tied together: its hooks run once, for all of them. */
  #tie(container: ListenerContainer, instance: object): void {
    const own = [...this.#containers.values()].filter(
      ({ endpoint, isEnabled }) => isEnabled && endpoint.owner === instance,
    );
    const isTied = tieToLifecycle(
      instance,
      async () => {
        for (const each of own) await each.consumer.ready(each);
      },
      async () => {
        await Promise.all(own.map((each) => each.stop()));
      },
    );
    if (isTied) return;
    container.consumer.connection.logger.warn(messages.log.hookFailed, { listener: container.listenerName });
    this.#untied.push(container);
  }

  #consumerOf(connection: RocketMQConnection, group: string): GroupConsumer {
    const key = `${connection.name}\n${group}`;
    const consumer = this.#consumers.get(key) ?? new GroupConsumer(connection, group);
    this.#consumers.set(key, consumer);
    return consumer;
  }

  #converterOf(options: RocketMQMessageListenerOptions, connection: RocketMQConnection): RocketMQMessageConverter {
    if (options.converter === undefined) return connection.converter;
    const own = this.moduleRef.get<RocketMQMessageConverter>(options.converter, { strict: false });
    return new CompositeMessageConverter([own, ...connection.converter.delegates]);
  }

  #enhance({ options, target }: ListenerDefinition): RocketMQMessageListenerOptions {
    return this.#enhancers().reduce((previous, enhancer) => enhancer.enhance(previous, target), options);
  }

  /** Of all modules, in the order Nest knows them; a provider may also be an array of enhancers. */
  #enhancers(): RocketMQListenerOptionsEnhancer[] {
    try {
      return this.moduleRef
        .get<RocketMQListenerOptionsEnhancer>(ROCKETMQ_LISTENER_ENHANCERS, { strict: false, each: true })
        .flat();
    } catch {
      return [];
    }
  }

  #forget(container: ListenerContainer): void {
    this.#containers.delete(container.id);
    const member = container.consumer.members.find((each) => each.container === container);
    if (member) container.consumer.remove(member);
  }
}
