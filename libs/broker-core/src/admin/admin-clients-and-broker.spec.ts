import { beforeEach, describe, expect, it } from '@jest/globals';
import { encodeTopicRouteData } from '../protocol/bodies/topic-route-data.js';
import { parseJson } from '../protocol/json.js';
import { formatOffsetMessageId } from '../protocol/message-id.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { TimeoutError } from '../runtime/errors.js';
import { AdminDesk } from './testing/admin-desk.js';

let desk: AdminDesk;
const json = (answer: RemotingCommand) => parseJson(answer.body?.toString() ?? 'null') as Record<string, never>;

beforeEach(() => {
  desk = new AdminDesk();
  desk.addTopic('T');
  desk.addGroup('G');
});

describe('operators and clients', () => {
  it('hear from a consumer what it does, through the broker', async () => {
    const client = desk.joinGroup('G', 'c', ['T']);
    client.answer = async () => createResponse(0, undefined, undefined, Buffer.from('{"properties":{}}'));
    const ask = (clientId: string) =>
      desk.ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { consumerGroup: 'G', clientId, jstackEnable: 'true' });
    expect((await ask('c')).body?.toString()).toBe('{"properties":{}}');
    expect(client.sent[0]).toMatchObject({ code: 307, extFields: { jstackEnable: 'true' } });
    expect((await ask('other')).remark).toContain('not online');
    client.answer = () => Promise.reject(new TimeoutError('too late'));
    expect((await ask('c')).code).toBe(ResponseCode.CONSUME_MSG_TIMEOUT);
  });

  it('give a consumer one stored message', async () => {
    const place = desk.store.put('T', 0, 'again', 1);
    const client = desk.joinGroup('G', 'c', ['T']);
    client.answer = async () => createResponse(0);
    const msgId = formatOffsetMessageId({ address: '127.0.0.1', port: 10911 }, place);
    const ask = (id: string) =>
      desk.ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { consumerGroup: 'G', clientId: 'c', topic: 'T', msgId: id });
    expect((await ask(msgId)).code).toBe(ResponseCode.SUCCESS);
    expect(client.sent[0]).toMatchObject({ extFields: { brokerName: 'b', topicSysFlag: '0', groupSysFlag: '0' } });
    expect(client.sent[0]?.body?.toString()).toContain('again');
    expect((await ask(formatOffsetMessageId({ address: '1.1.1.1', port: 1 }, 99_999))).code).toBe(1);
  });

  it('collect which offsets the members hold', async () => {
    const body = '{"messageQueueTable":{{"brokerName":"b","queueId":0,"topic":"T"}:7}}';
    desk.joinGroup('G', 'c1', ['T']).answer = async () => createResponse(0, undefined, undefined, Buffer.from(body));
    desk.joinGroup('G', 'c2', ['T']).answer = () => Promise.reject(new TimeoutError('silent'));
    const answer = await desk.ask(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, { topic: 'T', group: 'G' });
    expect(Object.keys(json(answer)['consumerTable'] ?? {})).toEqual(['c1']);
    expect(answer.body?.toString()).toContain(':7');
  });

  it('have queues shared out by the broker', async () => {
    const queueDatas = [{ brokerName: 'b', readQueueNums: 5, writeQueueNums: 5, perm: 6, topicSysFlag: 0 }];
    const route = encodeTopicRouteData({ queueDatas, brokerDatas: [], filterServerTable: new Map() });
    desk.route = createResponse(0, undefined, undefined, route);
    for (const clientId of ['c2', 'c1']) desk.joinGroup('G', clientId, ['T']);
    const mine = async (clientId: string, strategyName = 'AVG') => {
      const body = { topic: 'T', consumerGroup: 'G', clientId, strategyName, messageModel: 'CLUSTERING' };
      const list = json(await desk.ask(RequestCode.QUERY_ASSIGNMENT, {}, body))['messageQueueAssignments'];
      return (list as { messageQueue: { queueId: number } }[] | undefined)?.map(
        ({ messageQueue }) => messageQueue.queueId,
      );
    };
    expect([await mine('c1'), await mine('c2')]).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(await mine('c2', 'AVG_BY_CIRCLE')).toEqual([1, 3]);
    expect(await mine('stranger')).toEqual([]);
    expect(await mine('c1', 'UNKNOWN')).toBeUndefined();
  });

  it('say how a group consumes: by pulling', async () => {
    const ask = (mode: string, topic = 'T') =>
      desk.ask(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, { topic, consumerGroup: 'G', mode });
    expect((await ask('PULL')).code).toBe(ResponseCode.SUCCESS);
    expect(json(await desk.ask(RequestCode.GET_ALL_MESSAGE_REQUEST_MODE))).toMatchObject({
      messageRequestModeMap: { T: { G: { mode: 'PULL' } } },
    });
    expect((await ask('POP')).code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
    expect((await ask('PULL', '%RETRY%G')).code).toBe(ResponseCode.NO_PERMISSION);
    expect((await ask('PULL', 'missing')).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('make a group by saying how it consumes, where groups may make themselves', async () => {
    const ask = (consumerGroup: string) =>
      desk.ask(RequestCode.SET_MESSAGE_REQUEST_MODE, {}, { topic: 'T', consumerGroup, mode: 'PULL' });
    expect((await ask('New')).code).toBe(ResponseCode.SUCCESS);
    expect(desk.subscriptionGroups.has('New')).toBe(true);
    expect((await ask('../New')).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
  });
});

describe('operators and the broker', () => {
  it('read and change the configuration; changed permissions are told to name servers', async () => {
    const answer = await desk.ask(RequestCode.GET_BROKER_CONFIG);
    expect(answer.body?.toString()).toBe('a=1\n');
    expect(JSON.parse(answer.extFields?.['version'] ?? '')).toMatchObject({ counter: 3 });
    await desk.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('brokerPermission=4\n'));
    expect([desk.updates, desk.registrations]).toEqual([['brokerPermission=4\n'], 1]);
  });

  it('see every key that clusterList, brokerStatus and the dashboard read', async () => {
    desk.store.put('T', 0, 'x', 1000);
    const { table } = json(await desk.ask(RequestCode.GET_BROKER_RUNTIME_INFO));
    const wanted =
      'bootTimestamp runtime putTps getTransferredTps getTotalTps sendThreadPoolQueueSize pullThreadPoolQueueSize ' +
      'sendThreadPoolQueueHeadWaitTimeMills pullThreadPoolQueueHeadWaitTimeMills pageCacheLockTimeMills commitLogDiskRatio ' +
      'timerReadBehind timerOffsetBehind timerCongestNum timerEnqueueTps timerDequeueTps brokerVersionDesc brokerActive ' +
      'msgPutTotalYesterdayMorning msgPutTotalTodayMorning msgPutTotalTodayNow msgGetTotalYesterdayMorning ' +
      'msgGetTotalTodayMorning msgGetTotalTodayNow dispatchBehindBytes commitLogDirCapacity commitLogMinOffset';
    for (const key of wanted.split(' ')) expect(table).toHaveProperty(key);
    expect(table).toMatchObject({
      ...{ earliestMessageTimeStamp: '1000', putLatency99: '0.00', scheduleMessageOffset_3: '5,6' },
      remainHowManyDataToFlush: `${desk.store.maxCommitLogOffset} B`,
      ...{ commitLogDirCapacity: 'Total : 1000 B, Free : 250 B.', consumeQueueDiskRatio: '0.75' },
    });
  });

  it('see what waits for the store, and how long requests wait for their turn', async () => {
    Object.assign(desk.admission, { pending: 7, capacity: 20, lateMs: 3.6 });
    const { table } = json(await desk.ask(RequestCode.GET_BROKER_RUNTIME_INFO));
    expect(table).toMatchObject({
      ...{ sendThreadPoolQueueSize: '7', sendThreadPoolQueueCapacity: '20', sendThreadPoolQueueHeadWaitTimeMills: '4' },
      ...{ pullThreadPoolQueueSize: '0', pullThreadPoolQueueHeadWaitTimeMills: '4' },
    });
  });

  it('see the capacities that RocketMQ has where nothing queues here', async () => {
    const { table } = json(await desk.ask(RequestCode.GET_BROKER_RUNTIME_INFO));
    expect(table).toMatchObject({
      ...{ pullThreadPoolQueueCapacity: '100000', litePullThreadPoolQueueCapacity: '100000' },
      ...{ ackThreadPoolQueueCapacity: '100000', queryThreadPoolQueueCapacity: '20000' },
      ...{ EndTransactionThreadPoolQueueCapacity: '100000', remainTransientStoreBufferNumbs: '2147483647' },
    });
  });

  it('see what was counted', async () => {
    desk.stats.topicPut('T', 0, 5, 50);
    const ask = (statsKey: string) =>
      desk.ask(RequestCode.VIEW_BROKER_STATS_DATA, { statsName: 'TOPIC_PUT_NUMS', statsKey });
    expect(json(await ask('T'))).toMatchObject({ statsMinute: {}, statsHour: {}, statsDay: {} });
    expect((await ask('no')).remark).toBe('The stats <TOPIC_PUT_NUMS> <no> not exist');
  });

  it('see a master without slaves', async () => {
    expect(json(await desk.ask(RequestCode.GET_BROKER_HA_STATUS))).toMatchObject({ master: true, inSyncSlaveNums: 0 });
  });

  it('clean by hand: only queues of topics that nobody knows', async () => {
    desk.store.put('T', 0, 'x', 1);
    desk.store.put('Forgotten', 0, 'x', 1);
    for (const code of [RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, RequestCode.DELETE_EXPIRED_COMMITLOG]) {
      expect((await desk.ask(code)).code).toBe(ResponseCode.SUCCESS);
    }
    await desk.ask(RequestCode.CLEAN_UNUSED_TOPIC);
    expect(desk.store.cleanings).toEqual(['consumequeue', 'commitlog']);
    expect(desk.store.deleted).toEqual(['Forgotten']);
  });

  it('are answered by one processor for each code', () => {
    expect(new Set(desk.codes).size).toBe(desk.codes.length);
    expect(desk.codes.length).toBeGreaterThan(40);
  });
});
