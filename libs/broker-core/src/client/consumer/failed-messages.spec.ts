import { describe, expect, it } from '@jest/globals';
import { useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import { RequestCode } from '../../protocol/request-code.js';

const { CONSUMER_SEND_MSG_BACK, SEND_MESSAGE_V2 } = RequestCode;

const aGroup = useConsumerGroups(4);

describe('failed messages', () => {
  it('go back to the broker, and the queue goes on', async () => {
    const { broker, committed, note, seen, started, time } = aGroup();
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
    const { broker, started } = aGroup();
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
    const { broker, cluster, note, started, time } = aGroup();
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
    const { broker, cluster, committed, note, seen, started, time } = aGroup();
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
    const { broker, started, time } = aGroup();
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
    const { broker, committed, started, time } = aGroup();
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
