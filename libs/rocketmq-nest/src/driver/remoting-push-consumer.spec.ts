import { describe, expect, it, jest } from '@jest/globals';
import { Message, type MessageExt as NativeMessageExt } from 'rocketmq-broker-core/client';
import { CollectingLogger } from '../../../../test/support/collecting-logger.js';
import type { ConsumeVerdict } from '../interfaces/driver.js';
import type { TimeLimit } from '../interfaces/time-limit.js';
import { MessageModel } from '../interfaces/vocabulary.js';
import { RemotingPushConsumer } from './remoting-push-consumer.js';

/** A message as far as the driver reads it. */
const native = (msgId: string) => Object.assign(new Message('T', Buffer.from(msgId)), { msgId }) as NativeMessageExt;

/** The listener that a driver of this model gives its client, with what it sends back. */
async function listenerOf(messageModel: MessageModel, handler: (limit: TimeLimit) => readonly ConsumeVerdict[]) {
  const logger = new CollectingLogger();
  const consumer = new RemotingPushConsumer(
    {
      connection: { nameServer: ['127.0.0.1:1'], sharedInstanceName: 'spec' },
      group: 'g',
      subscriptions: [],
      messageModel,
      handler: async (_messages, limit) => handler(limit),
    },
    logger,
  );
  const client = consumer.unwrap();
  const register = jest.spyOn(client, 'registerMessageListener').mockReturnValue();
  const sentBack: string[] = [];
  jest.spyOn(client, 'start').mockResolvedValue();
  jest.spyOn(client, 'sendMessageBack').mockImplementation(async ({ msgId }) => void sentBack.push(msgId));
  await consumer.start();
  const [[listener] = []] = register.mock.calls;
  let looks = 0;
  const context = {
    messageQueue: { topic: 'T', brokerName: 'a', queueId: 0 },
    delayLevelWhenNextConsume: 0,
    ackIndex: Number.MAX_SAFE_INTEGER,
    get signal() {
      looks++;
      return new AbortController().signal;
    },
  };
  const status = await listener?.([native('good'), native('bad')], context);
  return { status, sentBack, looks, warnings: logger.lines.filter(({ level }) => level === 'warn') };
}

const inPart: readonly ConsumeVerdict[] = [{ result: 'SUCCESS' }, { result: 'RETRY', error: new Error('boom') }];

describe('a batch that failed in part', () => {
  it('goes back message by message in a clustering group', async () => {
    const { status, sentBack } = await listenerOf(MessageModel.CLUSTERING, () => inPart);
    expect([status, sentBack]).toEqual(['CONSUME_SUCCESS', ['bad']]);
  });

  it('is logged and not tried again in a broadcasting group', async () => {
    const { status, sentBack, warnings } = await listenerOf(MessageModel.BROADCASTING, () => inPart);
    expect([status, sentBack]).toEqual(['CONSUME_SUCCESS', []]);
    expect(warnings).toMatchObject([{ fields: { group: 'g', topic: 'T', msgId: 'bad', result: 'RETRY' } }]);
  });
});

describe('the signal of a call', () => {
  const good: readonly ConsumeVerdict[] = [{ result: 'SUCCESS' }, { result: 'SUCCESS' }];

  it('is made by the client only for those who look', async () => {
    expect(await listenerOf(MessageModel.CLUSTERING, () => good)).toMatchObject({ looks: 0 });
    const looking = (limit: TimeLimit) => (limit.signal.aborted ? [] : good);
    expect(await listenerOf(MessageModel.CLUSTERING, looking)).toMatchObject({ looks: 1 });
  });
});
