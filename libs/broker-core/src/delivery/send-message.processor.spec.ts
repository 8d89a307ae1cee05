import { describe, expect, it } from '@jest/globals';
import { FakeConnection } from '../consumers/testing/fake-connection.js';
import { encodeMessageBatch } from '../protocol/batch-codec.js';
import { Message } from '../protocol/message.js';
import { newSubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { createRequest, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { javaStringHash } from '../protocol/string-hash.js';
import { newTopicConfig } from '../protocol/topic-config.js';
import { RequestError } from '../runtime/errors.js';
import { SendAdmission } from './send-admission.js';
import { MAX_BATCH_MESSAGES } from './send-batch.js';
import { SendMessageProcessor } from './send-message.processor.js';
import { deliveryRooms, type RoomSettings } from './testing/delivery-rooms.js';

function build(given: RoomSettings = {}, maxMessageBytes = 100) {
  const rooms = deliveryRooms(given);
  const state = { isStoreBusy: false };
  const counted: string[] = [];
  const stats = { ...rooms.stats, topicPut: (...put: (string | number)[]) => void counted.push(put.join(' ')) };
  const turnLag = { lateMs: 0 };
  const admission = new SendAdmission({
    settings: rooms.settings,
    isStoreBusy: () => state.isStoreBusy,
    turnLag,
  });
  const processor = new SendMessageProcessor({
    ...rooms,
    stats,
    admission,
    remarkFacts: { maxMessageBytes, diskUtil: () => 'CL: 91' },
    makeUniqKey: () => 'MADE',
  });
  const connection = new FakeConnection();
  const send = async (request: RemotingCommand): Promise<RemotingCommand> => {
    try {
      return await processor.send(request, connection);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { ...request, code: error.responseCode, remark: error.remark };
    }
  };
  return { ...rooms, counted, admission, state, turnLag, connection, processor, send };
}

const NO_BODY = Buffer.alloc(0);

const v2 = (more: Record<string, string> = {}, properties: Record<string, string> = {}, body = 'x') =>
  createRequest(
    RequestCode.SEND_MESSAGE_V2,
    {
      a: 'p',
      b: 'T',
      c: 'TBW102',
      d: '4',
      e: '0',
      f: '0',
      g: '1700000000000',
      h: '0',
      i: encodeProperties(new Map(Object.entries(properties))),
      j: '0',
      k: 'false',
      l: '16',
      m: 'false',
      ...more,
    },
    body === '' ? undefined : Buffer.from(body),
  );

describe('a send', () => {
  it('counts for the topic that it lies in: a delayed one waits in another', async () => {
    const broker = build();
    await broker.send(v2({ e: '2' }));
    broker.store.turnedAside = { topic: 'SCHEDULE_TOPIC_XXXX', queueId: 4 };
    expect((await broker.send(v2({ e: '2' }, { DELAY: '5' }))).extFields).toMatchObject({ queueId: '2' });
    expect(broker.counted).toEqual(['T 2 1 100', 'SCHEDULE_TOPIC_XXXX 4 1 100']);
  });

  it('reaches the store with what the header and the properties say', async () => {
    const broker = build();
    const answer = await broker.send(v2({ e: '3', h: '9' }, { TAGS: 'tag', KEYS: 'k', UNIQ_KEY: 'U', DELAY: '2' }));
    expect(answer).toMatchObject({
      code: ResponseCode.SUCCESS,
      extFields: {
        msgId: 'OFFSETID',
        queueId: '3',
        queueOffset: '0',
        transactionId: 'U',
        MSG_REGION: 'R',
        TRACE_ON: 'true',
      },
    });
    expect(broker.store.put).toMatchObject([
      {
        topic: 'T',
        queueId: 3,
        flag: 9,
        bornTimestamp: 1_700_000_000_000,
        bornHost: { address: '10.0.0.1', port: 40_000 + broker.connection.id },
        tagsCode: javaStringHash('tag'),
        keys: 'k',
        uniqKey: 'U',
        delayLevel: 2,
        waitStoreMsgOK: true,
      },
    ]);
  });

  it('in the old form, with fields under their own names, is the same', async () => {
    const broker = build();
    const fields = {
      producerGroup: 'p',
      topic: 'T',
      defaultTopic: 'TBW102',
      defaultTopicQueueNums: '4',
      queueId: '1',
      sysFlag: '0',
      bornTimestamp: '5',
      flag: '0',
    };
    const answer = await broker.send(createRequest(RequestCode.SEND_MESSAGE, fields, Buffer.from('x')));
    expect(answer.code).toBe(ResponseCode.SUCCESS);
    expect(broker.store.put).toMatchObject([{ topic: 'T', queueId: 1, uniqKey: 'MADE' }]);
  });

  it('that is too early hears from when on, as people write it', async () => {
    const broker = build({ delivery: { acceptSendsFromMs: new Date(2050, 0, 2, 3, 4, 5, 67).getTime() } });
    expect((await broker.send(v2())).remark).toBe('broker unable to service, until 2050-01-02 03:04:05,067');
  });

  it('that names no queue gets any of the writable ones', async () => {
    const broker = build();
    for (let times = 0; times < 20; times++) await broker.send(v2({ e: '-1' }));
    expect(new Set(broker.store.put.map(({ queueId }) => queueId))).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each([
    ['before the broker accepts any', { delivery: { acceptSendsFromMs: 2 ** 50 } }, {}, ResponseCode.SYSTEM_ERROR],
    ['to a name that is none', {}, { b: 'a/b' }, ResponseCode.INVALID_PARAMETER],
    ['to a topic of the broker’s own', {}, { b: 'SCHEDULE_TOPIC_XXXX' }, ResponseCode.NO_PERMISSION],
    ['to an unknown topic without a default', {}, { c: 'nothing' }, ResponseCode.TOPIC_NOT_EXIST],
    ['to a queue that is not there', {}, { e: '4' }, ResponseCode.INVALID_PARAMETER],
    ['of a prepared transaction', {}, { f: '4' }, ResponseCode.NO_PERMISSION],
    ['of a rollback', {}, { f: '12' }, ResponseCode.NO_PERMISSION],
    ['without a header field', {}, { b: undefined as unknown as string }, ResponseCode.INVALID_PARAMETER],
  ])('%s is refused', async (_, settings, fields, code) => {
    const broker = build(settings as RoomSettings);
    const answer = await broker.send(v2(fields));
    expect(answer).toMatchObject({ code, extFields: { MSG_REGION: 'R', TRACE_ON: 'true' } });
    expect(broker.store.put).toEqual([]);
    expect(broker.admission.pending).toBe(0);
  });

  it.each([
    [{ TRAN_MSG: 'true' }, ResponseCode.NO_PERMISSION, 'the broker[1.2.3.4] sending transaction message is forbidden'],
    [
      { TIMER_DELAY_MS: '5' },
      ResponseCode.SYSTEM_ERROR,
      'accurate timer message is not enabled, timerWheelEnable is false',
    ],
    [
      { INNER_NUM: '5' },
      ResponseCode.MESSAGE_ILLEGAL,
      'the message is illegal, maybe msg body or properties length not matched. msg body length limit 100B, msg properties length limit 32KB.',
    ],
  ])('with %j is refused', async (properties, code, remark) => {
    const broker = build();
    expect(await broker.send(v2({}, properties as Record<string, string>))).toMatchObject({ code, remark });
  });

  it('to an ordered topic is refused by a broker that may not be written; any other is taken', async () => {
    const broker = build({ topics: { brokerPermission: 4 } });
    broker.topics.update(newTopicConfig('T', { order: true }));
    expect((await broker.send(v2())).code).toBe(ResponseCode.NO_PERMISSION);
    expect((await broker.send(v2({ b: 'U' }))).code).toBe(ResponseCode.SUCCESS);
  });

  it.each([
    ['PUT_OK', ResponseCode.SUCCESS],
    ['FLUSH_DISK_TIMEOUT', ResponseCode.FLUSH_DISK_TIMEOUT],
    ['FLUSH_SLAVE_TIMEOUT', ResponseCode.FLUSH_SLAVE_TIMEOUT],
    ['SLAVE_NOT_AVAILABLE', ResponseCode.SLAVE_NOT_AVAILABLE],
    ['MESSAGE_ILLEGAL', ResponseCode.MESSAGE_ILLEGAL],
    ['PROPERTIES_SIZE_EXCEEDED', ResponseCode.MESSAGE_ILLEGAL],
    ['SERVICE_NOT_AVAILABLE', ResponseCode.SERVICE_NOT_AVAILABLE],
    ['OS_PAGE_CACHE_BUSY', ResponseCode.SYSTEM_BUSY],
    ['IN_SYNC_REPLICAS_NOT_ENOUGH', ResponseCode.SYSTEM_ERROR],
    ['WHEEL_TIMER_MSG_ILLEGAL', ResponseCode.MESSAGE_ILLEGAL],
    ['UNKNOWN_ERROR', ResponseCode.SYSTEM_ERROR],
  ] as const)('that comes to %s is answered %i', async (status, code) => {
    const broker = build();
    broker.store.status = status;
    const answer = await broker.send(v2());
    expect(answer.code).toBe(code);
    expect(answer.extFields).toMatchObject({ MSG_REGION: 'R', TRACE_ON: 'true' });
    if (code === ResponseCode.FLUSH_DISK_TIMEOUT) expect(answer.extFields).toHaveProperty('queueOffset');
  });

  it('says how full the disks are when the store takes nothing', async () => {
    const broker = build();
    broker.store.status = 'SERVICE_NOT_AVAILABLE';
    expect((await broker.send(v2())).remark).toContain("the broker's disk is full [CL: 91]");
  });

  it('is answered after the topic it made is saved', async () => {
    const broker = build();
    const order: string[] = [];
    const saved = broker.topics.awaitSaved.bind(broker.topics);
    broker.topics.awaitSaved = async () => {
      await saved();
      order.push('saved');
    };
    await broker.send(v2());
    order.push('answered');
    await broker.send(v2());
    expect(order).toEqual(['saved', 'answered']);
  });

  it('is answered after the topic is saved that another one made a moment before', async () => {
    const broker = build();
    let saves = 0;
    const saved = broker.topics.awaitSaved.bind(broker.topics);
    broker.topics.awaitSaved = async () => {
      saves++;
      await saved();
    };
    await Promise.all([broker.send(v2()), broker.send(v2())]);
    expect([saves, broker.topics.isSaved('T')]).toEqual([2, true]);
    await broker.send(v2());
    expect(saves).toBe(2);
  });

  it('tells producers whether traces are wanted, as it is set now', async () => {
    const broker = build();
    await broker.send(v2());
    (broker.settings as { traceOn: boolean }).traceOn = false;
    expect((await broker.send(v2())).extFields?.['TRACE_ON']).toBe('false');
    expect(decodeProperties(broker.store.put[1]?.propertiesString ?? '').get('TRACE_ON')).toBe('false');
  });
});

describe('a send to a retry topic', () => {
  const retry = (reconsumeTimes: number, max = 3) =>
    v2({ b: '%RETRY%g', j: String(reconsumeTimes), l: String(max) }, { DELAY: '3', RETRY_TOPIC: 'T' });

  it('is stored there while the message may be tried again', async () => {
    const broker = build();
    expect((await broker.send(retry(3))).code).toBe(ResponseCode.SUCCESS);
    expect(broker.store.put).toMatchObject([{ topic: '%RETRY%g', reconsumeTimes: 3, delayLevel: 3 }]);
  });

  it('goes to the dead letters when it was tried too often', async () => {
    const broker = build();
    await broker.send(retry(4));
    expect(broker.store.put).toMatchObject([{ topic: '%DLQ%g', queueId: 0, delayLevel: 0 }]);
    expect(decodeProperties(broker.store.put[0]?.propertiesString ?? '').get('DELAY')).toBe('-1');
    expect(broker.topics.get('%DLQ%g')).toMatchObject({ writeQueueNums: 1, perm: 6 });
  });

  it('of an old client follows the group’s own limit', async () => {
    const broker = build();
    broker.subscriptionGroups.update(newSubscriptionGroupConfig('g', { retryMaxTimes: 1 }));
    await broker.send({ ...retry(2, 100), version: 100 });
    expect(broker.store.put[0]?.topic).toBe('%DLQ%g');
  });

  it('goes to the dead letters at once when the group consumes in order', async () => {
    const broker = build();
    broker.queueLocks.tryLock('g', [{ topic: 'T', brokerName: 'b', queueId: 0 }], 'c');
    await broker.send(retry(0));
    expect(broker.store.put[0]?.topic).toBe('%DLQ%g');
  });

  it('of an unknown group is refused', async () => {
    const broker = build({ autoCreateSubscriptionGroup: false });
    expect((await broker.send(retry(0))).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
  });

  it('as a batch is refused', async () => {
    const broker = build();
    expect((await broker.send(v2({ b: '%RETRY%g', m: 'true' }))).code).toBe(ResponseCode.MESSAGE_ILLEGAL);
  });
});

describe('a batch', () => {
  const batch = (fields: Record<string, string> = {}, properties: Record<string, string> = {}, body = parts(2)) => ({
    ...v2({ m: 'true', ...fields }, properties),
    code: RequestCode.SEND_BATCH_MESSAGE,
    body,
  });
  const parts = (count: number) => encodeMessageBatch(Array.from({ length: count }, () => new Message('T', NO_BODY)));

  it('is taken apart', async () => {
    const broker = build();
    expect((await broker.send(batch())).code).toBe(ResponseCode.SUCCESS);
    expect(broker.store.put).toHaveLength(2);
  });

  it.each([
    ['is half of a transaction', { f: '4' }, {}, ResponseCode.MESSAGE_ILLEGAL],
    ['is the commit of one', { f: '8' }, {}, ResponseCode.MESSAGE_ILLEGAL],
    ['has a delay level', {}, { DELAY: '2' }, ResponseCode.MESSAGE_ILLEGAL],
    ['claims to be one record', {}, { INNER_NUM: '2' }, ResponseCode.MESSAGE_ILLEGAL],
    ['names a time of its own', {}, { TIMER_DELAY_MS: '5' }, ResponseCode.SYSTEM_ERROR],
  ])('that %s is refused', async (_, fields, properties, code) => {
    const broker = build();
    const answer = await broker.send(batch(fields, properties as Record<string, string>));
    expect(answer).toMatchObject({ code, extFields: { MSG_REGION: 'R', TRACE_ON: 'true' } });
    expect(broker.store.put).toEqual([]);
    expect(broker.admission.pending).toBe(0);
  });

  it.each([
    ['is cut off', parts(2).subarray(0, -1)],
    ['is none', Buffer.from('not a batch, although long enough')],
    ['is empty', NO_BODY],
    ['has too many messages', parts(MAX_BATCH_MESSAGES + 1)],
  ])('that %s is refused', async (_, body) => {
    const broker = build({}, 1024 * 1024);
    const answer = await broker.send(batch({}, {}, body));
    expect(answer).toMatchObject({
      code: ResponseCode.MESSAGE_ILLEGAL,
      extFields: { MSG_REGION: 'R', TRACE_ON: 'true' },
    });
    expect(broker.store.put).toEqual([]);
  });
});

describe('too many sends', () => {
  it('are answered SYSTEM_BUSY beyond the capacity, and taken again when there is room', async () => {
    const broker = build({ delivery: { sendQueueCapacity: 2 } });
    const answers = await Promise.all([1, 2, 3].map(() => broker.send(v2({ b: 'BenchmarkTest' }))));
    expect(answers.map(({ code }) => code)).toEqual([0, 0, ResponseCode.SYSTEM_BUSY]);
    expect(answers[2]?.remark).toBe('[OVERLOAD]system busy, start flow control for a while');
    expect((await broker.send(v2())).code).toBe(ResponseCode.SUCCESS);
    expect(broker.admission.pending).toBe(0);
  });

  it('for a store that is busy are turned away before they cost anything', async () => {
    const broker = build();
    broker.state.isStoreBusy = true;
    expect(await broker.send(v2())).toMatchObject({
      code: ResponseCode.SYSTEM_BUSY,
      remark: '[REJECTREQUEST]system busy, start flow control for a while',
    });
    expect(broker.topics.get('T')).toBeUndefined();
  });

  it('that waited too long before anybody looked at them are not waited for any longer', async () => {
    const broker = build();
    broker.turnLag.lateMs = 200;
    expect((await broker.send(v2())).code).toBe(ResponseCode.SUCCESS);
    broker.turnLag.lateMs = 201;
    expect(await broker.send(v2())).toMatchObject({
      code: ResponseCode.SYSTEM_BUSY,
      remark:
        '[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, period in queue: 201ms, size of queue: 0',
    });
    (broker.settings as { fastFailureEnable: boolean }).fastFailureEnable = false;
    expect((await broker.send(v2())).code).toBe(ResponseCode.SUCCESS);
  });
});
