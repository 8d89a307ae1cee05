import { describe, expect, it } from '@jest/globals';
import { useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import { closedGate } from '../../../../../test/support/gate.js';
import { RequestCode } from '../../protocol/request-code.js';
import { DefaultMQPushConsumer } from './default-mq-push-consumer.js';
import type { MessageListenerConcurrently } from './listeners.js';

const { PULL_MESSAGE } = RequestCode;

const aGroup = useConsumerGroups(4);

describe('receiving', () => {
  it('hears of messages that were there and that come', async () => {
    const { broker, good, seen, started, time } = aGroup();
    broker.store('T', 0, 'there');
    await started(good);
    broker.store('T', 3, 'come');
    await time.advance(0);
    expect(seen).toEqual(['there', 'come']);
  });

  it('begins at the end of a topic that is there, and misses nothing of one that comes later', async () => {
    const { broker, cluster, consumerOf, good, seen, time } = aGroup();
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
    const { broker, committed, good, started, time } = aGroup();
    await started(good);
    for (let i = 0; i < 3; i++) broker.store('T', 1, `m${i}`);
    await time.advance(5_000);
    expect(committed(1)).toBe(3);
  });

  it('leaves out other tags that share a hash', async () => {
    const { broker, committed, consumerOf, good, seen, time } = aGroup();
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
    const { broker, good, seen, started, time } = aGroup();
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
    const { broker, cluster, good, seen, started, time } = aGroup();
    const gate = closedGate();
    for (let i = 0; i < 1_500; i++) broker.store('T', 0, `m${i}`);
    await started(async (messages, context) => {
      await gate.opened;
      return good(messages, context);
    });
    const pulls = () =>
      cluster.seen.filter(({ code, ext }) => code === PULL_MESSAGE && ext['topic'] === 'T' && ext['queueId'] === '0')
        .length;
    expect(pulls()).toBe(Math.ceil(1_001 / 32));
    gate.open();
    for (let turn = 0; turn < 20; turn++) await time.advance(10);
    expect(seen.length).toBe(1_500);
  });

  it('hands nothing to the listener while it is suspended', async () => {
    const { broker, good, seen, started, time } = aGroup();
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

describe('a group that begins at the end', () => {
  it('misses nothing that is sent while nobody is there', async () => {
    const { broker, good, seen, started } = aGroup();
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
    const { broker, committed, consumerOf, good, seen, time } = aGroup();
    const consumer = consumerOf(good);
    broker.offsets.set('G T 0', 7);
    broker.beginAt('T', 0, 100);
    broker.store('T', 0, 'still here');
    await consumer.start();
    await time.advance(3_000);
    expect(seen).toEqual(['still here']);
    await time.advance(5_000);
    expect(committed(0)).toBe(101);
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
    const { cluster, consumerOf, good, time } = aGroup();
    cluster.mood = ({ address }) => (address === 'ns:1' ? 'broken' : undefined);
    const consumer = consumerOf(good);
    await expect(consumer.start()).rejects.toThrow(/no name server answers/);
    cluster.mood = () => undefined;
    await consumer.start();
    await time.advance(1_000);
    expect(consumer.assignment().length).toBe(5);
  });
});
