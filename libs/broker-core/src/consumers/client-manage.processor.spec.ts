import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequest } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryTextFile } from '../topics/testing/memory-text-file.js';
import { TopicConfigs } from '../topics/topic-configs.js';
import { defaultTopicSettings } from '../topics/topic-settings.js';
import { ClientManageProcessor } from './client-manage.processor.js';
import { ConsumerGroups } from './consumer-groups.js';
import { type ConsumerSettings, defaultConsumerSettings } from './consumer-settings.js';
import { ProducerGroups } from './producer-groups.js';
import { SubscriptionGroups } from './subscription-groups.js';
import { FakeConnection } from './testing/fake-connection.js';

const identity = { clusterName: 'C', brokerName: 'b', brokerId: 0, advertisedHost: 'h', regionId: 'R' };

function build(given: Partial<ConsumerSettings> = {}, rejectPullConsumerEnable = false) {
  const time = new ManualTime();
  const settings = { ...defaultConsumerSettings, ...given };
  const file = () => new MemoryTextFile();
  const topics = new TopicConfigs({ file: file(), identity, settings: defaultTopicSettings, clock: time });
  const subscriptionGroups = new SubscriptionGroups({ file: file(), settings, clock: time });
  const consumerGroups = new ConsumerGroups({ settings, onMembersChanged: () => {}, clock: time });
  const producerGroups = new ProducerGroups({ settings, clock: time });
  const rules = { rejectPullConsumerEnable };
  const processor = new ClientManageProcessor({
    topics,
    subscriptionGroups,
    consumerGroups,
    producerGroups,
    rules,
    clock: time,
  });
  return { processor, topics, subscriptionGroups, consumerGroups, producerGroups, time };
}

const sub = (topic: string) => ({ topic, subString: '*', subVersion: 1, tagsSet: [], codeSet: [] });
const consumer = (groupName: string, topics: string[], more = {}) => ({
  groupName,
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  subscriptionDataSet: topics.map(sub),
  ...more,
});

describe('a heartbeat', () => {
  let broker: ReturnType<typeof build>;
  let connection: FakeConnection;

  beforeEach(() => {
    broker = build();
    connection = new FakeConnection();
  });

  const beat = (body: object, to = broker) =>
    to.processor.heartbeat(
      createRequest(RequestCode.HEART_BEAT, undefined, Buffer.from(JSON.stringify({ clientID: 'c', ...body }))),
      connection,
    );

  it('makes the group, its retry topic and the membership', () => {
    const answer = beat({ consumerDataSet: [consumer('g', ['T'])], producerDataSet: [{ groupName: 'p' }] });
    expect(answer.extFields).toEqual({ IS_SUPPORT_HEART_BEAT_V2: 'true', IS_SUB_CHANGE: 'true' });
    expect(broker.subscriptionGroups.has('g')).toBe(true);
    expect(broker.topics.get('%RETRY%g')).toMatchObject({ readQueueNums: 1, perm: 6 });
    expect(broker.consumerGroups.get('g')?.clientIds).toEqual(['c']);
    expect(broker.producerGroups.connectionOf('c')).toBe(connection);
    expect(broker.producerGroups.get('p')?.size).toBe(1);
  });

  it('of an unknown group is passed over where groups may not make themselves', () => {
    const strict = build({ autoCreateSubscriptionGroup: false });
    beat({ consumerDataSet: [consumer('g', ['T'])] }, strict);
    expect(strict.consumerGroups.get('g')).toBeUndefined();
    expect(strict.topics.get('%RETRY%g')).toBeUndefined();
  });

  it('of a group with a hostile name makes nothing', () => {
    for (const name of ['../g', '', 'g'.repeat(121), 'a b']) beat({ consumerDataSet: [consumer(name, ['T'])] });
    expect([...broker.consumerGroups.all()]).toEqual([]);
    beat({ consumerDataSet: [consumer('__proto__', ['__proto__'])] });
    expect(broker.consumerGroups.get('__proto__')?.subscriptions.has('__proto__')).toBe(true);
  });

  it('of a pull consumer is passed over where they are rejected', () => {
    const strict = build({}, true);
    beat({ consumerDataSet: [consumer('g', ['T'], { consumeType: 'CONSUME_ACTIVELY' })] }, strict);
    expect(strict.consumerGroups.get('g')).toBeUndefined();
  });

  it('may be short once its fingerprint is known, and must be full again after a restart', () => {
    const change = (body: object, to = broker) => beat(body, to).extFields?.['IS_SUB_CHANGE'];
    const full = { consumerDataSet: [consumer('g', ['T'])], heartbeatFingerprint: 7 };
    const short = { consumerDataSet: [consumer('g', [])], heartbeatFingerprint: 7, withoutSub: true };
    expect(change(full)).toBe('false');
    expect(change(short)).toBe('false');
    expect(broker.consumerGroups.get('g')?.subscriptions.has('T')).toBe(true);
    expect(change({ ...full, heartbeatFingerprint: 8 })).toBe('true');
    expect(change(short, build())).toBe('true');
  });

  it('that is no JSON, or names too many topics, is refused', () => {
    const many = Array.from({ length: 4_097 }, (_, index) => `T${index}`);
    expect(() => beat({ consumerDataSet: [consumer('g', many)] })).toThrow('more than 4096');
    const broken = createRequest(RequestCode.HEART_BEAT, undefined, Buffer.from('{'));
    expect(() => broker.processor.heartbeat(broken, connection)).toThrow('HeartbeatData');
  });

  it('puts a client into a bounded number of producer groups, with names that are some', () => {
    const groups = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ groupName: `p${from + index}` }));
    expect(() => beat({ producerDataSet: groups(0, 1_025) })).toThrow('more than 1024');
    expect(broker.producerGroups.table.size).toBe(0);
    beat({ producerDataSet: [{ groupName: ' ' }, { groupName: 'n'.repeat(256) }, ...groups(0, 1_000)] });
    expect(broker.producerGroups.table.size).toBe(1_000);
    beat({ producerDataSet: groups(1_000, 200) });
    expect(broker.producerGroups.table.size).toBe(1_024);
  });

  it('lets replies find a client as long as it produces in any group, under its latest id', () => {
    beat({ producerDataSet: [{ groupName: 'p' }, { groupName: 'q' }] });
    const goodbye = { clientID: 'c', producerGroup: 'p' };
    broker.processor.unregister(createRequest(RequestCode.UNREGISTER_CLIENT, goodbye), connection);
    expect(broker.producerGroups.connectionOf('c')).toBe(connection);
    beat({ clientID: 'renamed', producerDataSet: [{ groupName: 'q' }] });
    expect(broker.producerGroups.connectionOf('c')).toBeUndefined();
    expect(broker.producerGroups.connectionOf('renamed')).toBe(connection);
    broker.producerGroups.connectionClosed(connection);
    expect(broker.producerGroups.connectionOf('renamed')).toBeUndefined();
  });

  it('is undone by a goodbye', () => {
    beat({ consumerDataSet: [consumer('g', ['T'])], producerDataSet: [{ groupName: 'p' }] });
    const goodbye = { clientID: 'c', producerGroup: 'p', consumerGroup: 'g' };
    broker.processor.unregister(createRequest(RequestCode.UNREGISTER_CLIENT, goodbye), connection);
    expect(broker.consumerGroups.get('g')).toBeUndefined();
    expect(broker.producerGroups.connectionOf('c')).toBeUndefined();
  });

  it('may ask first whether its expressions are understood', () => {
    const check = (expressionType: string) => {
      const body = { clientId: 'c', group: 'g', subscriptionData: { ...sub('T'), expressionType } };
      const request = createRequest(RequestCode.CHECK_CLIENT_CONFIG, undefined, Buffer.from(JSON.stringify(body)));
      return broker.processor.checkClientConfig(request);
    };
    expect(check('TAG').code).toBe(ResponseCode.SUCCESS);
    expect(check('SQL92')).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'The broker does not support consumer to filter message by SQL92',
    });
  });
});
