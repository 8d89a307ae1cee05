import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeConsumeStats, decodeTopicStatsTable } from '../protocol/bodies/admin-stats.js';
import { encodeTopicRouteData } from '../protocol/bodies/topic-route-data.js';
import { parseJson } from '../protocol/json.js';
import { formatOffsetMessageId } from '../protocol/message-id.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { newTopicConfig } from '../protocol/topic-config.js';
import { TimeoutError } from '../runtime/errors.js';
import { AdminDesk } from './testing/admin-desk.js';

let desk: AdminDesk;
const json = (answer: RemotingCommand) => parseJson(answer.body?.toString() ?? 'null') as Record<string, never>;
const topicFields = (topic: string, more = {}) => ({
  ...{ topic, defaultTopic: 'TBW102', readQueueNums: '4', writeQueueNums: '4', perm: '6' },
  ...{ topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false', ...more },
});

beforeEach(() => {
  desk = new AdminDesk();
  desk.addTopic('T');
  desk.addGroup('G');
});

describe('operators and topics', () => {
  const create = (topic: string, more = {}) => desk.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topicFields(topic, more));

  it('make and change topics, with attributes', async () => {
    expect((await create('New', { attributes: '+message.type=FIFO' })).code).toBe(ResponseCode.SUCCESS);
    expect(desk.topics.get('New')).toMatchObject({ readQueueNums: 4, attributes: new Map([['message.type', 'FIFO']]) });
    expect((await create('New', { readQueueNums: '8', attributes: '-message.type' })).code).toBe(ResponseCode.SUCCESS);
    expect(desk.topics.get('New')).toMatchObject({ readQueueNums: 8, attributes: new Map() });
  });

  it.each([
    ['../escape', {}],
    ['', {}],
    ['TBW102', {}],
    ['SCHEDULE_TOPIC_XXXX', {}],
    ['b', {}],
    ['New', { readQueueNums: '99999999' }],
    ['New', { writeQueueNums: '-1' }],
    ['New', { perm: '99' }],
    ['New', { attributes: '+message.type=MIXED' }],
    ['New', { attributes: 'nonsense' }],
  ])('are refused %j %j', async (topic, more) => {
    expect((await create(topic, more)).code).toBe(ResponseCode.INVALID_PARAMETER);
    expect(desk.topics.get('New')).toBeUndefined();
  });

  it('make several at once, or none', async () => {
    const list = (names: string[]) => ({ topicConfigList: names.map((topicName) => ({ topicName })) });
    const code = RequestCode.UPDATE_AND_CREATE_TOPIC_LIST;
    expect((await desk.ask(code, {}, list(['A', '../B']))).code).toBe(ResponseCode.INVALID_PARAMETER);
    const oddity = { topicName: 'B', attributes: { '+no.such': '1' } };
    const mixed = { topicConfigList: [{ topicName: 'A' }, oddity] };
    expect((await desk.ask(code, {}, mixed)).code).toBe(ResponseCode.INVALID_PARAMETER);
    expect(desk.topics.get('A')).toBeUndefined();
    expect((await desk.ask(code, {}, list(['A', 'B']))).code).toBe(ResponseCode.SUCCESS);
    expect(desk.topics.get('B')?.readQueueNums).toBe(16);
  });

  it('delete a topic with its offsets, its messages and its POP retry topics', async () => {
    desk.addTopic('%RETRY%G_T');
    desk.offsets.commit('G', 'T', 0, 5);
    expect((await desk.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })).code).toBe(ResponseCode.SUCCESS);
    expect(desk.topics.get('T')).toBeUndefined();
    expect(desk.offsets.query('G', 'T', 0)).toBeUndefined();
    expect(desk.store.deleted).toEqual(['T', '%RETRY%G_T']);
    expect((await desk.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'TBW102' })).code).toBe(29);
  });

  it('read one topic, all of them, or a page', async () => {
    expect(json(await desk.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'T' }))).toMatchObject({ topicName: 'T' });
    expect((await desk.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'no' })).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
    const all = await desk.ask(RequestCode.GET_ALL_TOPIC_CONFIG);
    const names = Object.keys(json(all)['topicConfigTable'] ?? {});
    expect(all.extFields?.['totalTopicNum']).toBe(String(names.length));
    const ask = (fields: Record<string, string>) => desk.ask(RequestCode.GET_ALL_TOPIC_CONFIG, fields);
    const page = await ask({ topicSeq: '2', maxTopicNum: '3', dataVersion: '' });
    expect(Object.keys(json(page)['topicConfigTable'] ?? {})).toEqual(names.slice(2, 5));
    const stale = await ask({
      topicSeq: '2',
      maxTopicNum: '3',
      dataVersion: '{"counter":0,"timestamp":1,"stateVersion":0}',
    });
    expect(Object.keys(json(stale)['topicConfigTable'] ?? {})).toEqual(names.slice(0, 3));
  });

  it('see which topics are the broker’s own', async () => {
    desk.topics.update(newTopicConfig('b_own', {}));
    const { topicList } = json(await desk.ask(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER));
    expect(topicList).toEqual(expect.arrayContaining(['TBW102', 'SCHEDULE_TOPIC_XXXX', 'C', 'b', 'C_REPLY_TOPIC']));
    expect(topicList).not.toContain('T');
    expect(topicList).not.toContain('b_own');
  });

  it('see the ends of queues, and who consumes', async () => {
    desk.store.put('T', 1, 'x', 1000);
    desk.offsets.commit('G', 'T', 0, 0);
    desk.joinGroup('Online', 'c', ['T']);
    const stats = decodeTopicStatsTable((await desk.ask(RequestCode.GET_TOPIC_STATS_INFO, { topic: 'T' })).body);
    expect([...stats.offsetTable.values()]).toEqual([
      { minOffset: 0, maxOffset: 0, lastUpdateTimestamp: 0 },
      { minOffset: 0, maxOffset: 1, lastUpdateTimestamp: 1000 },
    ]);
    const who = json(await desk.ask(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, { topic: 'T' }));
    expect([...(who['groupList'] ?? [])].sort()).toEqual(['G', 'Online']);
    expect((await desk.ask(RequestCode.GET_TOPIC_STATS_INFO, { topic: 'no' })).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('look into a ConsumeQueue, a bounded piece of it', async () => {
    for (const text of ['a', 'b', 'c']) desk.store.put('T', 0, text, 1);
    const ask = (index: number, count: number) =>
      desk.ask(RequestCode.QUERY_CONSUME_QUEUE, { topic: 'T', queueId: '0', index: `${index}`, count: `${count}` });
    expect(json(await ask(1, 99))).toMatchObject({ maxQueueIndex: 3, queueData: [{ tagsCode: 7 }, { tagsCode: 7 }] });
    expect((await ask(9, 1)).remark).toContain('Index 9');
  });
});

describe('operators and groups', () => {
  it('make, read, list and delete groups', async () => {
    const update = (body: object) => desk.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, body);
    expect((await update({ groupName: 'N', retryMaxTimes: 3 })).code).toBe(ResponseCode.SUCCESS);
    expect((await update({ groupName: '../N' })).code).toBe(ResponseCode.INVALID_PARAMETER);
    expect(json(await desk.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'N' }))).toMatchObject({
      retryMaxTimes: 3,
    });
    const all = json(await desk.ask(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG));
    expect(Object.keys(all['subscriptionGroupTable'] ?? {})).toEqual(expect.arrayContaining(['G', 'N']));
    desk.offsets.commit('N', 'T', 0, 5);
    await desk.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'N', cleanOffset: 'true' });
    expect(desk.subscriptionGroups.has('N')).toBe(false);
    expect(desk.offsets.query('N', 'T', 0)).toBeUndefined();
  });

  it('make several at once, or none, with their attributes', async () => {
    const ask = (...groupConfigList: object[]) =>
      desk.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, {}, { groupConfigList });
    const good = { groupName: 'A', attributes: { '+priority.factor': '50' } };
    const bad = { groupName: 'B', attributes: { '+priority.factor': '-1' } };
    expect((await ask(good, bad)).code).toBe(ResponseCode.INVALID_PARAMETER);
    expect(desk.subscriptionGroups.has('A')).toBe(false);
    expect((await ask(good)).code).toBe(ResponseCode.SUCCESS);
    expect(desk.subscriptionGroups.get('A')?.attributes).toEqual(new Map([['priority.factor', '50']]));
  });

  it('forbid a group to read a topic, and lift it', async () => {
    const ask = (fields: Record<string, string>) =>
      desk.ask(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, { group: 'G', topic: 'T', ...fields });
    expect(json(await ask({ readable: 'false' }))).toEqual({ group: 'G', topic: 'T', readable: false });
    expect(json(await ask({}))).toMatchObject({ readable: false });
    expect(json(await ask({ readable: 'true' }))).toMatchObject({ readable: true });
  });

  it('see how far a group is behind, in topics that it still subscribes to', async () => {
    desk.addTopic('Left');
    for (let index = 0; index < 5; index++) desk.store.put('T', 0, 'x', 100 + index);
    desk.offsets.commit('G', 'T', 0, 2);
    desk.offsets.commit('G', 'Left', 0, 0);
    desk.joinGroup('G', 'c', ['T']);
    const ask = async (fields: Record<string, string>) =>
      decodeConsumeStats((await desk.ask(RequestCode.GET_CONSUME_STATS, { consumerGroup: 'G', ...fields })).body);
    const stats = await ask({});
    expect([...stats.offsetTable.keys()].map(({ topic }) => topic)).toEqual(['T', 'T']);
    expect([...stats.offsetTable.values()][0]).toEqual({
      ...{ brokerOffset: 5, consumerOffset: 2, pullOffset: 2, lastTimestamp: 101 },
    });
    expect((await ask({ topicList: 'Left' })).offsetTable.size).toBe(2);
    const broker = json(await desk.ask(RequestCode.GET_BROKER_CONSUME_STATS, { isOrder: 'false' }));
    expect(broker['totalDiff']).toBe(3);
  });

  it('see members and subscriptions, and that a group is not there', async () => {
    desk.joinGroup('G', 'client-1', ['T']);
    const seen = json(await desk.ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, { consumerGroup: 'G' }));
    expect(seen).toMatchObject({
      connectionSet: [{ clientId: 'client-1' }],
      subscriptionTable: { T: { subString: '*' } },
    });
    const ask = (code: number, fields: Record<string, string>) =>
      desk.ask(code, fields).then(({ code: answer }) => answer);
    expect(await ask(RequestCode.GET_CONSUMER_CONNECTION_LIST, { consumerGroup: 'no' })).toBe(206);
    expect(await ask(RequestCode.GET_PRODUCER_CONNECTION_LIST, { producerGroup: 'no' })).toBe(1);
    expect(await ask(RequestCode.GET_ALL_PRODUCER_INFO, {})).toBe(0);
    const subscription = await desk.ask(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, { group: 'G', topic: 'T' });
    expect(json(subscription)).toMatchObject({ subscriptionData: { topic: 'T' } });
  });

  it('see from when to when a group consumed', async () => {
    for (const at of [100, 200, 300]) desk.store.put('T', 0, 'x', at);
    desk.offsets.commit('G', 'T', 0, 1);
    const spans = json(await desk.ask(RequestCode.QUERY_CONSUME_TIME_SPAN, { topic: 'T', group: 'G' }));
    expect(spans['consumeTimeSpanSet']?.[0]).toMatchObject({
      ...{ minTimeStamp: 100, maxTimeStamp: 300, consumeTimeStamp: 100, delayTime: desk.time.now() - 200 },
    });
  });
});

describe('operators and offsets', () => {
  const reset = (fields: Record<string, string>) =>
    desk.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, { group: 'G', topic: 'T', timestamp: '0', ...fields });

  beforeEach(() => {
    for (const at of [100, 200, 300]) desk.store.put('T', 0, 'x', at);
  });

  it('move a group to a time, to the end, or to an offset of one queue', async () => {
    await reset({ timestamp: '150' });
    expect(desk.moved).toEqual(['T/0', 'T/1']);
    expect(desk.offsets.query('G', 'T', 0)).toBe(1);
    expect(json(await reset({ timestamp: '-1' }))['offsetTable']).toBeDefined();
    expect(desk.offsets.query('G', 'T', 0)).toBe(3);
    await reset({ queueId: '0', offset: '2' });
    expect(desk.offsets.takeReset('G', 'T', 0)).toBe(2);
  });

  it.each([
    [
      'a reset',
      RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
      { topic: 'T', group: 'G', timestamp: '-1', isForce: 'true' },
    ],
    ['a copy', RequestCode.CLONE_GROUP_OFFSET, { srcGroup: 'G', destGroup: 'H', topic: 'T', offline: 'true' }],
    ['the end of a group', RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'G', cleanOffset: 'true' }],
    ['the end of a topic', RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' }],
  ])('hear yes to %s of offsets when it would survive a power cut, not before', async (_, code, fields) => {
    desk.offsets.commit('G', 'T', 0, 2);
    await desk.offsets.awaitSaved();
    const before = desk.offsetsFile.text;
    let open = () => {};
    desk.offsetsFile.gate = new Promise((resolve) => (open = resolve));
    let isAnswered = false;
    const answer = desk.ask(code, fields).finally(() => (isAnswered = true));
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    expect({ isAnswered, text: desk.offsetsFile.text }).toEqual({ isAnswered: false, text: before });
    open();
    expect((await answer).code).toBe(ResponseCode.SUCCESS);
    expect(desk.offsetsFile.text).not.toBe(before);
  });

  it('are refused what cannot be', async () => {
    expect((await reset({ topic: 'no' })).code).toBe(ResponseCode.TOPIC_NOT_EXIST);
    expect((await reset({ group: 'no' })).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
    expect((await reset({ queueId: '0', offset: '99' })).remark).toContain('not in consume queue range [0-3]');
    expect((await reset({ queueId: '77' })).code).toBe(ResponseCode.SYSTEM_ERROR);
  });

  it('tell the clients to move, when the broker is not to do it', async () => {
    desk.useServerSideResetOffset = false;
    expect((await reset({ isForce: 'true' })).remark).toContain('THe consumer group <G> not exist');
    for (const queueId of [0, 1]) desk.offsets.commit('G', 'T', queueId, 0);
    expect((await reset({ isForce: 'true' })).code).toBe(ResponseCode.CONSUMER_NOT_ONLINE);
    const client = desk.joinGroup('G', 'c', ['T']);
    expect((await reset({ isForce: 'true', timestamp: '200' })).code).toBe(ResponseCode.SUCCESS);
    expect(client.sent[0]).toMatchObject({ code: RequestCode.RESET_CONSUMER_CLIENT_OFFSET });
    expect(client.sent[0]?.body?.toString()).toContain('"queueId":0,"topic":"T"}:1');
  });

  it('copy the offsets of one group to another', async () => {
    desk.offsets.commit('G', 'T', 0, 2);
    await desk.ask(RequestCode.CLONE_GROUP_OFFSET, { srcGroup: 'G', destGroup: 'H', topic: 'T', offline: 'true' });
    expect(desk.offsets.query('H', 'T', 0)).toBe(2);
  });

  it('read every offset and every delay level’s, as slaves copy them, and the topics of one group', async () => {
    desk.offsets.commit('G', 'T', 0, 2);
    desk.offsets.commit('G', 'Gone', 1, 3);
    desk.offsets.commit('H', 'T', 0, 4);
    expect(json(await desk.ask(RequestCode.GET_ALL_CONSUMER_OFFSET))).toMatchObject({
      offsetTable: { 'T@G': { 0: 2 }, 'Gone@G': { 1: 3 }, 'T@H': { 0: 4 } },
    });
    expect((await desk.ask(RequestCode.GET_ALL_DELAY_OFFSET)).body?.toString()).toBe('{"offsetTable":{3:5}}');
    expect(json(await desk.ask(RequestCode.QUERY_TOPICS_BY_CONSUMER, { group: 'G' }))).toMatchObject({
      topicList: ['T', 'Gone'],
      brokerAddr: '10.0.0.9:10911',
    });
  });

  it('compare groups', async () => {
    desk.offsets.commit('G', 'T', 0, 2);
    desk.offsets.commit('H', 'T', 0, 3);
    const ask = async (compareGroup: string) =>
      json(await desk.ask(RequestCode.QUERY_CORRECTION_OFFSET, { topic: 'T', compareGroup }))['correctionOffsets'];
    expect(await ask('H')).toEqual({ 0: 2 });
    expect(await ask('other')).toEqual({ 0: 2 });
  });
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
