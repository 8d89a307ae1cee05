import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import type { RocketMQModuleExtras, RocketMQModuleOptions } from './interfaces/module-options.js';
import { DEFAULT_NAME } from './options/default-name.js';
import { RocketMQConnections } from './rocketmq.connections.js';
import { RocketMQTemplate } from './rocketmq.template.js';
import { getRocketMQConnectionToken, getRocketMQTemplateToken } from './rocketmq.tokens.js';

/** The name is known before the options are: tokens are made of it. */
interface Extras extends RocketMQModuleExtras {
  name?: string;
}

const OPTIONS = Symbol.for('rocketmq-nest:module-options');

/** `forRoot` and `forRootAsync`, with a connection and a template of the given name among the providers. */
export const { ConfigurableModuleClass: RocketMQModuleBase } = new ConfigurableModuleBuilder<RocketMQModuleOptions>({
  moduleName: 'RocketMQ',
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createRocketMQOptions')
  .setExtras<Extras>({ isGlobal: true, name: DEFAULT_NAME }, (definition, { isGlobal = true, name = DEFAULT_NAME }) =>
    withClients(definition, name, isGlobal),
  )
  .build();

function withClients(definition: DynamicModule, name: string, isGlobal: boolean): DynamicModule {
  const connectionToken = getRocketMQConnectionToken(name);
  const templateToken = getRocketMQTemplateToken(name);
  const clients: Provider[] = [
    {
      provide: connectionToken,
      inject: [RocketMQConnections, OPTIONS],
      useFactory: (connections: RocketMQConnections, options: RocketMQModuleOptions) =>
        connections.open({ ...options, name }),
    },
    {
      provide: templateToken,
      inject: [RocketMQConnections, OPTIONS],
      useFactory: (connections: RocketMQConnections, { producer, pullConsumer }: RocketMQModuleOptions) => {
        const template = new RocketMQTemplate({ name, connection: name, producer, pullConsumer });
        connections.addTemplate(template);
        return template;
      },
    },
  ];
  return {
    ...definition,
    global: isGlobal,
    providers: [...(definition.providers ?? []), ...clients],
    exports: [...(definition.exports ?? []), connectionToken, templateToken],
  };
}
