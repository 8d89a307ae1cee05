import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeBroker } from '../../../../../test/support/fake-broker.js';
import { FakeCluster, type FakeTransport } from '../../../../../test/support/fake-cluster.js';
import type { MessageExt } from '../../protocol/message.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { MemoryDisk } from '../../runtime/memory-disk.js';
import type { PushConsumerOptions } from '../options.js';
import { DefaultMQPushConsumer } from './default-mq-push-consumer.js';
import type { MessageListenerConcurrently } from './listeners.js';

const { CONSUMER_SEND_MSG_BACK, PULL_MESSAGE, SEND_MESSAGE_V2, UNREGISTER_CLIENT } = RequestCode;
let time: ManualTime;
let cluster: FakeCluster;
let broker: FakeBroker;
let consumers: DefaultMQPushConsumer[];
let seen: string[];

beforeEach(() => {
  time = new ManualTime();
  cluster = new FakeCluster(time);
  broker = cluster.addBroker('a');
  cluster.addTopic('T', 4);
  cluster.addTopic('%RETRY%G', 1);
  consumers = [];
  seen = [];
});

afterEach(async () => {
  const leaving = Promise.all(consumers.map((consumer) => consumer.shutdown()));
  await time.advance(60_000);
  await leaving;
});

const note = (messages: readonly MessageExt[]) => seen.push(...messages.map(({ body }) => body.toString()));
const good: MessageListenerConcurrently = (messages) => {
  note(messages);
  return 'CONSUME_SUCCESS';
};

function consumerOf(
  listener: MessageListenerConcurrently,
  options: Partial<PushConsumerOptions> = {},
): DefaultMQPushConsumer {
  const consumer = new DefaultMQPushConsumer('G', {
    ...cluster.consumerOptions(),
    ...options,
  });
  consumer.subscribe('T');
  consumer.registerMessageListener(listener);
  consumers.push(consumer);
  return consumer;
}

async function started(...how: Parameters<typeof consumerOf>): Promise<DefaultMQPushConsumer> {
  const consumer = consumerOf(...how);
  await consumer.start();
  await time.advance(1_000);
  return consumer;
}

const committed = (queueId: number) => broker.offsets.get(`G T ${queueId}`);

describe('receiving', () => {
  it('hears of messages that were there and that come', async () => {
    broker.store('T', 0, 'there');
    await started(good);
    broker.store('T', 3, 'come');
    await time.advance(0);
    expect(seen).toEqual(['there', 'come']);
  });

  it('begins at the end of a topic that is there, and misses nothing of one that comes later', async () => {
    const consumer = consumerOf(good, { consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    consumer.subscribe('LATE');
    broker.store('T', 0, 'from before');
    await consumer.start();
    await time.advance(1_000);
    cluster.addTopic('LATE', 1);
    broker.store('LATE', 0, 'the first of its topic');
    broker.store('T', 0, 'new');
    await time.advance(40_000);
    expect(seen.sort()).toEqual(['new', 'the first of its topic']);
  });

  it('commits what was consumed within five seconds, and with its next pull', async () => {
    await started(good);
    for (let i = 0; i < 3; i++) broker.store('T', 1, `m${i}`);
    await time.advance(5_000);
    expect(committed(1)).toBe(3);
  });

  it('leaves out other tags that share a hash', async () => {
    const consumer = consumerOf(good);
    consumer.subscribe('T', 'Aa');
    broker.store('T', 0, 'mine', 'TAGS\u0001Aa\u0002');
    broker.store('T', 0, 'of the same hash', 'TAGS\u0001BB\u0002');
    await consumer.start();
    await time.advance(10_000);
    expect(seen).toEqual(['mine']);
    expect(committed(0)).toBe(2);
  });

  it('never consumes more at once than it may', async () => {
    let running = 0;
    let most = 0;
    const slow: MessageListenerConcurrently = async (messages) => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => void time.after(100, resolve));
      running--;
      return good(messages, undefined as never);
    };
    for (let i = 0; i < 50; i++) broker.store('T', i % 4, `m${i}`);
    await started(slow, { concurrency: 7 });
    await time.advance(2_000);
    expect([most, seen.length]).toEqual([7, 50]);
  });

  it('waits with pulling while a thousand messages of a queue are cached', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    for (let i = 0; i < 1_500; i++) broker.store('T', 0, `m${i}`);
    await started(async (messages, context) => {
      await gate;
      return good(messages, context);
    });
    const pulls = () =>
      cluster.seen.filter(({ code, ext }) => code === PULL_MESSAGE && ext['topic'] === 'T' && ext['queueId'] === '0')
        .length;
    expect(pulls()).toBe(Math.ceil(1_001 / 32));
    finish();
    for (let turn = 0; turn < 20; turn++) await time.advance(10);
    expect(seen.length).toBe(1_500);
  });

  it('hands nothing to the listener while it is suspended', async () => {
    const consumer = await started(good);
    consumer.suspend();
    broker.store('T', 0, 'later');
    await time.advance(5_000);
    expect(seen).toEqual([]);
    consumer.resume();
    await time.advance(2_000);
    expect(seen).toEqual(['later']);
  });
});

describe('failed messages', () => {
  it('go back to the broker, and the queue goes on', async () => {
    const consumer = await started((messages, context) => {
      context.delayLevelWhenNextConsume = 5;
      note(messages);
      if (messages[0]?.body.toString() === 'bad') throw new Error('no');
      return 'CONSUME_SUCCESS';
    });
    broker.store('T', 0, 'bad');
    broker.store('T', 0, 'fine');
    await time.advance(5_000);
    expect(broker.sentBack).toMatchObject([{ group: 'G', delayLevel: '5', originTopic: 'T', maxReconsumeTimes: '16' }]);
    expect([seen, committed(0)]).toEqual([['bad', 'fine'], 2]);
    expect(consumer.assignment().length).toBe(5);
  });

  it('are those after ackIndex in a batch', async () => {
    for (let i = 0; i < 4; i++) broker.store('T', 0, `m${i}`);
    await started(
      (_messages, context) => {
        context.ackIndex = 1;
        return 'CONSUME_SUCCESS';
      },
      { consumeMessageBatchMaxSize: 4 },
    );
    expect(broker.sentBack.map(({ offset }) => offset)).toEqual(['2000', '3000']);
  });

  it('are copied to the retry topic when their broker does not take them back', async () => {
    cluster.mood = ({ code }) => (code === CONSUMER_SEND_MSG_BACK ? 'broken' : undefined);
    await started((messages) => {
      note(messages);
      return messages[0]?.topic === 'T' && messages[0].reconsumeTimes === 0 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS';
    });
    broker.store('T', 0, 'bad');
    await time.advance(1_000);
    const [copy] = broker.retries;
    expect(copy).toMatchObject({ b: '%RETRY%G', j: '1', l: '16' });
    expect(copy?.['i']).toMatch(/RETRY_TOPIC\u0001T\u0002/);
    expect(copy?.['i']).toMatch(/DELAY\u00013\u0002/);
  });

  it('are consumed here again after five seconds when they cannot be sent back at all, and are not committed before', async () => {
    cluster.mood = ({ code }) => (code === CONSUMER_SEND_MSG_BACK || code === SEND_MESSAGE_V2 ? 'broken' : undefined);
    let isBad = true;
    await started((messages) => {
      note(messages);
      return isBad ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS';
    });
    broker.store('T', 0, 'bad');
    await time.advance(4_900);
    expect([seen, committed(0)]).toEqual([['bad'], 0]);
    isBad = false;
    await time.advance(6_000);
    expect([seen, committed(0)]).toEqual([['bad', 'bad'], 1]);
  });

  it('come back under the topic they were sent to', async () => {
    const topics: string[] = [];
    await started((messages) => {
      topics.push(...messages.map(({ topic }) => topic));
      return 'CONSUME_SUCCESS';
    });
    broker.store('%RETRY%G', 0, 'again', 'RETRY_TOPIC\u0001T\u0002', 1);
    await time.advance(0);
    expect(topics).toEqual(['T']);
  });

  it('are taken from a listener that hangs, whose signal says so', async () => {
    let signal: AbortSignal | undefined;
    await started(
      (_messages, context) => {
        signal = context.signal;
        return new Promise(() => {});
      },
      { consumeTimeoutMin: 1, awaitTerminationMs: 10 },
    );
    broker.store('T', 2, 'stuck');
    await time.advance(130_000);
    expect(signal?.aborted).toBe(true);
    expect(broker.sentBack).toMatchObject([{ delayLevel: '3' }]);
    expect(committed(2)).toBe(1);
  });
});

describe('members of a group', () => {
  it('share the queues, and take over when one leaves', async () => {
    const first = await started(good);
    expect(first.assignment().length).toBe(5);
    const second = await started(good);
    await time.advance(1_000);
    const counts = () => [first, second].map((one) => one.assignment().filter(({ topic }) => topic === 'T').length);
    expect(counts()).toEqual([2, 2]);
    const owned = [...first.assignment(), ...second.assignment()].map(({ topic, queueId }) => `${topic}${queueId}`);
    expect(new Set(owned).size).toBe(owned.length);
    await first.shutdown();
    await time.advance(1_000);
    expect(second.assignment().length).toBe(5);
  });

  it('go on where the one before them was', async () => {
    const first = await started(good);
    for (let i = 0; i < 8; i++) broker.store('T', i % 4, `m${i}`);
    await time.advance(100);
    await first.shutdown();
    await started(good);
    broker.store('T', 0, 'next');
    await time.advance(100);
    expect(seen).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'next']);
  });

  it('keep their queues when the broker cannot say who is in the group', async () => {
    const consumer = await started(good);
    cluster.mood = ({ code }) => (code === RequestCode.GET_CONSUMER_LIST_BY_GROUP ? 'broken' : undefined);
    await time.advance(45_000);
    expect(consumer.assignment().length).toBe(5);
  });

  it('find a topic that is created after they subscribed', async () => {
    const consumer = await started(good);
    consumer.subscribe('LATE');
    await time.advance(3_000);
    cluster.addTopic('LATE', 2);
    broker.store('LATE', 1, 'found');
    await time.advance(6_000);
    expect(seen).toEqual(['found']);
  });

  it('leave the queues of a topic they no longer subscribe to', async () => {
    const consumer = await started(good);
    consumer.unsubscribe('T');
    await time.advance(2_000);
    expect(consumer.assignment().map(({ topic }) => topic)).toEqual(['%RETRY%G']);
  });
});

describe('a broker that comes back', () => {
  it('is asked for messages as soon as it knows the consumer again', async () => {
    let transport: FakeTransport | undefined;
    await started(good, {
      transport: () => {
        transport = cluster.connect() as FakeTransport;
        return transport;
      },
    });
    cluster.mood = ({ address }) => (address === 'a:1' ? 'broken' : undefined);
    transport?.breakConnection('a:1');
    await time.advance(16_000);
    broker.store('T', 0, 'news');
    cluster.mood = () => undefined;
    const heartbeats = () => cluster.count(RequestCode.HEART_BEAT);
    const before = heartbeats();
    while (heartbeats() === before) await time.advance(100);
    await time.advance(1);
    expect(seen).toEqual(['news']);
  });
});

describe('a group that begins at the end', () => {
  it('misses nothing that is sent while nobody is there', async () => {
    broker.store('T', 0, 'old');
    const first = await started(good, { consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    await first.shutdown();
    broker.store('T', 0, 'meanwhile');
    await started(good, { consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    expect(seen).toEqual(['meanwhile']);
  });
});

describe('a queue that lost messages', () => {
  it('goes on where the broker has some', async () => {
    const consumer = consumerOf(good);
    broker.offsets.set('G T 0', 7);
    const queue = broker.topics.get('T')?.[0];
    if (queue) queue.firstOffset = 100;
    broker.store('T', 0, 'still here');
    await consumer.start();
    await time.advance(3_000);
    expect(seen).toEqual(['still here']);
    await time.advance(5_000);
    expect(committed(0)).toBe(101);
  });
});

describe('a broadcasting member whose offset file cannot be written', () => {
  const hindered = () => consumerOf(good, { messageModel: 'BROADCASTING', disk: new MemoryDisk({ capacityBytes: 0 }) });

  it('goes on where the broker has messages', async () => {
    const consumer = hindered();
    const queue = broker.topics.get('T')?.[0];
    if (queue) queue.firstOffset = 100;
    broker.store('T', 0, 'still here');
    await consumer.start();
    await time.advance(3_000);
    expect(seen).toEqual(['still here']);
  });

  it('leaves its group all the same, and asks nothing afterwards', async () => {
    const consumer = hindered();
    broker.store('T', 0, 'there');
    await consumer.start();
    await time.advance(1_000);
    expect(seen).toEqual(['there']);
    await consumer.shutdown();
    expect(cluster.count(UNREGISTER_CLIENT)).toBe(1);
    const before = cluster.seen.length;
    await time.advance(60_000);
    expect(cluster.seen.length).toBe(before);
  });
});

describe('shutdown', () => {
  it('lets calls in flight end, commits them and begins no others', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const consumer = await started(
      async (messages, context) => {
        await gate;
        return good(messages, context);
      },
      { concurrency: 2 },
    );
    for (let i = 0; i < 6; i++) broker.store('T', 0, `m${i}`);
    await time.advance(10);
    const down = consumer.shutdown();
    await time.advance(10);
    finish();
    await time.advance(10);
    await down;
    expect([seen, committed(0)]).toEqual([['m0', 'm1'], 2]);
    expect(cluster.count(RequestCode.UNREGISTER_CLIENT)).toBe(1);
  });

  it('does not wait for ever', async () => {
    const consumer = await started(() => new Promise(() => {}), { awaitTerminationMs: 1_000 });
    broker.store('T', 0, 'stuck');
    await time.advance(10);
    const down = consumer.shutdown();
    await time.advance(1_001);
    await down;
    expect(committed(0)).not.toBe(1);
  });

  it('can be called twice, and start again afterwards', async () => {
    const consumer = await started(good);
    await Promise.all([consumer.shutdown(), consumer.shutdown()]);
    await consumer.shutdown();
    await consumer.start();
    broker.store('T', 0, 'again');
    await time.advance(1_000);
    expect(seen).toEqual(['again']);
  });
});

describe('misuse', () => {
  it('asks for a listener', async () => {
    const consumer = new DefaultMQPushConsumer('G', { namesrvAddr: 'ns:1' });
    await expect(consumer.start()).rejects.toThrow(/registerMessageListener/);
  });

  it('refuses expressions that name no tag', () => {
    const consumer = new DefaultMQPushConsumer('G', { namesrvAddr: 'ns:1' });
    expect(() => consumer.subscribe('T', ' || ')).toThrow(/joined by/);
  });

  it('says when no name server answers, and can be started later', async () => {
    cluster.mood = ({ address }) => (address === 'ns:1' ? 'broken' : undefined);
    const consumer = consumerOf(good);
    await expect(consumer.start()).rejects.toThrow(/no name server answers/);
    cluster.mood = () => undefined;
    await consumer.start();
    await time.advance(1_000);
    expect(consumer.assignment().length).toBe(5);
  });
});
