import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type {
  RocketMQModuleAsyncOptions,
  RocketMQModuleExtras,
  RocketMQModuleOptions,
  RocketMQTemplateDefinition,
} from './interfaces/module-options.js';
import { RocketMQConnections } from './rocketmq.connections.js';
import { RocketMQCoreModule } from './rocketmq.core-module.js';
import { RocketMQModuleBase } from './rocketmq.module-definition.js';
import { RocketMQTemplate } from './rocketmq.template.js';
import { getRocketMQTemplateToken } from './rocketmq.tokens.js';

/**
 * RocketMQ for a Nest application: connections, templates, and the listeners among the providers.
 *
 *     RocketMQModule.forRoot({ nameServer: 'localhost:9876', producer: { group: 'shop' } })
 *     RocketMQModule.forRoot({ embedded: true })
 */
@Module({ imports: [RocketMQCoreModule] })
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module
export class RocketMQModule {
  /**
   * A connection, its template, and the listeners that name it. Several calls need different `name`s.
   *
   * Throws  at start: RocketMQOptionsError for options that cannot work
   */
  static forRoot(options: RocketMQModuleOptions & RocketMQModuleExtras): DynamicModule {
    return { ...RocketMQModuleBase.forRoot(options), module: RocketMQModule };
  }

  /** The same with options that other providers know; `name` stands outside of the factory. */
  static forRootAsync(options: RocketMQModuleAsyncOptions): DynamicModule {
    const given = options as Parameters<typeof RocketMQModuleBase.forRootAsync>[0];
    return { ...RocketMQModuleBase.forRootAsync(given), module: RocketMQModule };
  }

  /** Further templates, each with a producer of its own; inject them with @InjectRocketMQTemplate(name). */
  static forFeature(templates: readonly RocketMQTemplateDefinition[]): DynamicModule {
    const providers: Provider[] = templates.map((definition) => ({
      provide: getRocketMQTemplateToken(definition.name),
      inject: [RocketMQConnections],
      useFactory: (connections: RocketMQConnections) => {
        const template = new RocketMQTemplate(definition);
        connections.addTemplate(template);
        return template;
      },
    }));
    return { module: RocketMQModule, providers, exports: templates.map(({ name }) => getRocketMQTemplateToken(name)) };
  }
}
