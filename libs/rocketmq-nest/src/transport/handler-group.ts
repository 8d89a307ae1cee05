import type { RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';
import { GroupConsumer } from '../listeners/group-consumer.js';
import { ListenerContainer } from '../listeners/listener-container.js';
import { ListenerEndpoint } from '../listeners/listener-endpoint.js';
import { resolveListenerOptions } from '../listeners/listener-options.resolver.js';
import type { RocketMQContext } from '../listeners/rocketmq.context.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';

/** What the transport's consumer of one group is made of. */
export interface HandlerGroupParts {
  readonly connection: RocketMQConnection;
  readonly name: string;
  readonly owner: object;
  readonly options: RocketMQMessageListenerOptions;
  readonly handle: (payload: unknown, context: RocketMQContext) => Promise<unknown>;
}

/** The transport's handlers of one group as a listener: conversion, retry and drain are those of listeners. */
export function createHandlerGroup({ connection, name, owner, options, handle }: HandlerGroupParts): GroupConsumer {
  const resolved = resolveListenerOptions(name, options, connection.lookup, connection.consumerDefaults);
  const endpoint: ListenerEndpoint = new ListenerEndpoint({
    definition: { name, target: Object, instance: owner, methodName: 'handle', kind: 'single', options },
    options: resolved,
    invoke: (payload, context) => handle(payload, context as RocketMQContext),
    payloadType: undefined,
    pipes: [],
    converter: connection.converter,
    charset: connection.charset,
    reply: (request, value) => connection.reply(request, value, endpoint.tuning.replyTimeout),
    logger: connection.logger,
  });
  const consumer = new GroupConsumer(connection, resolved.consumerGroup);
  const container = new ListenerContainer(resolved.consumerGroup, endpoint, consumer, true);
  consumer.add({ endpoint, container });
  return consumer;
}
