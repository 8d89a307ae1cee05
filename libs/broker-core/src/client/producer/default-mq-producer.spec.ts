import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeCluster, type FakeTransport } from '../../../../../test/support/fake-cluster.js';
import { Message } from '../../protocol/message.js';
import { createRequest, createResponse } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { createReplyMessage } from '../reply-message.js';
import type { ProducerOptions } from '../options.js';
import { DefaultMQProducer } from './default-mq-producer.js';

const { SEND_MESSAGE_V2, GET_ROUTEINFO_BY_TOPIC, HEART_BEAT } = RequestCode;
let time: ManualTime;
let cluster: FakeCluster;
let producers: DefaultMQProducer[];

beforeEach(() => {
  time = new ManualTime();
  cluster = new FakeCluster(time);
  cluster.addBroker('a');
  cluster.addBroker('b');
  cluster.addTopic('T', 2);
  producers = [];
});

afterEach(async () => {
  for (const producer of producers) await producer.shutdown();
  expect(time.pending).toBe(0);
});

async function started(options: Partial<ProducerOptions> = {}): Promise<DefaultMQProducer> {
  const producer = new DefaultMQProducer('P', {
    ...cluster.clientOptions(),
    ...options,
  });
  producers.push(producer);
  await producer.start();
  return producer;
}

const message = (body = 'hello', topic = 'T') => new Message(topic, Buffer.from(body));
const sendsTo = () => cluster.seen.filter(({ code }) => code === SEND_MESSAGE_V2).map(({ address }) => address);

describe('sending', () => {
  it('goes round the queues of all brokers', async () => {
    const producer = await started();
    const queues = [];
    for (let i = 0; i < 4; i++) queues.push((await producer.send(message())).messageQueue);
    expect(new Set(queues.map(({ brokerName, queueId }) => `${brokerName}${queueId}`)).size).toBe(4);
  });

  it('asks for a route once, however many sends want it', async () => {
    const producer = await started();
    await Promise.all(Array.from({ length: 20 }, () => producer.send(message())));
    expect(cluster.count(GET_ROUTEINFO_BY_TOPIC)).toBe(1);
  });

  it('creates an unknown topic by the route of TBW102, with four queues at most', async () => {
    cluster.addTopic('TBW102', 8, ['a']);
    const producer = await started();
    expect((await producer.fetchPublishMessageQueues('NEW')).length).toBe(4);
    await producer.send(message('first', 'NEW'));
    const sent = cluster.seen.find(({ code }) => code === SEND_MESSAGE_V2);
    expect(sent?.ext).toMatchObject({ b: 'NEW', c: 'TBW102', d: '4' });
  });

  it('says how to create a topic that is nowhere', async () => {
    const producer = await started();
    await expect(producer.send(message('x', 'NOWHERE'))).rejects.toThrow(/mqadmin updateTopic.*autoCreateTopicEnable/s);
  });

  it('keeps one id for all attempts', async () => {
    const producer = await started();
    cluster.mood = ({ code, address }) => (code === SEND_MESSAGE_V2 && address === 'a:1' ? 'broken' : undefined);
    for (let i = 0; i < 3; i++) await producer.send(message());
    const ids = cluster.seen
      .filter(({ code }) => code === SEND_MESSAGE_V2)
      .map(({ ext }) => /UNIQ_KEY\u0001(\w+)/.exec(ext['i'] ?? '')?.[1]);
    expect(new Set(ids).size).toBe(3);
    expect(ids.length).toBeGreaterThan(3);
  });

  it('packs large bodies', async () => {
    const producer = await started();
    await producer.send(message('x'.repeat(10_000)));
    const sent = cluster.seen.find(({ code }) => code === SEND_MESSAGE_V2);
    expect(Number(sent?.ext['f']) & 1).toBe(1);
    expect(sent?.body?.length).toBeLessThan(200);
  });
});

describe('when a broker fails', () => {
  it('tries the other one at once', async () => {
    const producer = await started();
    cluster.mood = ({ code, address }) => (code === SEND_MESSAGE_V2 && address === 'a:1' ? 'broken' : undefined);
    for (let i = 0; i < 4; i++) expect((await producer.send(message())).messageQueue.brokerName).toBe('b');
  });

  it('leaves it alone for a while with sendLatencyFaultEnable', async () => {
    const producer = await started({ sendLatencyFaultEnable: true });
    cluster.mood = ({ code, address }) => (code === SEND_MESSAGE_V2 && address === 'a:1' ? 'broken' : undefined);
    for (let i = 0; i < 8; i++) await producer.send(message());
    expect(sendsTo().filter((address) => address === 'a:1').length).toBe(1);
    await time.advance(10_001);
    for (let i = 0; i < 2; i++) await producer.send(message());
    expect(sendsTo().filter((address) => address === 'a:1').length).toBe(2);
  });

  it('does not repeat what every broker would refuse', async () => {
    const producer = await started();
    cluster.mood = ({ code }) =>
      code === SEND_MESSAGE_V2 ? createResponse(ResponseCode.MESSAGE_ILLEGAL, 'too big') : undefined;
    await expect(producer.send(message())).rejects.toMatchObject({ name: 'RemoteError', responseCode: 13 });
    expect(sendsTo().length).toBe(1);
  });

  it('waits longer each time before it asks the only broker again, and tells of all attempts', async () => {
    cluster.addTopic('ONE', 1, ['a']);
    const producer = await started();
    cluster.mood = ({ code }) =>
      code === SEND_MESSAGE_V2 ? createResponse(ResponseCode.SYSTEM_BUSY, 'busy') : undefined;
    const outcome = producer.send(message('x', 'ONE')).catch((error: unknown) => error);
    await time.advance(0);
    expect(sendsTo().length).toBe(1);
    await time.advance(20);
    expect(sendsTo().length).toBe(2);
    await time.advance(40);
    expect(sendsTo().length).toBe(3);
    expect(await outcome).toMatchObject({
      responseCode: 2,
      message: expect.stringMatching(/shedding load.*attempt 3/s),
    });
  });

  it('gives up when its time is spent, whatever attempts are left', async () => {
    const producer = await started({ sendMsgTimeoutMs: 1_000 });
    cluster.mood = ({ code }) => (code === SEND_MESSAGE_V2 ? 'silent' : undefined);
    const outcome = producer.send(message()).catch((error: unknown) => error);
    await time.advance(1_001);
    expect(await outcome).toMatchObject({ name: 'TimeoutError' });
    expect(sendsTo().length).toBe(1);
  });

  it('tries once when the queue is given', async () => {
    const producer = await started();
    cluster.mood = ({ code }) => (code === SEND_MESSAGE_V2 ? 'broken' : undefined);
    const queue = { topic: 'T', brokerName: 'a', queueId: 1 };
    await expect(producer.send(message(), { queue })).rejects.toThrow(/broke/);
    expect(sendsTo()).toEqual(['a:1']);
  });
});

describe('limits and misuse', () => {
  it('refuses more sends at once than maxInFlight, and takes them again later', async () => {
    const producer = await started({ maxInFlight: 2 });
    cluster.mood = ({ code }) => (code === SEND_MESSAGE_V2 ? 'silent' : undefined);
    const waiting = [producer.send(message()), producer.send(message())].map((send) => send.catch(() => 'late'));
    await expect(producer.send(message())).rejects.toMatchObject({ name: 'TooManyRequestsError', retryable: true });
    await time.advance(3_001);
    expect(await Promise.all(waiting)).toEqual(['late', 'late']);
    cluster.mood = () => undefined;
    expect((await producer.send(message())).sendStatus).toBe('SEND_OK');
  });

  it('stops waiting when it is told to', async () => {
    const producer = await started();
    cluster.mood = ({ code }) => (code === SEND_MESSAGE_V2 ? 'silent' : undefined);
    const controller = new AbortController();
    const outcome = producer.send(message(), { signal: controller.signal }).catch((error: unknown) => error);
    await time.advance(10);
    controller.abort(new Error('enough'));
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect(sendsTo().length).toBe(1);
  });

  it('says to start first', async () => {
    const producer = new DefaultMQProducer('P', { namesrvAddr: 'ns:1' });
    await expect(producer.send(message())).rejects.toThrow(/await start\(\) first/);
  });

  it.each([
    ['no name server', () => new DefaultMQProducer('P', { namesrvAddr: '' }).start(), /host:9876/],
    [
      'a name server without a port',
      () => new DefaultMQProducer('P', { namesrvAddr: 'localhost' }).start(),
      /host:port/,
    ],
    ['a bad group', async () => new DefaultMQProducer('a b', { namesrvAddr: 'ns:1' }), /producerGroup/],
    ['the reserved group', async () => new DefaultMQProducer('DEFAULT_PRODUCER', { namesrvAddr: 'ns:1' }), /reserved/],
  ])('refuses %s and says what to write', async (_what, attempt, sentence) => {
    await expect((async () => attempt())()).rejects.toThrow(sentence);
  });

  it('lets one group of an instance be made once', async () => {
    await started({ instanceName: 'shared' });
    const second = new DefaultMQProducer('P', {
      namesrvAddr: 'ns:1',
      instanceName: 'shared',
      clientIP: '10.0.0.1',
      clock: time,
      scheduler: time,
    });
    await expect(second.start()).rejects.toThrow(/already has a producer of group 'P'/);
  });
});

describe('name servers', () => {
  it('go round when one does not answer, and stay with one that does', async () => {
    cluster.nameServers.push('ns:2', 'ns:3');
    cluster.mood = ({ address }) => (address === 'ns:1' || address === 'ns:2' ? 'broken' : undefined);
    const producer = await started({ namesrvAddr: 'ns:1;ns:2;ns:3' });
    await producer.send(message());
    const before = cluster.seen.length;
    await producer.pingNameServer();
    expect(cluster.seen.slice(before).map(({ address }) => address)).toEqual(['ns:3']);
  });

  it('are all named when none answers', async () => {
    cluster.mood = ({ address }) => (address.startsWith('ns') ? 'broken' : undefined);
    const producer = await started({ namesrvAddr: ['ns:1', 'ns:2'] });
    await expect(producer.send(message())).rejects.toThrow(/ns:1.*ns:2|ns:2.*ns:1/);
  });

  it('share the time of a send: one that is silent leaves some for the next', async () => {
    cluster.nameServers.push('ns:2');
    let asked = 0;
    cluster.mood = ({ code }) => (code === GET_ROUTEINFO_BY_TOPIC && ++asked === 1 ? 'silent' : undefined);
    const producer = await started({ namesrvAddr: 'ns:1;ns:2' });
    const sent = producer.send(message(), { timeoutMs: 1_000 });
    await time.advance(500);
    expect(await sent).toMatchObject({ sendStatus: 'SEND_OK' });
  });

  it('hold up nobody whose time is over, or who waits no longer', async () => {
    cluster.mood = ({ code }) => (code === GET_ROUTEINFO_BY_TOPIC ? 'silent' : undefined);
    const producer = await started();
    const abort = new AbortController();
    const given = producer.send(message(), { signal: abort.signal }).catch((error: unknown) => error);
    const late = producer.send(message(), { timeoutMs: 1_000 }).catch((error: unknown) => error);
    const picking = producer.sendBySelector(message(), ([first]) => first, undefined, { timeoutMs: 1_000 });
    const latePick = picking.catch((error: unknown) => error);
    await time.advance(0);
    abort.abort(new Error('no longer wanted'));
    expect(await given).toMatchObject({ message: 'no longer wanted' });
    await time.advance(1_000);
    expect(await late).toMatchObject({ name: 'TimeoutError', message: expect.stringMatching(/no name server/) });
    expect(await latePick).toMatchObject({ name: 'TimeoutError' });
  });

  it('are asked for routes again every half minute', async () => {
    const producer = await started();
    await producer.send(message());
    cluster.addBroker('c');
    cluster.addTopic('T', 2);
    await time.advance(30_000);
    expect((await producer.fetchPublishMessageQueues('T')).length).toBe(6);
  });
});

describe('request and reply', () => {
  /** A producer and the connection that replies are pushed over. */
  async function asking() {
    const transport = cluster.connect() as FakeTransport;
    return { transport, producer: await started({ transport: () => transport }) };
  }

  /** The reply to a question, as its broker pushes it. */
  function pushOf(question: Message, text: string) {
    question.properties.set('CLUSTER', 'DefaultCluster');
    const answer = createReplyMessage(question, Buffer.from(text));
    const properties = [...answer.properties].map(([name, value]) => `${name}\u0001${value}\u0002`).join('');
    return createRequest(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, { topic: answer.topic, properties }, answer.body);
  }

  it('knocks at every broker before it asks, since replies come through those that know it', async () => {
    const producer = await started();
    const outcome = producer.request(message('how?'), 1_000).catch((error: unknown) => error);
    await time.advance(0);
    const codes = cluster.seen.map(({ code }) => code);
    expect(codes.indexOf(HEART_BEAT)).toBeGreaterThan(-1);
    expect(codes.lastIndexOf(HEART_BEAT)).toBeLessThan(codes.indexOf(SEND_MESSAGE_V2));
    await time.advance(1_020);
    expect(await outcome).toMatchObject({ name: 'TimeoutError', message: expect.stringMatching(/createReplyMessage/) });
  });

  it('waits once, half its time, for a broker that does not answer, and leaves those alone that do', async () => {
    cluster.mood = ({ code, address }) => (code === HEART_BEAT && address === 'b:1' ? 'silent' : undefined);
    const producer = await started();
    const first = producer.request(message('how?'), 1_000).catch((error: unknown) => error);
    await time.advance(499);
    expect(sendsTo()).toEqual([]);
    await time.advance(1);
    expect(sendsTo().length).toBe(1);
    await time.advance(520);
    expect(await first).toMatchObject({ name: 'TimeoutError' });
    // While its heartbeat is under way, and after that has failed.
    for (const sends of [2, 3]) {
      const next = producer.request(message('and now?'), 1_000).catch((error: unknown) => error);
      await time.advance(0);
      expect(sendsTo().length).toBe(sends);
      expect(cluster.count(HEART_BEAT, 'a:1')).toBe(1);
      await time.advance(3_000);
      expect(await next).toMatchObject({ name: 'TimeoutError' });
    }
  });

  it('asks nothing when it is told to stop while it makes itself known', async () => {
    cluster.mood = ({ code }) => (code === HEART_BEAT ? 'silent' : undefined);
    const producer = await started();
    const abort = new AbortController();
    const given = producer.request(message('how?'), 1_000, { signal: abort.signal }).catch((error: unknown) => error);
    await time.advance(100);
    abort.abort(new Error('no longer wanted'));
    expect(await given).toMatchObject({ message: 'no longer wanted' });
    await time.advance(1_000);
    expect(sendsTo()).toEqual([]);
  });

  it('gives the reply to who asked', async () => {
    const { producer, transport } = await asking();
    const asked = message('how?');
    const reply = producer.request(asked, 1_000);
    await time.advance(0);
    const push = pushOf(asked, 'fine');
    expect(push.extFields?.['topic']).toBe('DefaultCluster_REPLY_TOPIC');
    expect(await transport.ask(push)).toMatchObject({ code: 0 });
    expect((await reply).body.toString()).toBe('fine');
    expect(await transport.ask(push)).toMatchObject({ code: 0 });
  });

  it('keeps many questions apart, whichever is answered first', async () => {
    const { producer, transport } = await asking();
    const questions = ['a', 'b', 'c'].map((body) => message(body));
    const replies = questions.map((question) => producer.request(question, 1_000));
    await time.advance(0);
    for (const question of [...questions].reverse()) await transport.ask(pushOf(question, `${question.body}!`));
    expect((await Promise.all(replies)).map(({ body }) => body.toString())).toEqual(['a!', 'b!', 'c!']);
  });

  it('stops waiting when it is told to, and when the producer is shut down', async () => {
    const { producer, transport } = await asking();
    const abort = new AbortController();
    const question = message('how?');
    const given = producer.request(question, 1_000, { signal: abort.signal }).catch((error: unknown) => error);
    const left = producer.request(message('why?'), 1_000).catch((error: unknown) => error);
    await time.advance(0);
    abort.abort(new Error('no longer wanted'));
    expect(await given).toMatchObject({ message: 'no longer wanted' });
    expect(await transport.ask(pushOf(question, 'late'))).toMatchObject({ code: 0 });
    await producer.shutdown();
    expect(await left).toMatchObject({ name: 'ConnectionError', message: expect.stringMatching(/shut down/) });
  });

  it('does not reply to what asked for none', () => {
    expect(() => createReplyMessage(message(), Buffer.from('fine'))).toThrow(/asks for no reply/);
  });
});
