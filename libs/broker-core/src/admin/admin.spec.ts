import { beforeEach, describe, expect, it } from '@jest/globals';
import { closedGate } from '../../../../test/support/gate.js';
import { decodeConsumeStats, decodeTopicStatsTable } from '../protocol/bodies/admin-stats.js';
import { parseJson } from '../protocol/json.js';
import { type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { newTopicConfig } from '../protocol/topic-config.js';
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
  ])('are refused %j %j', async (topic, more) => {
    expect((await create(topic, more)).code).toBe(ResponseCode.INVALID_PARAMETER);
    expect(desk.topics.get('New')).toBeUndefined();
  });

  it.each(['nonsense', '+message.type=NO_SUCH', '+no.such=1', '-message.type'])(
    'are told of attributes that cannot be as RocketMQ tells it: %s',
    async (attributes) => {
      expect((await create('New', { attributes })).code).toBe(ResponseCode.SYSTEM_ERROR);
      expect(desk.topics.get('New')).toBeUndefined();
    },
  );

  it('make several at once, or none', async () => {
    const list = (names: string[]) => ({ topicConfigList: names.map((topicName) => ({ topicName })) });
    const code = RequestCode.UPDATE_AND_CREATE_TOPIC_LIST;
    expect((await desk.ask(code, {}, list(['A', '../B']))).code).toBe(ResponseCode.INVALID_PARAMETER);
    const oddity = { topicName: 'B', attributes: { '+no.such': '1' } };
    const mixed = { topicConfigList: [{ topicName: 'A' }, oddity] };
    expect((await desk.ask(code, {}, mixed)).code).toBe(ResponseCode.SYSTEM_ERROR);
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
    expect((await ask(good, bad)).code).toBe(ResponseCode.SYSTEM_ERROR);
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
    const gate = closedGate();
    desk.offsetsFile.gate = gate.opened;
    let isAnswered = false;
    const answer = desk.ask(code, fields).finally(() => (isAnswered = true));
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    expect({ isAnswered, text: desk.offsetsFile.text }).toEqual({ isAnswered: false, text: before });
    gate.open();
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
