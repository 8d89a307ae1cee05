import { describe, expect, it, jest } from '@jest/globals';
import { type MessageQueue, silentLogger } from 'rocketmq-broker-core/client';
import { MessageExt } from '../messages/message-ext.js';
import { RemotingPullConsumer } from './remoting-pull-consumer.js';

const queue = (queueId: number): MessageQueue => ({ topic: 'T', brokerName: 'a', queueId });
const message = (queueId: number, queueOffset: number) =>
  new MessageExt({
    ...queue(queueId),
    queueOffset,
    keys: [],
    body: Buffer.from('x'),
    msgId: `${queueId}-${queueOffset}`,
    bornTimestamp: 0,
    storeTimestamp: 0,
    reconsumeTimes: 0,
    flag: 0,
    sysFlag: 0,
    properties: new Map(),
  });

/** A consumer whose client has consumed these offsets, and what the broker was told of them. */
function consumerOf(consumed: Record<number, number>) {
  const consumer = new RemotingPullConsumer(
    {
      connection: { nameServer: ['127.0.0.1:1'], sharedInstanceName: 'spec' },
      group: 'p',
      topic: 'T',
      expression: '*',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'FIRST_OFFSET',
    },
    silentLogger,
  );
  const client = consumer.unwrap();
  const known = new Map<number, number>();
  const told: Record<number, number> = {};
  const note = (offsets?: ReadonlyMap<MessageQueue, number>) => {
    const all = offsets ? [...offsets].map(([{ queueId }, next]) => [queueId, next]) : Object.entries(consumed);
    for (const [queueId, next] of all) known.set(Number(queueId), Number(next));
  };
  jest.spyOn(client, 'assignment').mockReturnValue([queue(0), queue(1), queue(2)]);
  jest.spyOn(client, 'committed').mockImplementation(async ({ queueId }) => known.get(queueId) ?? -1);
  jest.spyOn(client, 'commit').mockImplementation(note);
  jest.spyOn(client, 'commitSync').mockImplementation(async (offsets) => {
    note(offsets);
    for (const { queueId } of offsets?.keys() ?? [queue(0), queue(1)]) told[queueId] = known.get(queueId) ?? -1;
  });
  return { consumer, told };
}

describe('commits of the pull consumer', () => {
  it('tell the broker all that was handed out', async () => {
    const { consumer, told } = consumerOf({ 0: 10, 1: 20 });
    await consumer.commit([]);
    expect(told).toEqual({ 0: 10, 1: 20 });
  });

  it('stop before what is unread, queue by queue', async () => {
    const { consumer, told } = consumerOf({ 0: 10, 1: 20 });
    await consumer.commit([message(1, 17), message(1, 18), message(1, 15)]);
    expect(told).toEqual({ 0: 10, 1: 15 });
  });
});
