import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { startNest, stopNest, textListener, useNest } from '../../../test/support/start-nest.js';
import {
  type DriverPushConsumerOptions,
  getRocketMQTemplateToken,
  RocketMQHealthIndicator,
  RocketMQModule,
  type RocketMQModuleOptions,
  type RocketMQOptionsFactory,
  RocketMQTemplate,
} from './index.js';
import { InMemoryRocketMQDriver } from './testing/index.js';

class User {
  constructor(
    readonly name: string,
    readonly age: number,
  ) {}
}

/** What the listeners got. */
const seen = useNest();
const TextListener = textListener(seen);

describe('options that other providers know', () => {
  const driver = new InMemoryRocketMQDriver();
  @Injectable()
  class Settings implements RocketMQOptionsFactory {
    readonly groups = { producer: 'from-settings' };
    createRocketMQOptions(): RocketMQModuleOptions {
      return { driver, producer: { group: this.groups.producer } };
    }
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  it.each([
    [
      'useFactory',
      {
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: (...[settings]: Settings[]) => Promise.resolve(settings?.createRocketMQOptions() ?? {}),
      },
    ],
    ['useExisting', { imports: [SettingsModule], useExisting: Settings }],
    ['useClass', { useClass: Settings }],
  ])('come by %s', async (_how, options) => {
    const module = await Test.createTestingModule({ imports: [RocketMQModule.forRootAsync(options)] }).compile();
    await module.init();
    const { msgId } = await module.get(RocketMQTemplate).syncSend('T', 'x');
    expect(msgId).not.toBe('');
    await module.close();
  });
});

describe('starting without a cluster', () => {
  const away = () =>
    Object.assign(new InMemoryRocketMQDriver(), { ping: () => Promise.reject(new Error('connection refused')) });

  it('fails naming connection and address, unless it is told to warn', async () => {
    const options = { driver: away(), nameServer: 'localhost:1', startup: { timeout: 50 } };
    await expect(startNest([TextListener], options)).rejects.toThrow(
      '"default" got no answer from name server localhost:1',
    );
    const { module, registry } = await startNest([TextListener], {
      ...options,
      startup: { timeout: 50, onFailure: 'warn' },
    });
    const health = await module.get(RocketMQHealthIndicator).isHealthy();
    expect(health).toMatchObject({
      rocketmq: { status: 'down', producers: { default: 'down' }, lastError: 'connection refused' },
    });
    expect(registry.list()).toHaveLength(1);
  });
});

describe('the order of start', () => {
  it('lets providers send from their first hook to their last', async () => {
    const sentFrom: string[] = [];
    @Injectable()
    class Talker implements OnModuleInit, OnApplicationShutdown {
      constructor(readonly template: RocketMQTemplate) {}
      async onModuleInit() {
        await this.template.syncSend('T', 'init');
        sentFrom.push('init');
      }
      async onApplicationShutdown() {
        await this.template.syncSend('T', 'shutdown');
        sentFrom.push('shutdown');
      }
    }
    Reflect.defineMetadata('design:paramtypes', [RocketMQTemplate], Talker);
    await startNest([Talker]);
    await stopNest();
    expect(sentFrom).toEqual(['init', 'shutdown']);
  });

  it('does not wait for a cluster when it is told not to', async () => {
    let attempts = 0;
    class Away extends InMemoryRocketMQDriver {
      override createPushConsumer(options: DriverPushConsumerOptions) {
        attempts++;
        return { ...super.createPushConsumer(options), start: () => Promise.reject(new Error('nobody there')) };
      }
    }
    const { registry } = await startNest([TextListener], { driver: new Away(), startup: { wait: false } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts).toBe(1);
    expect(registry.get('shop')?.state).toBe('idle');
  });
});

describe('health', () => {
  it('is up while name servers answer and listeners run', async () => {
    const { module, registry } = await startNest([TextListener]);
    const health = module.get(RocketMQHealthIndicator);
    expect(await health.isHealthy('mq')).toMatchObject({
      mq: { status: 'up', producers: { default: 'up' }, latency: 0 },
    });
    await registry.get('shop')?.stop();
    expect(await health.check()).toMatchObject({ connected: false, listeners: { 'shop#1': 'stopped' } });
  });
});

describe('templates', () => {
  it('say what is missing before any I/O', async () => {
    const { template } = await startNest();
    await expect(template.syncSend('T', undefined)).rejects.toThrow('null or undefined');
    await expect(template.syncSendBatch('T', [])).rejects.toThrow('`messages` can not be empty');
    await expect(template.receive()).rejects.toThrow('pullConsumer { group, topic }');
    await expect(template.convertAndSend('x')).rejects.toThrow('template.defaultDestination');
    const failure = await new Promise((resolve) =>
      template.asyncSend('T:', 'x', { onSuccess: resolve, onException: resolve }),
    );
    expect(failure).toMatchObject({ code: 'ROCKETMQ_ARGUMENT' });
  });

  it('send in order by hash key, one way, and with a delay level', async () => {
    const { template, driver } = await startNest([TextListener]);
    const results = [
      await template.syncSendOrderly('TEXT', 'a', 'key'),
      await template.syncSendOrderly('TEXT', 'b', 'key'),
    ];
    expect(new Set(results.map(({ messageQueue }) => messageQueue.queueId)).size).toBe(1);
    template.sendOneWay('TEXT', 'one way');
    await template.syncSendDelayTimeSeconds('TEXT', 'later', 5);
    await driver.settle();
    expect(seen).not.toContainEqual(['text', 'later']);
    await driver.advanceTime(5000);
    expect(seen).toContainEqual(['text', 'later']);
    expect(driver.sent.at(-1)).toMatchObject({ delayLevel: 2 });
  });

  it('receive by asking', async () => {
    const { template } = await startNest([], { pullConsumer: { group: 'p', topic: 'PULL' } });
    await template.syncSend('PULL', new User('a', 1));
    expect(await template.receive(User)).toEqual([new User('a', 1)]);
    expect(await template.receive(User, 1)).toEqual([]);
  });

  it('wait for a first message as long as a placeholder says, and start again where a start failed', async () => {
    let failures = 1;
    const polls: number[] = [];
    class Late extends InMemoryRocketMQDriver {
      producers = 0;
      override createProducer() {
        this.producers++;
        return super.createProducer();
      }
      override createPullConsumer() {
        return {
          start: () => (failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
          shutdown: () => Promise.resolve(),
          poll: (timeout: number) => {
            polls.push(timeout);
            return Promise.resolve([]);
          },
          commit: () => Promise.resolve(),
          unwrap: () => undefined,
        };
      }
    }
    const driver = new Late();
    const { template } = await startNest([], {
      driver,
      startup: { onFailure: 'warn' },
      placeholders: () => undefined,
      pullConsumer: { group: 'p', topic: 'T', pollTimeout: '${poll.timeout:1234}' },
    });
    while (!template.isRunning) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await template.receive()).toEqual([]);
    expect(polls).toEqual([1234]);
    expect(driver.producers).toBe(1);
  });

  it('may be several, on several connections', async () => {
    const audit = new InMemoryRocketMQDriver();
    const { module, driver } = await startNest([], {}, [
      RocketMQModule.forRootAsync({ name: 'audit', useFactory: () => ({ driver: audit }) }),
      RocketMQModule.forFeature([{ name: 'extra', connection: 'audit', producer: { group: 'extra-producer' } }]),
    ]);
    for (const name of ['audit', 'extra'])
      await module.get<RocketMQTemplate>(getRocketMQTemplateToken(name)).syncSend('A', name);
    expect([driver.sent.length, audit.sent.length]).toEqual([0, 2]);
    await expect(startNest([], {}, [RocketMQModule.forRoot({ driver: audit })])).rejects.toThrow(
      'share the name "default"',
    );
  });
});
