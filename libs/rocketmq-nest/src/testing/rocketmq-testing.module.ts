import { type DynamicModule, Module } from '@nestjs/common';
import type { RocketMQModuleOptions } from '../interfaces/module-options.js';
import { ConsumeFromWhere } from '../interfaces/vocabulary.js';
import { RocketMQModule } from '../rocketmq.module.js';
import { RocketMQTestKit } from './rocketmq-test-kit.js';

/**
 * RocketMQModule for tests: a real broker inside the test's process, on free ports, with a store that is removed at the
 * end. Listeners start with the first message of their topics, so it does not matter who is faster.
 *
 *     const module = await Test.createTestingModule({ imports: [RocketMQTestingModule.forRoot()], providers: [Orders] }).compile();
 *     await module.init();
 *     await module.get(RocketMQTemplate).syncSend('orders', { id: 1 });
 *     await module.get(RocketMQTestKit).waitForHandled({ listener: Orders });
 *
 * Give `driver: new InMemoryRocketMQDriver()` to do without a broker.
 */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module
export class RocketMQTestingModule {
  static forRoot(options: Partial<RocketMQModuleOptions> = {}): DynamicModule {
    const isElsewhere = options.driver !== undefined || options.nameServer !== undefined;
    const root = RocketMQModule.forRoot({
      ...(isElsewhere ? {} : { embedded: true }),
      ...options,
      consumer: { consumeFromWhere: ConsumeFromWhere.FIRST_OFFSET, ...options.consumer },
    });
    return {
      module: RocketMQTestingModule,
      global: true,
      imports: [root],
      providers: [RocketMQTestKit],
      exports: [root, RocketMQTestKit],
    };
  }
}
