import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module, type ModuleMetadata, type OnModuleDestroy } from '@nestjs/common';
import { ClientsModule, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import {
  ConsumeMode,
  ConsumeResult,
  getRocketMQTemplateToken,
  MessageBuilder,
  MessageExt,
  type RocketMQBatchListener,
  RocketMQClient,
  RocketMQConnection,
  type RocketMQContext,
  RocketMQDeadLetterException,
  RocketMQHealthIndicator,
  type RocketMQListener,
  RocketMQListenerRegistry,
  RocketMQMessageListener,
  RocketMQModule,
  type RocketMQReplyListener,
  RocketMQRetryException,
  RocketMQServer,
  RocketMQTemplate,
} from 'rocketmq-nest';
import { RocketMQTestingModule, RocketMQTestKit } from 'rocketmq-nest/testing';
import { closedGate } from '../support/gate.js';
import { useDirectory } from '../support/use-directory.js';

class User {
  constructor(
    readonly name: string,
    readonly age: number,
  ) {}
}

const seen: unknown[] = [];
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const application of open.splice(0)) await application.close();
  seen.length = 0;
});
const directory = useDirectory();
const PATIENCE_MS = 60_000;
const silence = { log() {}, warn() {}, error() {} };

/** An application with a broker inside. */
async function start(providers: NonNullable<ModuleMetadata['providers']>, options = {}, more: ModuleMetadata = {}) {
  const module: TestingModule = await Test.createTestingModule({
    ...more,
    imports: [
      RocketMQTestingModule.forRoot({ producer: { sendMessageTimeout: PATIENCE_MS }, ...options }),
      ...(more.imports ?? []),
    ],
    providers,
  })
    .setLogger(silence)
    .compile();
  await module.init();
  open.push(module);
  const [template, kit, registry] = [
    module.get(RocketMQTemplate),
    module.get(RocketMQTestKit),
    module.get(RocketMQListenerRegistry),
  ];
  return { module, template, kit, registry };
}

@RocketMQMessageListener('TEXT', 'shop', { payloadType: String })
class TextListener implements RocketMQListener<string> {
  onMessage(message: string) {
    seen.push(['text', message]);
  }
}

@RocketMQMessageListener({ topic: 'USERS', consumerGroup: 'shop', payloadType: User })
class UserListener implements RocketMQListener<User> {
  onMessage(user: User) {
    seen.push(['user', user instanceof User, user.name]);
  }
}

@RocketMQMessageListener({
  topic: 'TAGS',
  consumerGroup: 'shop',
  selectorExpression: 'a || b',
  payloadType: MessageExt,
})
class TagListener implements RocketMQListener<MessageExt> {
  onMessage(message: MessageExt) {
    seen.push(['tag', message.tags, message.text(), message.keys.join()]);
  }
}

@RocketMQMessageListener({ topic: 'ASK', consumerGroup: 'shop', payloadType: User })
class ReplyListener implements RocketMQReplyListener<User, User> {
  onMessage(user: User) {
    return new User(`${user.name}!`, user.age + 1);
  }
}

describe('one group, many listeners', () => {
  it('each receives all of its messages, through one consumer', async () => {
    const { template, kit, registry } = await start([TextListener, UserListener, TagListener, ReplyListener]);
    const rounds = 20;
    for (let round = 0; round < rounds; round++) {
      await template.syncSend('TEXT', `text ${round}`);
      await template.syncSend('USERS', MessageBuilder.withPayload(new User(`user ${round}`, round)).build());
      await template.convertAndSend(`TAGS:${round % 2 === 0 ? 'a' : 'b'}`, `tag ${round}`, { keys: [`key-${round}`] });
      await template.convertAndSend('TAGS:c', 'for nobody');
    }
    await kit.waitForHandled({ count: 3 * rounds, timeout: PATIENCE_MS });
    expect(new Set(registry.list().map((container) => container.unwrap())).size).toBe(1);
    expect(seen).toHaveLength(3 * rounds);
    expect(seen).toContainEqual(['tag', 'b', 'tag 19', 'key-19']);
    expect(seen).toContainEqual(['user', true, 'user 0']);
    expect(await kit.waitForMessages('TAGS', { count: 2 * rounds, timeout: PATIENCE_MS })).toHaveLength(2 * rounds);
  });

  it('answers requests', async () => {
    const { template } = await start([ReplyListener]);
    const reply = await template.sendAndReceive('ASK', new User('wang', 21), User, { timeout: PATIENCE_MS });
    expect(reply).toEqual(new User('wang!', 22));
    expect(
      await template.sendAndReceive('ASK', new User('li', 1), String, { hashKey: 'li', timeout: PATIENCE_MS }),
    ).toBe('{"name":"li!","age":2}');
  });
});

describe('failing messages', () => {
  @RocketMQMessageListener({ topic: 'FRAGILE', consumerGroup: 'fragile', maxReconsumeTimes: 1, payloadType: String })
  class Fragile implements RocketMQListener<string> {
    onMessage(message: string, context: RocketMQContext) {
      seen.push([message, context.getReconsumeTimes(), context.getTopic()]);
      if (message === 'poison') throw new RocketMQDeadLetterException('poison');
      if (message === 'once' && context.getReconsumeTimes() > 0) return;
      throw new RocketMQRetryException('again', { delayLevel: 1 });
    }
  }

  it('come again under their own topic, and end in the dead letters', async () => {
    const { template, kit } = await start([Fragile]);
    for (const text of ['poison', 'once', 'always']) await template.syncSend('FRAGILE', text);
    const dead = await kit.waitForDeadLetters('fragile', { count: 2, timeout: PATIENCE_MS });
    expect(dead.map((message) => message.text()).sort()).toEqual(['always', 'poison']);
    expect(seen).toContainEqual(['once', 1, 'FRAGILE']);
    expect(seen).toHaveLength(5);
  });

  it('of a batch come again alone', async () => {
    @RocketMQMessageListener({
      topic: 'BATCH',
      consumerGroup: 'batch',
      consumeMessageBatchMaxSize: 10,
      payloadType: String,
    })
    class Batch implements RocketMQBatchListener<string> {
      onMessages(messages: readonly string[]) {
        seen.push(messages.length);
        return messages.map((message) => (message === 'bad' ? ConsumeResult.DEAD_LETTER : ConsumeResult.SUCCESS));
      }
    }
    const { template, kit } = await start([Batch]);
    await template.syncSendBatch('BATCH', ['good', 'bad', 'fine']);
    const dead = await kit.waitForDeadLetters('batch', { timeout: PATIENCE_MS });
    expect(dead.map((message) => message.text())).toEqual(['bad']);
    expect(
      await kit.waitForHandled({ listener: Batch, result: 'SUCCESS', count: 2, timeout: PATIENCE_MS }),
    ).toHaveLength(2);
  });

  it('hold back their queue where order counts', async () => {
    let failures = 2;
    @RocketMQMessageListener({
      topic: 'ORDERED',
      consumerGroup: 'ordered',
      consumeMode: ConsumeMode.ORDERLY,
      suspendCurrentQueueTime: 20,
      payloadType: String,
    })
    class Ordered implements RocketMQListener<string> {
      onMessage(message: string) {
        if (message === '3' && failures-- > 0) throw new Error('not yet');
        seen.push(message);
      }
    }
    const { template, kit } = await start([Ordered]);
    const sent = Array.from({ length: 10 }, (_, index) => String(index));
    for (const text of sent) await template.syncSendOrderly('ORDERED', text, 'one key');
    await kit.waitForHandled({ listener: Ordered, result: 'SUCCESS', count: 10, timeout: PATIENCE_MS });
    expect(seen).toEqual(sent);
  });
});

describe('the application', () => {
  it('drains a handler before what it uses is closed, and hands on what it had no time for', async () => {
    const order: string[] = [];
    @Injectable()
    class Database implements OnModuleDestroy {
      onModuleDestroy() {
        order.push('database closed');
      }
    }
    const [begun, ends] = [closedGate(), closedGate()];
    @RocketMQMessageListener({ topic: 'SLOW', consumerGroup: 'slow', payloadType: String })
    class Slow implements RocketMQListener<string> {
      constructor(readonly database: Database) {}
      async onMessage() {
        begun.open();
        await ends.opened;
        order.push('handled');
      }
    }
    // A module of its own, as databases have: Nest 11 destroys the providers of one module all at once.
    @Module({ providers: [Database], exports: [Database] })
    class DatabaseModule {}
    const { module, template } = await start([Slow], {}, { imports: [DatabaseModule] });
    await template.syncSend('SLOW', 'x');
    await begun.opened;
    open.length = 0;
    const closed = module.close();
    // The database has every chance to be closed too early.
    await new Promise((resolve) => setTimeout(resolve, 300));
    ends.open();
    await closed;
    expect(order).toEqual(['handled', 'database closed']);
  });

  it('pauses and resumes, and tells its health', async () => {
    const { module, template, registry, kit } = await start([TextListener]);
    await template.syncSend('TEXT', 'first');
    await kit.waitForHandled({ timeout: PATIENCE_MS });
    const container = registry.get('shop', 'TEXT');
    await container?.pause();
    await template.syncSend('TEXT', 'held back');
    await expect(kit.waitForHandled({ count: 2, timeout: 300 })).rejects.toThrow('saw 1');
    await container?.resume();
    await kit.waitForHandled({ count: 2, timeout: PATIENCE_MS });
    expect(await module.get(RocketMQHealthIndicator).isHealthy()).toMatchObject({
      rocketmq: { status: 'up', listeners: { 'shop#1': 'running' } },
    });
  });

  it('keeps messages in a directory of its own choice across restarts', async () => {
    const storePath = directory.path;
    const first = await start([], { embedded: { storePath } });
    await first.template.syncSend('TEXT', 'from before');
    await first.module.close();
    open.length = 0;
    const second = await start([TextListener], { embedded: { storePath } });
    await second.kit.waitForHandled({ timeout: PATIENCE_MS });
    expect(seen).toEqual([['text', 'from before']]);
  });

  it('receives by asking, and sends through a template of another name', async () => {
    const { module, template } = await start(
      [],
      { pullConsumer: { group: 'puller', topic: 'PULL', consumeFromWhere: 'FIRST_OFFSET' } },
      {
        imports: [RocketMQModule.forFeature([{ name: 'audit', producer: { group: 'audit-producer' } }])],
      },
    );
    await template.syncSend('PULL', new User('a', 1));
    await module.get<RocketMQTemplate>(getRocketMQTemplateToken('audit')).syncSend('PULL', new User('b', 2));
    const received: User[] = [];
    while (received.length < 2) received.push(...(await template.receive(User, 1000)));
    expect(received.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });
});

describe('the transport', () => {
  @Controller()
  class Shop {
    @EventPattern<string>('events:paid')
    paid(@Payload() data: unknown) {
      seen.push(data);
    }
    @MessagePattern('sum')
    sum(@Payload() numbers: number[]) {
      return numbers.reduce((sum, each) => sum + each, 0);
    }
  }

  it('carries events and requests of a hybrid application', async () => {
    const module = await Test.createTestingModule({
      imports: [
        RocketMQModule.forRoot({ embedded: true, consumer: { consumeFromWhere: 'FIRST_OFFSET' } }),
        ClientsModule.registerAsync([
          {
            name: 'CLIENT',
            inject: [RocketMQConnection],
            useFactory: (connection: RocketMQConnection) => ({
              customClass: RocketMQClient,
              options: { connection, replyTimeout: PATIENCE_MS },
            }),
          },
        ]),
      ],
      controllers: [Shop],
    })
      .setLogger(silence)
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    open.push(app);
    const strategy = new RocketMQServer({ connection: app.get(RocketMQConnection), consumerGroup: 'shop' });
    const hasQueues = new Promise<number>((resolve) => strategy.on('rebalanced', resolve));
    app.connectMicroservice({ strategy });
    await app.startAllMicroservices();
    const client = app.get<RocketMQClient>('CLIENT');
    await lastValueFrom(client.emit('events:paid', { id: 1 }));
    expect(await firstValueFrom(client.send('sum', [1, 2, 3]))).toBe(6);
    expect(await hasQueues).toBeGreaterThan(0);
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toEqual([{ id: 1 }]);
  });
});
