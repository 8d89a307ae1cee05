import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeBroker } from '../../../../../test/support/fake-broker.js';
import { FakeCluster } from '../../../../../test/support/fake-cluster.js';
import type { MessageExt } from '../../protocol/message.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import type { LitePullConsumerOptions } from '../options.js';
import { DefaultLitePullConsumer } from './default-lite-pull-consumer.js';

let time: ManualTime;
let cluster: FakeCluster;
let broker: FakeBroker;
let consumers: DefaultLitePullConsumer[];
const queue = (queueId: number) => ({ topic: 'T', brokerName: 'a', queueId });

beforeEach(() => {
  time = new ManualTime();
  cluster = new FakeCluster(time);
  broker = cluster.addBroker('a');
  cluster.addTopic('T', 2);
  consumers = [];
});

afterEach(async () => {
  for (const consumer of consumers) await consumer.shutdown();
});

function consumerOf(options: Partial<LitePullConsumerOptions> = {}): DefaultLitePullConsumer {
  const consumer = new DefaultLitePullConsumer('L', {
    ...cluster.consumerOptions(),
    ...options,
  });
  consumers.push(consumer);
  return consumer;
}

const bodies = (messages: readonly MessageExt[]) => messages.map(({ body }) => body.toString());
const fill = (count: number, queueId = 0) => {
  for (let i = 0; i < count; i++) broker.store('T', queueId, `m${i}`);
};
/** Polls until nothing comes. */
async function drain(consumer: DefaultLitePullConsumer): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const polled = await consumer.poll(0);
    if (polled.length === 0) return all;
    all.push(...bodies(polled));
    await time.advance(0);
  }
}

describe('subscribe and poll', () => {
  it('gives messages a pull at a time', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    fill(25);
    await consumer.start();
    await time.advance(100);
    expect((await consumer.poll(0)).length).toBe(10);
    expect((await drain(consumer)).length).toBe(15);
  });

  it('waits for messages as long as it is told, and wakes when they come', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    await consumer.start();
    await time.advance(100);
    const nothing = consumer.poll(1_000);
    await time.advance(1_000);
    expect(await nothing).toEqual([]);
    const something = consumer.poll(1_000);
    broker.store('T', 1, 'late');
    await time.advance(0);
    expect(bodies(await something)).toEqual(['late']);
  });

  it('stops waiting when it is told to', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    await consumer.start();
    const controller = new AbortController();
    const polled = consumer.poll(10_000, controller.signal).catch((error: unknown) => error);
    controller.abort(new Error('enough'));
    expect(await polled).toMatchObject({ message: 'enough' });
  });

  it('commits what earlier polls handed out, not what nobody has seen', async () => {
    const consumer = consumerOf({ autoCommitIntervalMs: 1_000, persistConsumerOffsetIntervalMs: 1_000 });
    consumer.subscribe('T');
    fill(30);
    await consumer.start();
    await time.advance(100);
    await consumer.poll(0);
    await time.advance(2_000);
    await consumer.poll(0);
    await time.advance(1_000);
    expect(broker.offsets.get('L T 0')).toBe(10);
  });

  it('does not commit at shutdown what may still be worked on: it comes to the next member again', async () => {
    const consumer = consumerOf({ autoCommitIntervalMs: 1_000 });
    consumer.subscribe('T');
    fill(15);
    await consumer.start();
    await time.advance(100);
    await consumer.poll(0);
    await time.advance(1_000);
    expect(bodies(await consumer.poll(0))).toEqual(['m10', 'm11', 'm12', 'm13', 'm14']);
    await consumer.shutdown();
    expect(broker.offsets.get('L T 0')).toBe(10);
    const next = consumerOf();
    next.subscribe('T');
    await next.start();
    await time.advance(100);
    expect(await drain(next)).toEqual(['m10', 'm11', 'm12', 'm13', 'm14']);
  });

  it('keeps at shutdown what was committed, and the next member goes on there', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    fill(12);
    await consumer.start();
    await time.advance(100);
    await drain(consumer);
    consumer.commit();
    await consumer.shutdown();
    expect(broker.offsets.get('L T 0')).toBe(12);
    const next = consumerOf();
    next.subscribe('T');
    broker.store('T', 0, 'next');
    await next.start();
    await time.advance(100);
    expect(await drain(next)).toEqual(['next']);
  });

  it('commits nothing by itself without autoCommit', async () => {
    const consumer = consumerOf({ autoCommit: false });
    consumer.subscribe('T');
    fill(3);
    await consumer.start();
    await time.advance(100);
    await drain(consumer);
    await time.advance(20_000);
    expect(broker.offsets.get('L T 0')).toBeUndefined();
    await consumer.commitSync();
    expect([broker.offsets.get('L T 0'), await consumer.committed(queue(0))]).toEqual([3, 3]);
  });
});

describe('assign, seek and pause', () => {
  const assigned = async (options: Partial<LitePullConsumerOptions> = {}) => {
    const consumer = consumerOf({ autoCommit: false, ...options });
    consumer.assign([queue(0)]);
    await consumer.start();
    await time.advance(100);
    return consumer;
  };

  it('reads the queues it was given, whoever else does', async () => {
    fill(2, 0);
    fill(2, 1);
    const consumer = await assigned();
    expect([await drain(consumer), consumer.assignment()]).toEqual([['m0', 'm1'], [queue(0)]]);
    consumer.assign([queue(1)]);
    await time.advance(100);
    expect([await drain(consumer), consumer.assignment()]).toEqual([['m0', 'm1'], [queue(1)]]);
  });

  it('reads the queues it was given last, even while it starts', async () => {
    fill(2, 1);
    const consumer = consumerOf();
    consumer.assign([queue(0)]);
    cluster.mood = ({ code }) => {
      if (code === RequestCode.GET_ROUTEINFO_BY_TOPIC) consumer.assign([queue(1)]);
      return undefined;
    };
    await consumer.start();
    await time.advance(100);
    expect([await drain(consumer), consumer.assignment()]).toEqual([['m0', 'm1'], [queue(1)]]);
  });

  it('goes on where it was sent to, and forgets what was cached', async () => {
    fill(40);
    const consumer = await assigned();
    await consumer.seek(queue(0), 35);
    await time.advance(0);
    expect(await drain(consumer)).toEqual(['m35', 'm36', 'm37', 'm38', 'm39']);
    await consumer.seekToBegin(queue(0));
    await time.advance(0);
    expect((await drain(consumer)).length).toBe(40);
    await consumer.seekToEnd(queue(0));
    broker.store('T', 0, 'new');
    await time.advance(0);
    expect(await drain(consumer)).toEqual(['new']);
    await expect(consumer.seek(queue(0), 99)).rejects.toThrow(/offsets 0 to 41/);
    await expect(consumer.seek(queue(1), 0)).rejects.toThrow(/not assigned/);
  });

  it('asks for nothing more while paused', async () => {
    const consumer = await assigned();
    consumer.pause([queue(0)]);
    broker.store('T', 0, 'the pull that was held brings this');
    await time.advance(0);
    await drain(consumer);
    broker.store('T', 0, 'waits');
    await time.advance(5_000);
    expect(await drain(consumer)).toEqual([]);
    consumer.resume([queue(0)]);
    await time.advance(1_000);
    expect(await drain(consumer)).toEqual(['waits']);
  });

  it('stops pulling while ten thousand messages wait to be polled', async () => {
    fill(500);
    const consumer = await assigned({ pullThresholdForAll: 50 });
    const pulls = () => cluster.count(RequestCode.LITE_PULL_MESSAGE);
    expect(pulls()).toBe(6);
    await time.advance(5_000);
    expect(pulls()).toBe(6);
    const all: string[] = [];
    for (let i = 0; i < 60; i++) {
      all.push(...bodies(await consumer.poll(0)));
      await time.advance(0);
    }
    expect(all.length).toBe(500);
  });

  it('goes on where the queue begins when the broker has forgotten the start', async () => {
    broker.beginAt('T', 0, 100);
    fill(3);
    const consumer = await assigned();
    await time.advance(100);
    expect(await drain(consumer)).toEqual(['m0', 'm1', 'm2']);
  });

  it('receives what a broker with an older disk stores at offsets that were had before', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    fill(5);
    await consumer.start();
    await time.advance(100);
    expect((await drain(consumer)).length).toBe(5);
    const restored = broker.topics.get('T')?.[0];
    restored?.records.splice(1);
    for (const wake of restored?.held.splice(0) ?? []) wake();
    await time.advance(100);
    broker.store('T', 0, 'new life');
    await time.advance(100);
    expect(await drain(consumer)).toEqual(['new life']);
    await consumer.commitSync();
    expect(broker.offsets.get('L T 0')).toBe(2);
  });

  it('is one or the other', async () => {
    const consumer = consumerOf();
    consumer.subscribe('T');
    expect(() => consumer.assign([queue(0)])).toThrow(/assign queues to another/);
    const other = consumerOf();
    other.assign([queue(0)]);
    expect(() => other.subscribe('T')).toThrow(/subscribe with another/);
    await expect(other.poll(0)).rejects.toThrow(/await start\(\) first/);
  });
});

it('watches no topic any more when it was shut down while it looked for its queues', async () => {
  const consumer = consumerOf();
  await consumer.start();
  const watching = consumer.watchTopicQueues('T', () => undefined);
  await consumer.shutdown();
  await watching;
  expect(time.pending).toBe(0);
});
