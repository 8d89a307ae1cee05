import { describe, expect, it } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { decodeMessages, RequestCode, ResponseCode, type RemotingCommand } from 'rocketmq-broker-core';
import { CLIENT_VERSION, consumer, eventually, property, sendFields, texts, speakTo } from '../support/speak-to.js';
import { useBroker } from '../support/use-broker.js';

const broker = useBroker();
const { mustSend, pull, heartbeat } = speakTo(broker);

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
      const route = await broker.client.invoke(broker.nameServerAddress, request, 20_000);
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

  it('is still what its flags say when it was sent compressed: again, and among the dead letters', async () => {
    const body = Buffer.from('a long story '.repeat(400));
    const compressedByZlib = { f: String(0x1 | (0x3 << 8)) };
    const fields = { ...sendFields('packed', 0), ...compressedByZlib };
    const sent = await broker.call(RequestCode.SEND_MESSAGE_V2, fields, deflateSync(body));
    expect(sent.code).toBe(ResponseCode.SUCCESS);
    const group = 'unpacking';
    const readAll = async (topic: string) => decodeMessages((await pull(topic, 0)).body ?? Buffer.alloc(0));
    const [original] = await readAll('packed');
    expect(original?.body).toEqual(body);
    expect((await sendBack(original?.commitLogOffset ?? -1, 1, { group })).code).toBe(ResponseCode.SUCCESS);
    const retried = await eventually(async () => (await readAll(`%RETRY%${group}`))[0]);
    expect(retried).toMatchObject({ reconsumeTimes: 1, body });
    await sendBack(retried.commitLogOffset, 0, { group, maxReconsumeTimes: '1' });
    const [dead] = await readAll(`%DLQ%${group}`);
    expect(dead).toMatchObject({ reconsumeTimes: 2, body, sysFlag: original?.sysFlag });
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
