import { describe, expect, it } from '@jest/globals';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, Scope } from '@nestjs/common';
import { closedGate } from '../../../test/support/gate.js';
import { startNest, textListener, useNest } from '../../../test/support/start-nest.js';
import {
  ConsumeFromWhere,
  type MutablePushConsumerConfig,
  ROCKETMQ_LISTENER_ENHANCERS,
  type RocketMQListener,
  RocketMQMessageListener,
  type RocketMQPushConsumerLifecycleListener,
} from './index.js';
import { InMemoryRocketMQDriver } from './testing/index.js';

/** What the listeners got. */
const seen = useNest();
const TextListener = textListener(seen);

describe('options', () => {
  it('resolve placeholders everywhere, numbers too, and enhancers rewrite them in order', async () => {
    @RocketMQMessageListener({ topic: '${t.topic:T}', consumerGroup: '${t.group}', concurrency: '${t.threads:7}' })
    class Placed extends TextListener {}
    const enhance = (suffix: string) => ({
      enhance: (options: { consumerGroup: string }) => ({ ...options, consumerGroup: options.consumerGroup + suffix }),
    });
    const { registry } = await startNest(
      [Placed, { provide: ROCKETMQ_LISTENER_ENHANCERS, useValue: [enhance('-a'), enhance('-b')] }],
      {
        placeholders: (key: string) => (key === 't.group' ? 'resolved' : undefined),
      },
    );
    expect(registry.get('resolved-a-b', 'T')).toMatchObject({ state: 'running', listenerName: 'Placed' });
  });

  it('are refused with the name of the class', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: '${nowhere.to.be.found}' })
    class Unresolved extends TextListener {}
    await expect(startNest([Unresolved])).rejects.toThrow(
      '${nowhere.to.be.found} in consumerGroup of Unresolved is not set',
    );
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class Nothing {}
    await expect(startNest([Nothing])).rejects.toThrow('Nothing has @RocketMQMessageListener but neither');
    @Injectable({ scope: Scope.REQUEST })
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class PerRequest extends TextListener {}
    await expect(startNest([PerRequest])).rejects.toThrow('PerRequest is request-scoped');
    await expect(startNest([], { nameServer: 'nonsense' })).rejects.toThrow('not host:port');
    await expect(startNest([], { endpoints: 'localhost:8081' })).rejects.toThrow('endpoints (the gRPC protocol)');
  });

  it('leave disabled listeners out but list them', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', enabled: '${t.enabled:false}' })
    class Off extends TextListener {}
    const { registry } = await startNest([Off, TextListener], { consumer: { listeners: { shop: { TEXT: false } } } });
    expect(registry.list().map(({ isEnabled, state }) => [isEnabled, state])).toEqual([
      [false, 'idle'],
      [false, 'idle'],
    ]);
  });

  it('may be changed by prepareStart, per listener', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class Prepared extends TextListener implements RocketMQPushConsumerLifecycleListener {
      prepareStart(consumer: MutablePushConsumerConfig) {
        consumer.consumeFromWhere = ConsumeFromWhere.FIRST_OFFSET;
        consumer.subscribe('MORE', 'a');
      }
    }
    const driver = new InMemoryRocketMQDriver();
    const before = await startNest([], { driver });
    await before.template.syncSend('T', 'old');
    await before.template.syncSend('MORE:a', 'older');
    const { registry } = await startNest([Prepared], {
      driver,
      consumer: { consumeFromWhere: ConsumeFromWhere.LAST_OFFSET },
    });
    await driver.settle();
    expect(seen).toEqual([
      ['text', 'old'],
      ['text', 'older'],
    ]);
    expect(registry.get('g')?.subscriptions).toHaveLength(2);
  });
});

describe('the lifecycle', () => {
  it('starts a listener after its own bootstrap, and drains it before what it uses closes', async () => {
    const order: string[] = [];
    @Injectable()
    class Database implements OnModuleDestroy {
      onModuleDestroy() {
        order.push('database closed');
      }
    }
    const [began, ends] = [closedGate(), closedGate()];
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class Slow implements RocketMQListener<string>, OnApplicationBootstrap {
      constructor(readonly database: Database) {}
      onApplicationBootstrap() {
        order.push('listener bootstrapped');
      }
      async onMessage() {
        order.push('handler began');
        began.open();
        await ends.opened;
        order.push('handler ended');
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Database], Slow);
    const { module, template } = await startNest([Slow, Database]);
    await template.syncSend('T', 'x');
    await began.opened;
    const closed = module.close();
    await new Promise((resolve) => setImmediate(resolve));
    ends.open();
    await closed;
    expect(order).toEqual(['listener bootstrapped', 'handler began', 'handler ended', 'database closed']);
    await expect(template.syncSend('T', 'late')).rejects.toMatchObject({ code: 'ROCKETMQ_NOT_RUNNING' });
  });

  it('keeps two applications in one process apart', async () => {
    const first = await startNest([TextListener]);
    const second = await startNest([TextListener]);
    await first.template.syncSend('TEXT', 'for the first');
    await first.driver.settle();
    expect(seen).toEqual([['text', 'for the first']]);
    expect(second.kit.handled()).toEqual([]);
    await expect(first.kit.waitForHandled({ listener: TextListener })).resolves.toHaveLength(1);
  });

  it('pauses, resumes, adds and removes listeners at run time', async () => {
    const { registry, template, driver } = await startNest([TextListener]);
    const container = registry.get('shop');
    await container?.pause();
    await template.syncSend('TEXT', 'held');
    await driver.settle();
    expect([seen.length, container?.state]).toEqual([0, 'paused']);
    await container?.resume();
    await driver.settle();
    expect(seen).toEqual([['text', 'held']]);

    const added = await registry.register(
      { topic: 'MORE', consumerGroup: 'shop' },
      { onMessage: (text: string) => void seen.push(text) },
    );
    await template.syncSend('MORE', 'more');
    await driver.settle();
    expect(seen).toContain('more');
    await expect(registry.register({ topic: 'MORE', consumerGroup: 'shop' }, { onMessage() {} })).rejects.toThrow(
      'both listen to topic',
    );
    await registry.unregister(added.id);
    expect(registry.list()).toHaveLength(1);
    expect(registry.get('shop')?.state).toBe('running');
  });

  it('waits for start() when autoStart is off', async () => {
    const { registry, template, driver } = await startNest([TextListener], { startup: { autoStart: false } });
    await template.syncSend('TEXT', 'early');
    await driver.settle();
    expect([seen.length, registry.get('shop')?.state]).toEqual([0, 'idle']);
    await registry.get('shop')?.start();
    await driver.settle();
    expect(seen).toEqual([['text', 'early']]);
  });
});
