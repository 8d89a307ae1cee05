import { beforeEach, describe, expect, it } from '@jest/globals';
import { newTopicConfig, type TopicConfig } from '../protocol/topic-config.js';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryTextFile } from './testing/memory-text-file.js';
import { TopicConfigs } from './topic-configs.js';
import { defaultTopicSettings, type TopicSettings } from './topic-settings.js';

const identity = {
  clusterName: 'C',
  brokerName: 'b',
  brokerId: 0,
  advertisedHost: '127.0.0.1',
  regionId: 'DefaultRegion',
};

describe('topics', () => {
  let file: MemoryTextFile;
  const time = new ManualTime();
  const open = (settings: Partial<TopicSettings> = {}) =>
    new TopicConfigs({ file, identity, settings: { ...defaultTopicSettings, ...settings }, clock: time });
  const sent = { topic: 'T', defaultTopic: 'TBW102', queueNums: 4, topicSysFlag: 0, producer: 'p' };

  beforeEach(() => {
    file = new MemoryTextFile();
  });

  it('that every broker has are there from the start, for clients and for proxies', () => {
    const topics = open();
    const shape = (name: string) => {
      const { readQueueNums, writeQueueNums, perm } = topics.get(name) as TopicConfig;
      return [readQueueNums, writeQueueNums, perm];
    };
    expect(shape('TBW102')).toEqual([8, 8, 7]);
    expect(shape('SCHEDULE_TOPIC_XXXX')).toEqual([18, 18, 6]);
    expect(shape('C')).toEqual([16, 16, 7]);
    expect(shape('b')).toEqual([1, 1, 7]);
    expect(shape('C_REPLY_TOPIC')).toEqual([1, 1, 6]);
    expect(shape('rmq_sys_REVIVE_LOG_C')).toEqual([8, 8, 6]);
    expect(shape('rmq_sys_SYNC_BROKER_MEMBER_b')).toEqual([1, 1, 1]);
    expect(shape('RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC')).toEqual([1, 1, 6]);
    expect(shape('RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC')).toEqual([1, 1, 6]);
    expect(topics.isSystem('RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC')).toBe(true);
    expect(topics.isSystem('b')).toBe(true);
    expect(topics.isSystem('T')).toBe(false);
  });

  it('are made by a send with the rights and at most the queues of their default topic', () => {
    const topics = open();
    expect(topics.createForSend(sent)).toMatchObject({ readQueueNums: 4, writeQueueNums: 4, perm: 6 });
    expect(topics.createForSend({ ...sent, topic: 'U', queueNums: 100 })).toMatchObject({ writeQueueNums: 8 });
    expect(topics.createForSend({ ...sent, topic: 'V', queueNums: -3 })).toMatchObject({ writeQueueNums: 0 });
    expect(topics.createForSend({ ...sent, queueNums: 1 })).toBe(topics.get('T'));
  });

  it('are not made from a default topic that is missing or passes nothing on', () => {
    const topics = open();
    expect(topics.createForSend({ ...sent, defaultTopic: 'missing' })).toBeUndefined();
    expect(topics.createForSend({ ...sent, defaultTopic: 'BenchmarkTest' })).toBeUndefined();
    expect(open({ autoCreateTopicEnable: false }).createForSend(sent)).toBeUndefined();
  });

  it('of groups are made once; their order follows what the group subscribes to', () => {
    const topics = open();
    const retry = { topic: '%RETRY%g', queueNums: 1, perm: 6 };
    const made = topics.createForGroup(retry);
    expect(made).toMatchObject({ readQueueNums: 1, order: false });
    expect(topics.createForGroup(retry)).toBe(made);
    expect(topics.createForGroup({ ...retry, order: true })).toMatchObject({ order: true });
  });

  it('tell their listeners and count up their version with every change', () => {
    const topics = open();
    const told: (string | undefined)[][] = [];
    topics.onChange((topic, config) => told.push([topic, config?.topicName]));
    const before = topics.dataVersion.counter;
    topics.createForSend(sent);
    topics.update(newTopicConfig('T', { perm: 4 }));
    topics.delete('T');
    topics.delete('T');
    expect(told).toEqual([
      ['T', 'T'],
      ['T', 'T'],
      ['T', undefined],
    ]);
    expect(topics.dataVersion.counter).toBe(before + 3);
  });

  it('survive a restart with their attributes and version', async () => {
    const topics = open();
    topics.update(newTopicConfig('T', { attributes: new Map([['+message.type', 'FIFO']]), order: true }));
    await topics.awaitSaved();
    expect(JSON.parse(file.text ?? '').topicConfigTable.T).toMatchObject({ topicName: 'T', order: true });
    const again = open();
    again.load();
    expect(again.get('T')).toEqual(topics.get('T'));
    expect(again.dataVersion).toEqual(topics.dataVersion);
  });

  it('read what Apache’s broker saved', () => {
    file.text =
      '{"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1700000000000},"topicConfigTable":{"T":{"attributes":{},"order":false,"perm":6,"readQueueNums":5,"topicFilterType":"SINGLE_TAG","topicName":"T","topicSysFlag":0,"writeQueueNums":5}}}';
    const topics = open();
    topics.load();
    expect(topics.get('T')).toMatchObject({ readQueueNums: 5 });
    expect(topics.dataVersion).toEqual({ counter: 3, stateVersion: 0, timestamp: 1_700_000_000_000 });
  });

  it('take attributes as changes and refuse those that cannot be', () => {
    const topics = open();
    const update = (attributes: Record<string, string>) =>
      topics.update(newTopicConfig('T', { attributes: new Map(Object.entries(attributes)) })).attributes;
    expect(() => update({ '-message.type': '' })).toThrow('only add attribute is supported while creating');
    expect(() => update({ '+queue.type': 'BatchCQ' })).toThrow('queue.type: value is not in set');
    expect(() => update({ '+unknown': 'x' })).toThrow('unsupported key: unknown');
    expect(update({ '+message.type': 'FIFO', '+queue.type': 'SimpleCQ' }).get('message.type')).toBe('FIFO');
    expect(() => update({ '+queue.type': 'SimpleCQ' })).toThrow('attempt to update an unchangeable attribute');
    expect(() => update({ 'message.type': 'NORMAL' })).toThrow('wrong format key: message.type');
    expect(() => update({ '-missing': '' })).toThrow('attempt to delete a nonexistent key: missing');
    expect([...update({ '-message.type': '' }).keys()]).toEqual(['queue.type']);
  });

  it('are ordered exactly if the name servers’ table says so', () => {
    const topics = open();
    topics.createForSend(sent);
    topics.createForSend({ ...sent, topic: 'U' });
    topics.updateOrderTopics(new Set(['U']));
    expect([topics.isOrder('T'), topics.isOrder('U'), topics.isOrder('missing')]).toEqual([false, true, false]);
    topics.updateOrderTopics(new Set(['T']));
    expect([topics.isOrder('T'), topics.isOrder('U')]).toEqual([true, false]);
  });
});
