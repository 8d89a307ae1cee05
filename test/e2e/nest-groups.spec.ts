import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  ConsumeFromWhere,
  RocketMQConnection,
  type RocketMQContext,
  type RocketMQListener,
  RocketMQListenerRegistry,
  RocketMQMessageListener,
  RocketMQModule,
  RocketMQServer,
  RocketMQTemplate,
} from 'rocketmq-nest';
import { useBroker } from '../support/use-broker.js';

const TOPICS = Array.from({ length: 12 }, (_, index) => `GROUPS_${index}`);
const LEAST_ROUNDS = 24;
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((application) => application.close()));
});

/** One delivery. */
interface Heard {
  readonly application: string;
  readonly listener: string;
  readonly topic: string;
  readonly text: string;
}

/** What the listeners heard, and a way to wait for it. */
class Ledger {
  readonly entries: Heard[] = [];
  #look = () => {};

  write(entry: Heard): void {
    this.entries.push(entry);
    this.#look();
  }

  get texts(): Set<string> {
    return new Set(this.entries.map(({ text }) => text));
  }

  get applications(): string[] {
    return [...new Set(this.entries.map(({ application }) => application))].sort();
  }

  until(isEnough: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => isEnough() && resolve();
      this.#look();
    });
  }
}

/** A class of its own for every topic, all in one group. */
function listenersOf(application: string, ledger: Ledger): Type<RocketMQListener<string>>[] {
  return TOPICS.map((topic) => {
    @RocketMQMessageListener({ topic, consumerGroup: 'crew', payloadType: String })
    class TopicListener implements RocketMQListener<string> {
      onMessage(text: string, context: RocketMQContext) {
        ledger.write({ application, listener: topic, topic: context.getTopic(), text });
      }
    }
    return TopicListener;
  });
}

async function start(nameServer: string, listeners: Type<unknown>[]): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({
    imports: [
      RocketMQModule.forRoot({
        nameServer,
        producer: { sendMessageTimeout: 60_000 },
        consumer: { consumeFromWhere: ConsumeFromWhere.FIRST_OFFSET },
      }),
    ],
    providers: listeners,
  })
    .setLogger({ log() {}, warn() {}, error() {} })
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  open.push(app);
  await app.init();
  return app;
}

describe('one group, a dozen listeners, two applications', () => {
  const used = useBroker();

  it('share the queues of every topic, and each message reaches the class that wants it', async () => {
    const sender = (await start(used.nameServerAddress, [])).get(RocketMQTemplate);
    const sendRound = async (round: number) => {
      await Promise.all(TOPICS.map((topic) => sender.syncSend(topic, `${topic}-${round}`)));
    };
    await sendRound(0);
    const ledger = new Ledger();
    const apps = await Promise.all(
      ['first', 'second'].map((name) => start(used.nameServerAddress, listenersOf(name, ledger))),
    );
    let rounds = 1;
    while (rounds < LEAST_ROUNDS || ledger.applications.length < 2) await sendRound(rounds++);
    await ledger.until(() => ledger.texts.size === TOPICS.length * rounds);
    expect(ledger.entries.filter(({ listener, topic }) => listener !== topic)).toEqual([]);
    expect(ledger.applications).toEqual(['first', 'second']);
    const consumers = apps.map((app) => app.get(RocketMQListenerRegistry).list());
    expect(consumers.map((containers) => new Set(containers.map((each) => each.unwrap())).size)).toEqual([1, 1]);
  });

  it('go on in the application that stays', async () => {
    const ledger = new Ledger();
    const leaving = await start(used.nameServerAddress, listenersOf('leaving', ledger));
    const staying = await start(used.nameServerAddress, listenersOf('staying', ledger));
    open.splice(open.indexOf(leaving), 1);
    await leaving.close();
    const template = staying.get(RocketMQTemplate);
    const after = TOPICS.flatMap((topic) => [`${topic} after`, `${topic} and after`]);
    for (const text of after) await template.syncSend(text.split(' ')[0] as string, text);
    await ledger.until(() => after.every((text) => ledger.texts.has(text)));
    const heard = ledger.entries.filter(({ text }) => after.includes(text));
    expect(new Set(heard.map(({ application }) => application))).toEqual(new Set(['staying']));
  });

  it('are refused where a transport of the same connection has the group too', async () => {
    @Controller()
    class Events {
      @EventPattern<string>('elsewhere')
      happened() {}
    }
    const module = await Test.createTestingModule({
      imports: [RocketMQModule.forRoot({ nameServer: used.nameServerAddress })],
      controllers: [Events],
      providers: listenersOf('app', new Ledger()).slice(0, 1),
    })
      .setLogger({ log() {}, warn() {}, error() {} })
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    open.push(app);
    await app.init();
    const strategy = new RocketMQServer({ connection: app.get(RocketMQConnection), consumerGroup: 'crew' });
    app.connectMicroservice({ strategy });
    await expect(app.startAllMicroservices()).rejects.toThrow(/crew/);
  });
});
