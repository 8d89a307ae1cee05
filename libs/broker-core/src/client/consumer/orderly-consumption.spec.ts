import { describe, expect, it } from '@jest/globals';
import { useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import { closedGate } from '../../../../../test/support/gate.js';
import type { ConsumeOrderlyStatus, MessageListenerOrderly } from './listeners.js';
import { orderlyStep } from './orderly-step.js';

const aGroup = useConsumerGroups(2);

const noting =
  (seen: string[], answer: (body: string) => ConsumeOrderlyStatus): MessageListenerOrderly =>
  (messages) => {
    const body = messages[0]?.body.toString() ?? '';
    seen.push(body);
    return answer(body);
  };

describe('orderly consumption', () => {
  it('gives one message of a queue at a time, in order', async () => {
    const { broker, seen, startedOrderly, time } = aGroup();
    const running = new Set<number>();
    await startedOrderly(async (messages): Promise<ConsumeOrderlyStatus> => {
      const queueId = messages[0]?.queueId ?? -1;
      expect(running.has(queueId)).toBe(false);
      running.add(queueId);
      await new Promise<void>((resolve) => void time.after(10, resolve));
      running.delete(queueId);
      seen.push(`${queueId}:${messages[0]?.body}`);
      return 'SUCCESS';
    });
    for (let i = 0; i < 20; i++) broker.store('T', i % 2, String(i));
    await time.advance(500);
    const of = (queueId: number) =>
      seen.filter((one) => one.startsWith(`${queueId}:`)).map((one) => Number(one.slice(2)));
    expect([of(0), of(1)]).toEqual([
      [0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
    ]);
  });

  it('holds back the queue of a message that fails, and no other', async () => {
    const { broker, committed, seen, startedOrderly, time } = aGroup();
    let isBad = true;
    await startedOrderly(
      noting(seen, (body) => (body === 'bad' && isBad ? 'SUSPEND_CURRENT_QUEUE_A_MOMENT' : 'SUCCESS')),
    );
    broker.store('T', 0, 'bad');
    broker.store('T', 0, 'behind');
    broker.store('T', 1, 'beside');
    await time.advance(900);
    expect(seen).toEqual(['bad', 'beside']);
    isBad = false;
    await time.advance(200);
    expect(seen).toEqual(['bad', 'beside', 'bad', 'behind']);
    await time.advance(5_000);
    expect([committed(0), committed(1)]).toEqual([2, 1]);
  });

  it('sends what failed too often to the retry topic and goes on', async () => {
    const { broker, seen, startedOrderly, time } = aGroup();
    await startedOrderly(
      noting(seen, (body) => (body === 'bad' ? 'SUSPEND_CURRENT_QUEUE_A_MOMENT' : 'SUCCESS')),
      { maxReconsumeTimes: 2, suspendCurrentQueueTimeMillis: 100 },
    );
    broker.store('T', 0, 'bad');
    broker.store('T', 0, 'behind');
    await time.advance(1_000);
    expect(seen).toEqual(['bad', 'bad', 'bad', 'behind']);
    expect(broker.retries).toMatchObject([{ b: '%RETRY%G', j: '3', l: '2' }]);
  });

  it('consumes nothing of a queue whose lock another member has', async () => {
    const { broker, seen, startedOrderly, time } = aGroup();
    broker.locks.set('G T 0', 'somebody else');
    const consumer = await startedOrderly(noting(seen, () => 'SUCCESS'));
    broker.store('T', 0, 'not ours');
    broker.store('T', 1, 'ours');
    await time.advance(3_000);
    expect(seen).toEqual(['ours']);
    broker.locks.delete('G T 0');
    await time.advance(6_000);
    expect(seen).toEqual(['ours', 'not ours']);
    expect(consumer.assignment().filter(({ topic }) => topic === 'T').length).toBe(2);
  });

  it('stops when its lock is gone, and asks for it again', async () => {
    const { broker, seen, startedOrderly, time } = aGroup();
    await startedOrderly(noting(seen, () => 'SUCCESS'));
    for (const key of broker.locks.keys()) broker.locks.set(key, 'somebody else');
    await time.advance(20_000);
    broker.store('T', 0, 'later');
    await time.advance(4_000);
    expect(seen).toEqual([]);
    broker.locks.clear();
    await time.advance(8_000);
    expect(seen).toEqual(['later']);
  });

  it('gives its locks back at shutdown', async () => {
    const { broker, seen, startedOrderly } = aGroup();
    const consumer = await startedOrderly(noting(seen, () => 'SUCCESS'));
    expect(broker.locks.size).toBe(3);
    await consumer.shutdown();
    expect(broker.locks.size).toBe(0);
  });

  it('finishes its call before another member gets the queue', async () => {
    const { broker, seen, startedOrderly, time } = aGroup();
    const gate = closedGate();
    const first = await startedOrderly(async (): Promise<ConsumeOrderlyStatus> => {
      await gate.opened;
      return 'SUCCESS';
    });
    for (let queueId = 0; queueId < 2; queueId++) broker.store('T', queueId, `m${queueId}`);
    await time.advance(10);
    const second = await startedOrderly(noting(seen, () => 'SUCCESS'));
    await time.advance(2_000);
    expect(seen).toEqual([]);
    gate.open();
    await time.advance(5_000);
    expect(seen).toEqual([]);
    const counts = [first, second].map((one) => one.assignment().filter(({ topic }) => topic === 'T').length);
    expect(counts).toEqual([1, 1]);
  });

  it('waits to commit when the listener says so, and rolls back to the last commit', async () => {
    const { broker, committed, seen, startedOrderly, time } = aGroup();
    let answers: ConsumeOrderlyStatus[] = ['SUCCESS', 'COMMIT', 'SUCCESS', 'ROLLBACK', 'COMMIT', 'COMMIT'];
    await startedOrderly((messages, context) => {
      context.autoCommit = false;
      context.suspendCurrentQueueTimeMillis = 50;
      seen.push(String(messages[0]?.body));
      const [answer = 'COMMIT', ...rest] = answers;
      answers = rest;
      return answer;
    });
    for (let i = 0; i < 4; i++) broker.store('T', 0, `m${i}`);
    await time.advance(40);
    await time.advance(5_000);
    expect(seen).toEqual(['m0', 'm1', 'm2', 'm3', 'm2', 'm3']);
    expect(committed(0)).toBe(4);
  });
});

describe('orderlyStep', () => {
  const step = (status: ConsumeOrderlyStatus, autoCommit: boolean, isGivenUp = false, restMs = -1) =>
    orderlyStep(status, { autoCommit, suspendCurrentQueueTimeMillis: restMs }, isGivenUp, 1_000);

  it.each([
    ['SUCCESS', true, { kind: 'goOn', handing: 'commit' }],
    ['SUCCESS', false, { kind: 'goOn', handing: undefined }],
    ['COMMIT', true, { kind: 'goOn', handing: 'commit' }],
    ['COMMIT', false, { kind: 'goOn', handing: 'commit' }],
    ['ROLLBACK', true, { kind: 'goOn', handing: 'commit' }],
    ['ROLLBACK', false, { kind: 'comeBack', afterMs: 1_000, handing: 'rollback' }],
    ['SUSPEND_CURRENT_QUEUE_A_MOMENT', true, { kind: 'comeBack', afterMs: 1_000, handing: 'again' }],
    ['SUSPEND_CURRENT_QUEUE_A_MOMENT', false, { kind: 'comeBack', afterMs: 1_000, handing: 'again' }],
  ] as const)('%s with autoCommit %s', (status, autoCommit, wanted) => {
    expect(step(status, autoCommit)).toEqual(wanted);
  });

  it('goes on when everything that failed has gone to the retry topic', () => {
    expect(step('SUSPEND_CURRENT_QUEUE_A_MOMENT', true, true)).toEqual({ kind: 'goOn', handing: 'commit' });
  });

  it('rests between 10 ms and 30 s', () => {
    expect(step('SUSPEND_CURRENT_QUEUE_A_MOMENT', true, false, 1)).toMatchObject({ afterMs: 10 });
    expect(step('SUSPEND_CURRENT_QUEUE_A_MOMENT', true, false, 90_000)).toMatchObject({ afterMs: 30_000 });
  });
});
