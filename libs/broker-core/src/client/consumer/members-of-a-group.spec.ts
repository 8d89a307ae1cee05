import { describe, expect, it } from '@jest/globals';
import { useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import { RequestCode } from '../../protocol/request-code.js';
import type { FakeTransport } from '../../../../../test/support/fake-cluster.js';

const aGroup = useConsumerGroups(4);

describe('members of a group', () => {
  it('share the queues, and take over when one leaves', async () => {
    const { good, started, time } = aGroup();
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
    const { broker, good, seen, started, time } = aGroup();
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
    const { cluster, good, started, time } = aGroup();
    const consumer = await started(good);
    cluster.mood = ({ code }) => (code === RequestCode.GET_CONSUMER_LIST_BY_GROUP ? 'broken' : undefined);
    await time.advance(45_000);
    expect(consumer.assignment().length).toBe(5);
  });

  it('find a topic that is created after they subscribed', async () => {
    const { broker, cluster, good, seen, started, time } = aGroup();
    const consumer = await started(good);
    consumer.subscribe('LATE');
    await time.advance(3_000);
    cluster.addTopic('LATE', 2);
    broker.store('LATE', 1, 'found');
    await time.advance(6_000);
    expect(seen).toEqual(['found']);
  });

  it('leave the queues of a topic they no longer subscribe to', async () => {
    const { good, started, time } = aGroup();
    const consumer = await started(good);
    consumer.unsubscribe('T');
    await time.advance(2_000);
    expect(consumer.assignment().map(({ topic }) => topic)).toEqual(['%RETRY%G']);
  });
});

describe('a broker that comes back', () => {
  it('is asked for messages as soon as it knows the consumer again', async () => {
    const { broker, cluster, good, seen, started, time } = aGroup();
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
