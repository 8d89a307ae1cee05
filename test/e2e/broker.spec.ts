import { describe, expect, it } from '@jest/globals';
import { decodeMessages, RequestCode, ResponseCode, type RemotingCommand } from 'rocketmq-broker-core';
import { useBroker } from '../support/use-broker.js';

const broker = useBroker();

const CLIENT_VERSION = 495;

function sendFields(topic: string, queueId: number, properties = ''): Record<string, string> {
  return {
    a: 'specs',
    b: topic,
    c: 'TBW102',
    d: '4',
    e: String(queueId),
    f: '0',
    g: String(Date.now()),
    h: '7',
    i: properties,
    j: '0',
    k: 'false',
    l: '16',
    m: 'false',
    n: 'broker-a',
  };
}

const property = (name: string, value: string) => `${name}\u0001${value}\u0002`;

async function send(topic: string, text: string, queueId = 0, properties = ''): Promise<RemotingCommand> {
  return broker.call(RequestCode.SEND_MESSAGE_V2, sendFields(topic, queueId, properties), Buffer.from(text));
}

async function mustSend(topic: string, text: string, queueId = 0, properties = ''): Promise<RemotingCommand> {
  const answer = await send(topic, text, queueId, properties);
  expect({ code: answer.code, remark: answer.remark }).toEqual({ code: ResponseCode.SUCCESS, remark: undefined });
  return answer;
}

interface PullOptions {
  readonly queueId?: number;
  readonly group?: string;
  readonly expression?: string;
  readonly suspendMs?: number;
  readonly commitOffset?: number;
  readonly code?: number;
}

function pull(topic: string, offset: number, options: PullOptions = {}): Promise<RemotingCommand> {
  const { queueId = 0, group = 'spec_group', expression = '*', suspendMs, commitOffset } = options;
  const sysFlag = 4 | (suspendMs === undefined ? 0 : 2) | (commitOffset === undefined ? 0 : 1);
  return broker.call(options.code ?? RequestCode.PULL_MESSAGE, {
    consumerGroup: group,
    topic,
    queueId: String(queueId),
    queueOffset: String(offset),
    maxMsgNums: '32',
    sysFlag: String(sysFlag),
    commitOffset: String(commitOffset ?? 0),
    suspendTimeoutMillis: String(suspendMs ?? 0),
    subscription: expression,
    subVersion: '0',
    expressionType: 'TAG',
  });
}

const texts = (answer: RemotingCommand) =>
  decodeMessages(answer.body ?? Buffer.alloc(0)).map((message) => message.body.toString());

function heartbeat(body: object): Promise<RemotingCommand> {
  return broker.call(RequestCode.HEART_BEAT, undefined, Buffer.from(JSON.stringify(body)));
}

const consumer = (clientID: string, groupName: string, topics: readonly string[]) => ({
  clientID,
  consumerDataSet: [
    {
      groupName,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      subscriptionDataSet: topics.map((topic) => ({
        topic,
        subString: '*',
        tagsSet: [],
        codeSet: [],
        subVersion: 1,
        expressionType: 'TAG',
        classFilterMode: false,
      })),
      unitMode: false,
    },
  ],
  producerDataSet: [],
  heartbeatFingerprint: 0,
  withoutSub: false,
});

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
}

describe('send and pull', () => {
  it('creates the topic of a first send and gives the message back, properties and all', async () => {
    const properties = property('TAGS', 'red') + property('KEYS', 'k1 k2') + property('UNIQ_KEY', 'ID1');
    const answer = await mustSend('first', 'hello', 1, properties);
    expect(answer.extFields).toMatchObject({
      queueId: '1',
      queueOffset: '0',
      transactionId: 'ID1',
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    });
    expect(answer.extFields?.['msgId']).toMatch(/^7F000001[0-9A-F]{24}$/);
    const pulled = await pull('first', 0, { queueId: 1 });
    expect(pulled.code).toBe(ResponseCode.SUCCESS);
    expect(pulled.extFields).toMatchObject({
      suggestWhichBrokerId: '0',
      nextBeginOffset: '1',
      minOffset: '0',
      maxOffset: '1',
    });
    const [message] = decodeMessages(pulled.body ?? Buffer.alloc(0));
    expect(message).toMatchObject({ topic: 'first', queueId: 1, queueOffset: 0, flag: 7, msgId: 'ID1' });
    expect(Object.fromEntries(message?.properties ?? [])).toMatchObject({
      TAGS: 'red',
      KEYS: 'k1 k2',
      CLUSTER: 'DefaultCluster',
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    });
  });

  it('names messages itself when their client did not', async () => {
    const answer = await mustSend('unnamed', 'x');
    expect(answer.extFields?.['transactionId']).toMatch(/^[0-9A-F]{32}$/);
  });

  it('filters by tag, and moves on past what nobody wanted', async () => {
    for (const tag of ['red', 'blue', 'red']) await mustSend('tagged', tag, 0, property('TAGS', tag));
    expect(texts(await pull('tagged', 0, { expression: 'blue' }))).toEqual(['blue']);
    const nothing = await pull('tagged', 0, { expression: 'green' });
    expect(nothing).toMatchObject({ code: ResponseCode.PULL_RETRY_IMMEDIATELY, remark: 'NO_MATCHED_MESSAGE' });
    expect(nothing.extFields?.['nextBeginOffset']).toBe('3');
  });

  it('stores a batch as messages of their own', async () => {
    const one = (text: string) => {
      const body = Buffer.from(text);
      const properties = Buffer.from(property('TAGS', text));
      const item = Buffer.alloc(22 + body.length + properties.length);
      item.writeInt32BE(item.length, 0);
      item.writeInt32BE(body.length, 16);
      body.copy(item, 20);
      item.writeInt16BE(properties.length, 20 + body.length);
      properties.copy(item, 22 + body.length);
      return item;
    };
    const fields = { ...sendFields('batched', 2), m: 'true' };
    const answer = await broker.call(RequestCode.SEND_BATCH_MESSAGE, fields, Buffer.concat(['a', 'b', 'c'].map(one)));
    expect(answer.code).toBe(ResponseCode.SUCCESS);
    expect(answer.extFields?.['msgId']?.split(',')).toHaveLength(3);
    expect(texts(await pull('batched', 0, { queueId: 2, expression: 'b || c' }))).toEqual(['b', 'c']);
  });

  it('refuses what RocketMQ refuses, with its codes', async () => {
    await mustSend('known', 'x');
    const codeOf = async (answer: Promise<RemotingCommand>) => (await answer).code;
    const withDefault = (topic: string, defaultTopic: string) =>
      broker.call(RequestCode.SEND_MESSAGE_V2, { ...sendFields(topic, 0), c: defaultTopic }, Buffer.from('x'));
    expect(await codeOf(send('../../x', 'x'))).toBe(ResponseCode.INVALID_PARAMETER);
    expect(await codeOf(send('a'.repeat(128), 'x'))).toBe(ResponseCode.INVALID_PARAMETER);
    expect(await codeOf(send('SCHEDULE_TOPIC_XXXX', 'x'))).toBe(ResponseCode.NO_PERMISSION);
    expect(await codeOf(send('known', 'x', 99))).toBe(ResponseCode.INVALID_PARAMETER);
    expect(await codeOf(withDefault('unheard', 'no_such_default'))).toBe(ResponseCode.TOPIC_NOT_EXIST);
    expect(await codeOf(send('known', '', 0))).toBe(ResponseCode.MESSAGE_ILLEGAL);
    expect(await codeOf(send('known', 'x'.repeat(4 * 1024 * 1024 + 1)))).toBe(ResponseCode.MESSAGE_ILLEGAL);
    expect(await codeOf(send('known', 'x', 0, property('p', 'v'.repeat(33_000))))).toBe(ResponseCode.MESSAGE_ILLEGAL);
    expect(await codeOf(send('known', 'x', 0, property('TRAN_MSG', 'true')))).toBe(ResponseCode.NO_PERMISSION);
    expect(await send('known', 'x', 0, property('TIMER_DELAY_SEC', '3'))).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'accurate timer message is not enabled, timerWheelEnable is false',
    });
    expect(await codeOf(pull('unheard', 0))).toBe(ResponseCode.TOPIC_NOT_EXIST);
    expect(await codeOf(pull('known', 0, { queueId: 99 }))).toBe(ResponseCode.INVALID_PARAMETER);
    expect(await codeOf(pull('known', 0, { group: 'no/group' }))).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
    expect(await broker.call(424_242)).toMatchObject({
      code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      remark: ' request type 424242 not supported',
    });
  });

  it('corrects offsets that are out of range', async () => {
    await mustSend('ranged', 'x');
    expect(await pull('ranged', 1)).toMatchObject({ code: ResponseCode.PULL_NOT_FOUND, remark: 'OFFSET_OVERFLOW_ONE' });
    const far = await pull('ranged', 77);
    expect(far).toMatchObject({ code: ResponseCode.PULL_OFFSET_MOVED, remark: 'OFFSET_OVERFLOW_BADLY' });
    expect(far.extFields?.['nextBeginOffset']).toBe('1');
    const low = await pull('ranged', -1);
    expect(low).toMatchObject({ code: ResponseCode.PULL_OFFSET_MOVED, remark: 'OFFSET_TOO_SMALL' });
  });
});

describe('long polling', () => {
  it('holds a pull until a message comes that it wants', async () => {
    await mustSend('held', 'old', 0, property('TAGS', 'a'));
    const waiting = pull('held', 1, { suspendMs: 15_000, expression: 'a' });
    await mustSend('held', 'unwanted', 0, property('TAGS', 'b'));
    await mustSend('held', 'wanted', 0, property('TAGS', 'a'));
    const answer = await waiting;
    expect(answer.code).toBe(ResponseCode.SUCCESS);
    expect(texts(answer)).toEqual(['wanted']);
  });

  it('answers empty-handed at its deadline', async () => {
    await mustSend('silent', 'x');
    const startedAt = performance.now();
    expect(await pull('silent', 1, { suspendMs: 300 })).toMatchObject({ code: ResponseCode.PULL_NOT_FOUND });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
  });

  it('serves lite pulls alike', async () => {
    await mustSend('lite', 'x');
    const waiting = pull('lite', 1, { suspendMs: 15_000, code: RequestCode.LITE_PULL_MESSAGE });
    await mustSend('lite', 'y');
    expect(texts(await waiting)).toEqual(['y']);
  });
});

describe('offsets', () => {
  const place = (topic: string, queueId = 0) => ({ topic, queueId: String(queueId) });
  const query = (group: string, topic: string, more = {}) =>
    broker.call(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup: group, ...place(topic), ...more });

  it('tells where queues begin and end', async () => {
    for (const text of ['a', 'b', 'c']) await mustSend('measured', text, 3);
    const ask = async (code: number, more = {}) =>
      (await broker.call(code, { ...place('measured', 3), ...more })).extFields;
    expect(await ask(RequestCode.GET_MAX_OFFSET)).toEqual({ offset: '3' });
    expect(await ask(RequestCode.GET_MIN_OFFSET)).toEqual({ offset: '0' });
    const first = await ask(RequestCode.GET_EARLIEST_MSG_STORETIME);
    expect(Number(first?.['timestamp'])).toBeGreaterThan(Date.now() - 60_000);
    expect(await ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, { timestamp: '0' })).toEqual({ offset: '0' });
    const future = String(Date.now() + 60_000);
    expect(await ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, { timestamp: future })).toEqual({ offset: '3' });
  });

  it('keeps what groups commit, by request or with a pull', async () => {
    await mustSend('committed', 'x');
    await pull('committed', 0, { group: 'keeper' });
    expect((await query('keeper', 'committed', { setZeroIfNotFound: 'false' })).code).toBe(
      ResponseCode.QUERY_NOT_FOUND,
    );
    expect((await query('keeper', 'committed')).extFields).toEqual({ offset: '0' });
    const update = { consumerGroup: 'keeper', ...place('committed'), commitOffset: '5' };
    expect((await broker.call(RequestCode.UPDATE_CONSUMER_OFFSET, update)).code).toBe(ResponseCode.SUCCESS);
    expect((await query('keeper', 'committed')).extFields).toEqual({ offset: '5' });
    await pull('committed', 0, { group: 'keeper', commitOffset: 1 });
    expect((await query('keeper', 'committed')).extFields).toEqual({ offset: '1' });
  });
});

describe('groups', () => {
  it('registers consumers by their heartbeats and tells the others', async () => {
    await mustSend('grouped', 'x');
    const told: string[] = [];
    broker.client.registerProcessor(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, (request) => {
      told.push(request.extFields?.['consumerGroup'] ?? '');
      return undefined;
    });
    const answer = await heartbeat(consumer('client@1', 'members', ['grouped']));
    expect(answer.code).toBe(ResponseCode.SUCCESS);
    expect(answer.version).toBeGreaterThan(CLIENT_VERSION);
    const list = await broker.call(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'members' });
    expect(JSON.parse(list.body?.toString() ?? '')).toEqual({ consumerIdList: ['client@1'] });
    await eventually(async () => (told.includes('members') ? true : undefined));
    await broker.call(RequestCode.UNREGISTER_CLIENT, { clientID: 'client@1', consumerGroup: 'members' });
    const gone = await broker.call(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'members' });
    expect(gone).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'no consumer for this group, members' });
  });

  it('registers the retry topic of a group at the name server before its first retry', async () => {
    await heartbeat(consumer('client@2', 'retriers', ['grouped']));
    await eventually(async () => {
      const { createRequest } = await import('rocketmq-broker-core');
      const request = createRequest(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: '%RETRY%retriers' });
      const route = await broker.client.invoke(broker.nameServerAddress, request, 3000);
      return route.code === ResponseCode.SUCCESS ? route : undefined;
    });
  });

  it('locks a queue for one member at a time', async () => {
    const mq = { topic: 'first', brokerName: 'broker-a', queueId: 0 };
    const lock = async (code: number, clientId: string) => {
      const body = { consumerGroup: 'ordered', clientId, mqSet: [mq], onlyThisBroker: false };
      const answer = await broker.call(code, undefined, Buffer.from(JSON.stringify(body)));
      return answer.body === undefined ? undefined : JSON.parse(answer.body.toString()).lockOKMQSet;
    };
    expect(await lock(RequestCode.LOCK_BATCH_MQ, 'one')).toEqual([mq]);
    expect(await lock(RequestCode.LOCK_BATCH_MQ, 'two')).toEqual([]);
    await lock(RequestCode.UNLOCK_BATCH_MQ, 'one');
    expect(await lock(RequestCode.LOCK_BATCH_MQ, 'two')).toEqual([mq]);
  });
});

describe('what could not be consumed', () => {
  const sendBack = (offset: number, delayLevel: number, more = {}) =>
    broker.call(RequestCode.CONSUMER_SEND_MSG_BACK, {
      group: 'retrying',
      offset: String(offset),
      delayLevel: String(delayLevel),
      originTopic: 'failing',
      maxReconsumeTimes: '3',
      ...more,
    });

  it('comes again through the retry topic, and knows where it came from', async () => {
    await mustSend('failing', 'try me', 0, property('UNIQ_KEY', 'FAIL1'));
    const [original] = decodeMessages((await pull('failing', 0)).body ?? Buffer.alloc(0));
    const place = original?.commitLogOffset ?? -1;
    expect(await sendBack(place, 1)).toMatchObject({ code: ResponseCode.SUCCESS });
    const again = await eventually(async () => {
      const answer = await pull('%RETRY%retrying', 0);
      return answer.code === ResponseCode.SUCCESS ? answer : undefined;
    });
    const [retried] = decodeMessages(again.body ?? Buffer.alloc(0));
    expect(retried).toMatchObject({ topic: '%RETRY%retrying', reconsumeTimes: 1, msgId: 'FAIL1' });
    expect(Object.fromEntries(retried?.properties ?? [])).toMatchObject({
      RETRY_TOPIC: 'failing',
      ORIGIN_MESSAGE_ID: original?.offsetMsgId,
      REAL_TOPIC: '%RETRY%retrying',
    });
    expect(retried?.body.toString()).toBe('try me');
  });

  it('lies down among the dead letters when it was tried too often, or when its consumer says so', async () => {
    const [original] = decodeMessages((await pull('failing', 0)).body ?? Buffer.alloc(0));
    const place = original?.commitLogOffset ?? -1;
    await sendBack(place, -1);
    await sendBack(place, 0, { maxReconsumeTimes: '0' });
    const dead = await pull('%DLQ%retrying', 0);
    expect(texts(dead)).toEqual(['try me', 'try me']);
  });

  it('is refused for a place in the log where no message begins', async () => {
    expect(await sendBack(3, 1)).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'look message by offset failed, 3',
    });
  });

  it('waits for its delay level when its producer wants that', async () => {
    const at = Date.now();
    await mustSend('delayed', 'later', 0, property('DELAY', '1'));
    const answer = await eventually(async () => {
      const pulled = await pull('delayed', 0);
      return pulled.code === ResponseCode.SUCCESS ? pulled : undefined;
    });
    expect(texts(answer)).toEqual(['later']);
    expect(Date.now() - at).toBeGreaterThanOrEqual(1000);
  });
});

describe('messages can be found', () => {
  it('by key, by unique key and by place', async () => {
    const properties = property('KEYS', 'order-7') + property('UNIQ_KEY', 'UNIQUE7');
    const sent = await mustSend('findable', 'here', 0, properties);
    const query = (key: string, more = {}) =>
      broker.call(RequestCode.QUERY_MESSAGE, {
        topic: 'findable',
        key,
        maxNum: '10',
        beginTimestamp: '0',
        endTimestamp: String(Date.now() + 60_000),
        ...more,
      });
    const byKey = await eventually(async () => {
      const answer = await query('order-7');
      return answer.code === ResponseCode.SUCCESS ? answer : undefined;
    });
    expect(texts(byKey)).toEqual(['here']);
    expect(texts(await query('UNIQUE7', { _UNIQUE_KEY_QUERY: 'true' }))).toEqual(['here']);
    expect((await query('nothing')).code).toBe(ResponseCode.QUERY_NOT_FOUND);
    const msgId = sent.extFields?.['msgId'] ?? '';
    const offset = String(Number.parseInt(msgId.slice(16), 16));
    expect(texts(await broker.call(RequestCode.VIEW_MESSAGE_BY_ID, { topic: 'findable', offset }))).toEqual(['here']);
    expect((await broker.call(RequestCode.VIEW_MESSAGE_BY_ID, { offset: '123456789' })).code).toBe(
      ResponseCode.SYSTEM_ERROR,
    );
  });
});

describe('replies', () => {
  it('are pushed to who asked, and kept in the reply topic', async () => {
    const pushed: RemotingCommand[] = [];
    broker.client.registerProcessor(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, (request) => {
      pushed.push({ ...request, body: Buffer.from(request.body ?? []) });
      return { ...request, code: ResponseCode.SUCCESS, flag: 1, body: undefined, extFields: undefined };
    });
    const producer = { clientID: 'asker@1', consumerDataSet: [], producerDataSet: [{ groupName: 'askers' }] };
    await heartbeat({ ...producer, heartbeatFingerprint: 0, withoutSub: false });
    const properties = property('REPLY_TO_CLIENT', 'asker@1') + property('CORRELATION_ID', 'c1');
    const fields = sendFields('DefaultCluster_REPLY_TOPIC', 0, properties);
    const answer = await broker.call(RequestCode.SEND_REPLY_MESSAGE_V2, fields, Buffer.from('the reply'));
    expect(answer.code).toBe(ResponseCode.SUCCESS);
    expect(pushed).toHaveLength(1);
    expect(pushed[0]?.body?.toString()).toBe('the reply');
    expect(pushed[0]?.extFields?.['properties']).toContain(property('CORRELATION_ID', 'c1'));
    expect(texts(await pull('DefaultCluster_REPLY_TOPIC', 0))).toEqual(['the reply']);
    const stranger = sendFields('DefaultCluster_REPLY_TOPIC', 0, property('REPLY_TO_CLIENT', 'nobody'));
    expect(await broker.call(RequestCode.SEND_REPLY_MESSAGE_V2, stranger, Buffer.from('x'))).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'push reply message fail, channel of <nobody> not found.',
    });
  });
});

describe('a restart', () => {
  it('loses nothing: messages, topics, groups and offsets are where they were', async () => {
    await mustSend('lasting', 'before', 2, property('KEYS', 'lasting-key'));
    const place = { consumerGroup: 'spec_group', topic: 'lasting', queueId: '2' };
    await broker.call(RequestCode.UPDATE_CONSUMER_OFFSET, { ...place, commitOffset: '1' });
    await broker.restart();
    expect(texts(await pull('lasting', 0, { queueId: 2 }))).toEqual(['before']);
    expect((await broker.call(RequestCode.QUERY_CONSUMER_OFFSET, place)).extFields).toEqual({ offset: '1' });
    const answer = await mustSend('lasting', 'after', 2);
    expect(answer.extFields?.['queueOffset']).toBe('1');
  });
});
