import { Inject, type InjectionToken } from '@nestjs/common';
import { DEFAULT_NAME } from './options/default-name.js';
import { RocketMQConnection } from './rocketmq.connection.js';
import { RocketMQTemplate } from './rocketmq.template.js';

/** Converter of an application, when it is to be injected. All tokens are Symbol.for: both builds of this library share them. */
export const ROCKETMQ_MESSAGE_CONVERTER: unique symbol = Symbol.for('rocketmq-nest:message-converter') as never;

/** Provide one RocketMQListenerOptionsEnhancer, or an array of them, under this token. */
export const ROCKETMQ_LISTENER_ENHANCERS: unique symbol = Symbol.for('rocketmq-nest:listener-enhancers') as never;

/** Transport id of RocketMQServer, for `@EventPattern(pattern, ROCKETMQ_TRANSPORT)`. */
export const ROCKETMQ_TRANSPORT: unique symbol = Symbol.for('rocketmq-nest:transport') as never;

/** Where a template is found in the injector: the class itself for the unnamed one. */
export function getRocketMQTemplateToken(name: string = DEFAULT_NAME): InjectionToken {
  return name === DEFAULT_NAME ? RocketMQTemplate : Symbol.for(`rocketmq-nest:template:${name}`);
}

/** Where a connection is found in the injector: the class itself for the unnamed one. */
export function getRocketMQConnectionToken(name: string = DEFAULT_NAME): InjectionToken {
  return name === DEFAULT_NAME ? RocketMQConnection : Symbol.for(`rocketmq-nest:connection:${name}`);
}

/** Injects the template of that name; without a name the same as asking for RocketMQTemplate. */
export function InjectRocketMQTemplate(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getRocketMQTemplateToken(name));
}

/** Injects a connection, to hand it to RocketMQServer or RocketMQClient. */
export function InjectRocketMQConnection(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getRocketMQConnectionToken(name));
}
