import { describe, expect, it } from '@jest/globals';
import { decodeMessages, RequestCode, ResponseCode, type RemotingCommand } from 'rocketmq-broker-core';
import { property, sendFields, texts, speakTo } from '../support/speak-to.js';
import { useBroker } from '../support/use-broker.js';

const broker = useBroker();
const { send, mustSend, pull } = speakTo(broker);

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

  it('lets a group that is new begin with the first message of a short queue, as before', async () => {
    for (const text of ['a', 'b']) await mustSend('short', text);
    const ask = (consumerGroup: string, queueId: string) =>
      broker.call(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup, topic: 'short', queueId });
    expect((await ask('early', '0')).extFields).toEqual({ offset: '0' });
    await broker.restart();
    expect((await ask('late', '0')).extFields).toEqual({ offset: '0' });
    expect((await ask('late', '1')).code).toBe(ResponseCode.QUERY_NOT_FOUND);
  });
});
