import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication, type Type } from '@nestjs/common';
import { ClientsModule, Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EMPTY, firstValueFrom, lastValueFrom, of } from 'rxjs';
import {
  ConsumeMode,
  RocketMQClient,
  RocketMQConnection,
  RocketMQContext,
  RocketMQDeadLetterException,
  RocketMQModule,
  RocketMQRecordBuilder,
  RocketMQServer,
} from '../index.js';
import { InMemoryRocketMQDriver } from '../testing/index.js';
import { PatternRouter, readPattern } from './pattern-router.js';

const seen: unknown[] = [];
let app: INestApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
  seen.length = 0;
});

/** A hybrid application whose module, server and client share one connection. */
async function start(controller: Type<unknown>, prepare = (_server: RocketMQServer) => {}) {
  const driver = new InMemoryRocketMQDriver();
  const module = await Test.createTestingModule({
    imports: [
      RocketMQModule.forRoot({ driver }),
      ClientsModule.registerAsync([
        {
          name: 'CLIENT',
          inject: [RocketMQConnection],
          useFactory: (connection: RocketMQConnection) => ({ customClass: RocketMQClient, options: { connection } }),
        },
      ]),
    ],
    controllers: [controller],
  })
    .setLogger({ log() {}, warn() {}, error() {} })
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
  const server = new RocketMQServer({ connection: app.get(RocketMQConnection), consumerGroup: 'shop' });
  prepare(server);
  app.connectMicroservice({ strategy: server });
  await app.startAllMicroservices();
  return { driver, server, client: app.get<RocketMQClient>('CLIENT') };
}

@Controller()
class Orders {
  @EventPattern<string>('orders:paid')
  paid(@Payload() order: unknown, @Ctx() context: RocketMQContext) {
    seen.push(['paid', order, context.getTag(), context.getConsumerGroup()]);
  }
  @EventPattern<string>('orders')
  other(@Payload('id') id: unknown) {
    seen.push(['other', id]);
  }
  @EventPattern<string>('poison')
  poison() {
    throw new RocketMQDeadLetterException('poison');
  }
  @EventPattern<string>('broken')
  broken() {
    seen.push('broken');
    throw new Error('boom');
  }
  @EventPattern<string>('nothing')
  nothing() {
    return EMPTY;
  }
  @MessagePattern('sum')
  sum(@Payload() numbers: number[]) {
    return of(
      0,
      numbers.reduce((sum, each) => sum + each, 0),
    );
  }
  @MessagePattern('fail')
  fail() {
    throw new RpcException({ status: 'no', reason: 'sold out' });
  }
}

describe('the transport', () => {
  it('takes events to the handler of topic:tag, else of the topic', async () => {
    const { client, driver } = await start(Orders);
    await lastValueFrom(client.emit('orders:paid', { id: 1 }));
    await lastValueFrom(client.emit('orders:refunded', { id: 2 }));
    await lastValueFrom(client.emit('nothing', 'x'));
    await driver.settle();
    expect(seen).toEqual([
      ['paid', { id: 1 }, 'paid', 'shop'],
      ['other', 2],
    ]);
  });

  it('needs no envelope: what other senders write is understood', async () => {
    const { driver } = await start(Orders);
    expect(await driver.deliver('orders:paid', Buffer.from('{"id":3}'), { contentType: 'application/json' })).toBe(
      'SUCCESS',
    );
    expect(seen).toEqual([['paid', { id: 3 }, 'paid', 'shop']]);
  });

  it('turns a failed event into a retry or a dead letter', async () => {
    const { client, driver } = await start(Orders);
    await lastValueFrom(client.emit('poison', 'x'));
    await lastValueFrom(client.emit('broken', 'y'));
    await driver.settle();
    expect(driver.deadLetters('shop').map((message) => message.topic)).toEqual(['poison']);
    expect(seen).toEqual(['broken']);
    await driver.advanceTime(10_000);
    expect(seen).toEqual(['broken', 'broken']);
  });

  it('answers requests with the last value of the handler, or with its error', async () => {
    const { client, driver } = await start(Orders);
    expect(await firstValueFrom(client.send('sum', [1, 2, 3]))).toBe(6);
    await expect(firstValueFrom(client.send('fail', 'x'))).rejects.toEqual({ status: 'no', reason: 'sold out' });
    const unanswered = firstValueFrom(client.send('nobody', 'x'));
    await new Promise((resolve) => setImmediate(resolve));
    await driver.advanceTime(3000);
    await expect(unanswered).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('sends records with keys, headers, delay and hash key', async () => {
    const { client, driver } = await start(Orders);
    const record = new RocketMQRecordBuilder({ id: 4 })
      .setKeys('k')
      .setHeader('tenant', 'a')
      .setDelay({ delayLevel: 1 })
      .build();
    await lastValueFrom(client.emit('orders:paid', record));
    await lastValueFrom(client.emit('orders', new RocketMQRecordBuilder('x').setHashKey('order-1').build()));
    expect(driver.sent[0]).toMatchObject({ keys: ['k'], delayLevel: 1, tag: 'paid' });
    expect(driver.sent[0]?.properties).toMatchObject({ tenant: 'a' });
    expect(driver.sent[0]?.body.toString()).toBe('{"id":4}');
  });

  it('says whether it is connected', async () => {
    const { server } = await start(Orders);
    expect(await firstValueFrom(server.status)).toBe('connected');
    await server.close();
    expect(await firstValueFrom(server.status)).toBe('stopped');
  });

  it('tells how many queues a group has', async () => {
    @Controller()
    class OneTopic {
      @EventPattern<string>('orders')
      happened() {}
    }
    const counts: number[] = [];
    await start(OneTopic, (server) => server.on('rebalanced', (queues) => counts.push(queues)));
    expect(counts).toEqual([4]);
  });

  it('refuses two handlers for one request pattern, and patterns that are not texts', async () => {
    @Controller()
    class Twice {
      @MessagePattern('sum')
      one() {}
      @MessagePattern('sum')
      two() {}
    }
    await expect(start(Twice)).rejects.toThrow('two @MessagePattern handlers answer "sum"');
    expect(() => readPattern({ cmd: 'sum' })).toThrow('topic or topic:tag');
  });

  it('refuses extras that it does not know yet, and two modes in one group', async () => {
    @Controller()
    class Choosy {
      @EventPattern<string>('orders', undefined, { selectorExpression: 'paid' })
      paid() {}
    }
    await expect(start(Choosy)).rejects.toThrow('selectorExpression of the handler of "orders" is not supported yet');
    await app?.close();
    @Controller()
    class Torn {
      @EventPattern<string>('a', undefined, { consumeMode: ConsumeMode.ORDERLY })
      one() {}
      @EventPattern<string>('b', undefined, { consumeMode: ConsumeMode.CONCURRENTLY })
      two() {}
    }
    await expect(start(Torn)).rejects.toThrow('a (ORDERLY) and b (CONCURRENTLY) differ in consumeMode');
  });
});

describe('routing by pattern', () => {
  it('subscribes to what the handlers of a topic need together', () => {
    const handler = Object.assign(async () => of(1), {});
    const router = new PatternRouter(
      new Map([
        ['a:x', handler],
        ['a:y', handler],
        ['b', handler],
        ['b:z', handler],
      ]),
    );
    expect(router.subscriptions()).toEqual([
      { topic: 'a', selectorExpression: 'x || y' },
      { topic: 'b', selectorExpression: '*' },
    ]);
    expect(router.route('a', 'w')).toBeUndefined();
  });
});
