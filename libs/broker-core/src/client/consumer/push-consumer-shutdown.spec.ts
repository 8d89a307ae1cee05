import { describe, expect, it } from '@jest/globals';
import { useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import { closedGate } from '../../../../../test/support/gate.js';
import { RequestCode } from '../../protocol/request-code.js';
import { MemoryDisk } from '../../runtime/memory-disk.js';

const { UNREGISTER_CLIENT } = RequestCode;

const aGroup = useConsumerGroups(4);

describe('shutdown', () => {
  it('lets calls in flight end, commits them and begins no others', async () => {
    const { broker, cluster, committed, good, seen, started, time } = aGroup();
    const gate = closedGate();
    const consumer = await started(
      async (messages, context) => {
        await gate.opened;
        return good(messages, context);
      },
      { concurrency: 2 },
    );
    for (let i = 0; i < 6; i++) broker.store('T', 0, `m${i}`);
    await time.advance(10);
    const down = consumer.shutdown();
    await time.advance(10);
    gate.open();
    await time.advance(10);
    await down;
    expect([seen, committed(0)]).toEqual([['m0', 'm1'], 2]);
    expect(cluster.count(RequestCode.UNREGISTER_CLIENT)).toBe(1);
  });

  it('does not wait for ever', async () => {
    const { broker, committed, started, time } = aGroup();
    const consumer = await started(() => new Promise(() => {}), { awaitTerminationMs: 1_000 });
    broker.store('T', 0, 'stuck');
    await time.advance(10);
    const down = consumer.shutdown();
    await time.advance(1_001);
    await down;
    expect(committed(0)).not.toBe(1);
  });

  it('can be called twice, and start again afterwards', async () => {
    const { broker, good, seen, started, time } = aGroup();
    const consumer = await started(good);
    await Promise.all([consumer.shutdown(), consumer.shutdown()]);
    await consumer.shutdown();
    await consumer.start();
    broker.store('T', 0, 'again');
    await time.advance(1_000);
    expect(seen).toEqual(['again']);
  });
});

describe('a broadcasting member whose offset file cannot be written', () => {
  const hindered = () => ({
    messageModel: 'BROADCASTING' as const,
    disk: new MemoryDisk({ capacityBytes: 0 }),
  });

  it('goes on where the broker has messages', async () => {
    const { broker, consumerOf, good, seen, time } = aGroup();
    const consumer = consumerOf(good, hindered());
    broker.beginAt('T', 0, 100);
    broker.store('T', 0, 'still here');
    await consumer.start();
    await time.advance(3_000);
    expect(seen).toEqual(['still here']);
  });

  it('leaves its group all the same, and asks nothing afterwards', async () => {
    const { broker, cluster, consumerOf, good, seen, time } = aGroup();
    const consumer = consumerOf(good, hindered());
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
