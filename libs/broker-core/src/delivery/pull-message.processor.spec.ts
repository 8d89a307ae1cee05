import { describe, expect, it } from '@jest/globals';
import { FakeConnection } from '../consumers/testing/fake-connection.js';
import { createRequest, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { newSubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { newTopicConfig } from '../protocol/topic-config.js';
import { buildSubscriptionData } from '../protocol/tag-filter.js';
import { asQueueOffset } from '../runtime/numbers.js';
import { emptyPull, type GetMessageStatus } from '../store/get-message-result.js';
import { PullMessageProcessor } from './pull-message.processor.js';
import { deliveryRooms, type RoomSettings } from './testing/delivery-rooms.js';

const COMMIT = 1;
const SUSPEND = 2;
const SUBSCRIPTION = 4;

function build(given: RoomSettings = {}) {
  const rooms = deliveryRooms(given);
  rooms.topics.update(newTopicConfig('T', { readQueueNums: 4, writeQueueNums: 4 }));
  rooms.heldPulls.start();
  const processor = new PullMessageProcessor(rooms);
  const connection = new FakeConnection();
  const pull = async (more: Record<string, string> = {}, code: number = RequestCode.PULL_MESSAGE) =>
    (await processor.pull(createRequest(code, { ...fields, ...more }), connection)) as RemotingCommand;
  const join = (expression = '*', more = {}) =>
    rooms.consumerGroups.hear(
      { connection, clientId: 'c', language: 'JAVA', version: 495, lastUpdateTimestamp: rooms.time.now() },
      {
        groupName: 'g',
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
        subscriptionDataSet: [buildSubscriptionData('T', expression, 'TAG', 5)],
        unitMode: false,
        ...more,
      },
      { mayNotify: false },
    );
  return { ...rooms, processor, connection, pull, join };
}

const fields = {
  consumerGroup: 'g',
  topic: 'T',
  queueId: '0',
  queueOffset: '0',
  maxMsgNums: '32',
  sysFlag: String(SUBSCRIPTION),
  commitOffset: '0',
  suspendTimeoutMillis: '15000',
  subscription: '*',
  subVersion: '5',
  expressionType: 'TAG',
};

const found = (...texts: string[]) => ({
  ...emptyPull('FOUND', texts.length, 0, 9),
  chunks: texts.map((text) => Buffer.from(text)),
  messageCount: texts.length,
  totalBytes: texts.join('').length,
});

describe('a pull is refused', () => {
  const cases: readonly (readonly [
    string,
    number,
    string | undefined,
    RoomSettings,
    Record<string, string>,
    number?,
  ])[] = [
    ['by a broker that may not be read', 16, '1', { topics: { brokerPermission: 2 } }, {}],
    [
      'as a lite pull where there are none',
      16,
      '1',
      { delivery: { litePullMessageEnable: false } },
      {},
      RequestCode.LITE_PULL_MESSAGE,
    ],
    ['for a group that may not make itself', 26, undefined, { autoCreateSubscriptionGroup: false }, {}],
    ['for a group with a hostile name', 26, undefined, {}, { consumerGroup: '../../g' }],
    ['for a topic that is not there', 17, undefined, {}, { topic: 'U' }],
    ['for a queue that is not there', 29, undefined, {}, { queueId: '4' }],
    ['for a negative queue', 29, undefined, {}, { queueId: '-1' }],
    ['for an expression of SQL92', 1, undefined, {}, { expressionType: 'SQL92', subscription: 'a > 1' }],
    ['without a subscription, by a group nobody heard of', 24, undefined, {}, { sysFlag: '0' }],
    ['by a pull consumer where they are rejected', 24, undefined, { delivery: { rejectPullConsumerEnable: true } }, {}],
  ];

  it.each(cases)('%s: %i', async (_, code, forbiddenType, settings, more, requestCode = RequestCode.PULL_MESSAGE) => {
    const broker = build(settings);
    const answer = await broker.pull(more, requestCode);
    expect(answer.code).toBe(code);
    expect(answer.extFields?.['forbiddenType']).toBe(forbiddenType);
    expect(answer.extFields).toMatchObject({
      suggestWhichBrokerId: '0',
      nextBeginOffset: '0',
      minOffset: '0',
      maxOffset: '0',
    });
    expect(broker.store.asked).toEqual([]);
  });

  it('for a group that may not consume, and for a topic that may not be read', async () => {
    const broker = build();
    broker.subscriptionGroups.update(newSubscriptionGroupConfig('stopped', { consumeEnable: false }));
    broker.topics.update(newTopicConfig('W', { perm: 2 }));
    const stopped = await broker.pull({ consumerGroup: 'stopped' });
    expect([stopped.code, stopped.extFields?.['forbiddenType']]).toEqual([ResponseCode.NO_PERMISSION, '2']);
    const unreadable = await broker.pull({ topic: 'W' });
    expect([unreadable.code, unreadable.extFields?.['forbiddenType']]).toEqual([ResponseCode.NO_PERMISSION, '3']);
  });

  it('when the group’s subscription is missing, older, forbidden, or by broadcast where that is off', async () => {
    const broker = build();
    broker.join();
    broker.topics.update(newTopicConfig('U'));
    expect((await broker.pull({ sysFlag: '0' })).code).toBe(ResponseCode.PULL_NOT_FOUND);
    expect((await broker.pull({ sysFlag: '0', topic: 'U' })).code).toBe(ResponseCode.SUBSCRIPTION_NOT_EXIST);
    expect((await broker.pull({ sysFlag: '0', subVersion: '6' })).code).toBe(ResponseCode.SUBSCRIPTION_NOT_LATEST);
    broker.subscriptionGroups.setForbidden('g', 'T', 4);
    expect((await broker.pull({ sysFlag: '0' })).extFields?.['forbiddenType']).toBe('5');
    broker.join('*', { messageModel: 'BROADCASTING' });
    broker.subscriptionGroups.update(newSubscriptionGroupConfig('g', { consumeBroadcastEnable: false }));
    expect((await broker.pull({ sysFlag: '0' })).extFields?.['forbiddenType']).toBe('4');
  });
});

describe('a pull', () => {
  it.each([
    ['FOUND', '0', 0],
    ['NO_MATCHED_MESSAGE', '0', 20],
    ['MESSAGE_WAS_REMOVING', '0', 20],
    ['NO_MATCHED_LOGIC_QUEUE', '0', 19],
    ['NO_MATCHED_LOGIC_QUEUE', '3', 21],
    ['NO_MESSAGE_IN_QUEUE', '0', 19],
    ['NO_MESSAGE_IN_QUEUE', '3', 21],
    ['OFFSET_FOUND_NULL', '0', 19],
    ['OFFSET_OVERFLOW_ONE', '0', 19],
    ['OFFSET_OVERFLOW_BADLY', '0', 21],
    ['OFFSET_TOO_SMALL', '0', 21],
  ] as const)('that comes to %s at offset %s is answered %i', async (status, queueOffset, code) => {
    const broker = build();
    broker.store.found = emptyPull(status as GetMessageStatus, 7, 2, 9);
    expect(await broker.pull({ queueOffset })).toMatchObject({
      code,
      remark: status,
      extFields: { suggestWhichBrokerId: '0', nextBeginOffset: '7', minOffset: '2', maxOffset: '9' },
    });
  });

  it('carries the records as they are stored, from memory or from disk', async () => {
    const broker = build();
    broker.store.found = found('ab', 'cd');
    expect((await broker.pull()).body?.toString()).toBe('abcd');
    broker.store.found = Promise.resolve(found('ef'));
    expect((await broker.pull()).body?.toString()).toBe('ef');
  });

  it('asks the store with the tags of its subscription, its own or its group’s', async () => {
    const broker = build();
    broker.join('red');
    const code = [...buildSubscriptionData('T', 'red', 'TAG', 5).codeSet][0] ?? 0;
    await broker.pull({ sysFlag: '0' });
    expect(broker.store.asked[0]?.filter?.matchesConsumeQueue(code)).toBe(true);
    expect(broker.store.asked[0]?.filter?.matchesConsumeQueue(code + 1)).toBe(false);
    await broker.pull();
    expect(broker.store.asked[1]?.filter).toBeUndefined();
  });

  it('commits on its first pass only, and remembers how far it handed out', async () => {
    const broker = build();
    broker.store.found = emptyPull('OFFSET_OVERFLOW_ONE', 3, 0, 3);
    broker.store.maxOffset = 3;
    const waiting = broker.pull({
      sysFlag: String(COMMIT | SUSPEND | SUBSCRIPTION),
      commitOffset: '2',
      queueOffset: '3',
    });
    expect(broker.offsets.query('g', 'T', 0)).toBe(2);
    broker.offsets.commit('g', 'T', 0, 3);
    broker.store.found = { ...found('x'), nextBeginOffset: asQueueOffset(4) };
    broker.heldPulls.arrived('T', 0, 4, 0);
    expect((await waiting).code).toBe(ResponseCode.SUCCESS);
    expect(broker.offsets.query('g', 'T', 0)).toBe(3);
    expect(broker.offsets.queryPulled('g', 'T', 0)).toBe(4);
  });

  it('waits at most as long as it says, and only once', async () => {
    const broker = build();
    let answer: RemotingCommand | undefined;
    const flags = { sysFlag: String(SUSPEND | SUBSCRIPTION), suspendTimeoutMillis: '1000' };
    void broker.pull(flags).then((got) => {
      answer = got;
    });
    await broker.time.advance(999);
    expect(answer).toBeUndefined();
    await broker.time.advance(1);
    expect(answer).toMatchObject({ code: ResponseCode.PULL_NOT_FOUND, remark: 'OFFSET_OVERFLOW_ONE' });
    expect(broker.store.asked).toHaveLength(2);
    expect(broker.heldPulls.size).toBe(0);
  });

  it('waits a second where long polling is off', async () => {
    const broker = build({ delivery: { longPollingEnable: false } });
    let isAnswered = false;
    void broker.pull({ sysFlag: String(SUSPEND | SUBSCRIPTION) }).then(() => {
      isAnswered = true;
    });
    await broker.time.advance(1_000);
    expect(isAnswered).toBe(true);
  });

  it('is answered at once when too many wait', async () => {
    const broker = build({ delivery: { maxHeldPulls: 0 } });
    expect((await broker.pull({ sysFlag: String(SUSPEND | SUBSCRIPTION) })).code).toBe(ResponseCode.PULL_NOT_FOUND);
  });

  it('of a queue that was reset is told to move, once', async () => {
    const broker = build();
    broker.offsets.assignReset('g', 'T', 0, 42);
    expect(await broker.pull()).toMatchObject({
      code: ResponseCode.PULL_OFFSET_MOVED,
      remark: 'OFFSET_RESET',
      extFields: { nextBeginOffset: '42' },
    });
    expect((await broker.pull()).code).toBe(ResponseCode.PULL_NOT_FOUND);
  });

  it('of a consumer that lags is sent to a slave where slaves may be read', async () => {
    const broker = build({ delivery: { slaveReadEnable: true } });
    broker.store.found = { ...found('x'), suggestPullingFromSlave: true };
    expect((await broker.pull()).extFields?.['suggestWhichBrokerId']).toBe('1');
    broker.store.found = found('x');
    expect((await broker.pull()).extFields?.['suggestWhichBrokerId']).toBe('0');
  });
});
