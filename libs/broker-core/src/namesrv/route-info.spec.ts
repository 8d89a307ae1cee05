import { beforeEach, describe, expect, it } from '@jest/globals';
import { newTopicConfig, type TopicConfig } from '../protocol/topic-config.js';
import { defaultNameServerLimits } from './name-server-settings.js';
import { type Registration, RouteInfo } from './route-info.js';
import { lookUpRoute, nearby } from './route-lookup.js';

let info: RouteInfo;
beforeEach(() => {
  info = new RouteInfo(defaultNameServerLimits);
});

const topics = (...names: string[]): Map<string, TopicConfig> =>
  new Map(names.map((name) => [name, newTopicConfig(name, { readQueueNums: 4, writeQueueNums: 4 })]));

function registration(changes: Partial<Registration> = {}): Registration {
  return {
    clusterName: 'DefaultCluster',
    brokerName: 'broker-a',
    brokerId: 0,
    brokerAddr: '10.0.0.1:10911',
    haServerAddr: '10.0.0.1:10912',
    zoneName: undefined,
    timeoutMs: undefined,
    enableActingMaster: false,
    dataVersion: { stateVersion: 0, timestamp: 1, counter: 1 },
    topics: topics('A', 'B'),
    mappings: new Map(),
    filterServers: [],
    connectionId: 1,
    ...changes,
  };
}

const register = (changes: Partial<Registration> = {}, nowMs = 0) => info.register(registration(changes), nowMs);
const addressesOf = (topic: string, acting = false) =>
  lookUpRoute(info, topic, acting)?.brokerDatas.map((group) => Object.fromEntries(group.brokerAddrs));

describe('a registration', () => {
  it('makes the topics of a master findable', () => {
    expect(register()).toMatchObject({ kind: 'registered', isNew: true, masterAddr: undefined });
    expect(lookUpRoute(info, 'A', false)).toEqual({
      orderTopicConf: undefined,
      queueDatas: [{ brokerName: 'broker-a', readQueueNums: 4, writeQueueNums: 4, perm: 6, topicSysFlag: 0 }],
      brokerDatas: [
        {
          cluster: 'DefaultCluster',
          brokerName: 'broker-a',
          brokerAddrs: new Map([[0, '10.0.0.1:10911']]),
          enableActingMaster: false,
          zoneName: undefined,
        },
      ],
      filterServerTable: new Map(),
      topicQueueMappingByBroker: undefined,
    });
    expect(lookUpRoute(info, 'C', false)).toBeUndefined();
  });

  it('of one topic alone is refused from a stranger and taken from an acquaintance', () => {
    expect(register({ topics: topics('A') })).toEqual({ kind: 'refused', remark: 'register broker failed' });
    expect(info.brokers.groups.size).toBe(0);
    register();
    const later = { topics: topics('C'), dataVersion: { stateVersion: 0, timestamp: 2, counter: 2 } };
    expect(register(later).kind).toBe('registered');
    expect([...info.topics.names()]).toEqual(['A', 'B', 'C']);
  });

  it('with the same DataVersion changes no queue that is known', () => {
    register();
    info.topics.setWritable('broker-a', false);
    register();
    expect(lookUpRoute(info, 'A', false)?.queueDatas[0]?.perm).toBe(4);
    register({ dataVersion: { stateVersion: 0, timestamp: 1, counter: 2 } });
    expect(lookUpRoute(info, 'A', false)?.queueDatas[0]?.perm).toBe(6);
  });

  it('of a slave brings no queues but hears of its master', () => {
    register();
    const slave = { brokerId: 1, brokerAddr: '10.0.0.2:10911', topics: topics('X', 'Y'), connectionId: 2 };
    expect(register(slave)).toMatchObject({ masterAddr: '10.0.0.1:10911', haServerAddr: '10.0.0.1:10912' });
    expect(lookUpRoute(info, 'X', false)).toBeUndefined();
    expect(addressesOf('A')).toEqual([{ 0: '10.0.0.1:10911', 1: '10.0.0.2:10911' }]);
  });

  it('under a new id takes the old id of the same address away', () => {
    register({ brokerId: 1 });
    register({ brokerId: 0 });
    expect(addressesOf('A')).toEqual([{ 0: '10.0.0.1:10911' }]);
  });

  it('is ignored when another address holds the id with a newer state', () => {
    register({ dataVersion: { stateVersion: 5, timestamp: 1, counter: 1 } });
    const late = { brokerAddr: '10.0.0.9:10911', dataVersion: { stateVersion: 4, timestamp: 9, counter: 9 } };
    expect(register(late)).toEqual({ kind: 'outdated' });
    expect(addressesOf('A')).toEqual([{ 0: '10.0.0.1:10911' }]);
  });

  it('may drop topics that it no longer names', () => {
    register();
    info.register(registration({ topics: topics('B', 'C') }), 0, true);
    expect([...info.topics.names()].sort()).toEqual(['B', 'C']);
  });

  it('is refused when a name is empty, too long or has a NUL, or there are too many brokers', () => {
    for (const brokerName of ['', 'x'.repeat(256), 'a\0b']) expect(register({ brokerName }).kind).toBe('refused');
    info = new RouteInfo({ ...defaultNameServerLimits, maxBrokers: 1, maxTopics: 1 });
    expect(register().kind).toBe('registered');
    expect([...info.topics.names()]).toEqual(['A']);
    expect(register({ brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' }).kind).toBe('refused');
  });

  it('of names that mean something to JavaScript is like any other', () => {
    register({ brokerName: '__proto__', topics: topics('constructor', '__proto__') });
    expect(lookUpRoute(info, '__proto__', false)?.brokerDatas[0]?.brokerName).toBe('__proto__');
    expect(lookUpRoute(info, 'toString', false)).toBeUndefined();
  });
});

describe('a departure', () => {
  const master = registration();
  const slave = registration({ brokerId: 1, brokerAddr: '10.0.0.2:10911', connectionId: 2 });

  it('of the last replica takes its topics, its name and its cluster with it', () => {
    register();
    info.unregister([master]);
    expect([info.topics.size, info.brokers.groups.size, info.brokers.clusters.size, info.brokers.size]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('of a master leaves its slave readable', () => {
    register();
    info.register(slave, 0);
    expect(info.unregister([master])).toEqual([]);
    expect(addressesOf('A')).toEqual([{ 1: '10.0.0.2:10911' }]);
    expect(lookUpRoute(info, 'A', false)?.queueDatas[0]?.perm).toBe(6);
  });

  it('is noticed by silence, after the time the broker allowed itself', () => {
    register({ timeoutMs: 10_000 }, 1000);
    info.touch('DefaultCluster', '10.0.0.1:10911', 2000);
    expect(info.silentAt(12_000)).toEqual([]);
    expect(info.silentAt(12_001).map((life) => life.identity.brokerAddr)).toEqual(['10.0.0.1:10911']);
  });

  it('is noticed by its connection, unless it registered on another since', () => {
    register();
    expect(info.registeredOn(1)).toHaveLength(1);
    register({ connectionId: 7 });
    expect(info.registeredOn(1)).toEqual([]);
    expect(info.registeredOn(7)).toHaveLength(1);
  });

  it('of somebody unknown changes nothing', () => {
    register();
    expect(info.unregister([registration({ brokerName: 'nobody', brokerAddr: '1.1.1.1:1' })])).toEqual([]);
    expect(info.topics.size).toBe(2);
  });
});

describe('an acting master', () => {
  const slave = { brokerId: 2, brokerAddr: '10.0.0.2:10911', connectionId: 2, enableActingMaster: true };

  it('is the smallest id, read-only, once the master is gone', () => {
    register({ enableActingMaster: true });
    register(slave);
    const [change] = info.unregister([registration()]);
    expect(change).toMatchObject({ minBrokerId: 2, offlineBrokerAddr: '10.0.0.1:10911' });
    expect(addressesOf('A', true)).toEqual([{ 0: '10.0.0.2:10911' }]);
    expect(addressesOf('A', false)).toEqual([{ 2: '10.0.0.2:10911' }]);
    expect(lookUpRoute(info, 'A', true)?.queueDatas[0]?.perm).toBe(4);
  });

  it('brings its queues without write permission, and steps back when the master comes', () => {
    register(slave);
    expect(lookUpRoute(info, 'A', true)?.queueDatas[0]?.perm).toBe(4);
    const outcome = register({ enableActingMaster: true });
    expect(outcome).toMatchObject({ kind: 'registered', change: { minBrokerId: 0, haServerAddr: '10.0.0.1:10912' } });
    expect(lookUpRoute(info, 'A', true)?.queueDatas[0]?.perm).toBe(6);
    expect(addressesOf('A', true)).toEqual([{ 2: '10.0.0.2:10911', 0: '10.0.0.1:10911' }]);
  });
});

describe('lists', () => {
  it('find topics by cluster and by flag', () => {
    const unit = new Map([
      ['U', newTopicConfig('U', { topicSysFlag: 1 })],
      ['S', newTopicConfig('S', { topicSysFlag: 2 })],
      ['US', newTopicConfig('US', { topicSysFlag: 3 })],
    ]);
    register({ topics: unit });
    register({ clusterName: 'other', brokerName: 'broker-b', brokerAddr: '10.0.0.3:10911' });
    expect(info.topics.topicsByFlag(1)).toEqual(['U', 'US']);
    expect(info.topics.topicsByFlag(2)).toEqual(['S', 'US']);
    expect(info.topics.topicsByFlag(2, 1)).toEqual(['S']);
    expect(info.topics.topicsOf(info.brokers.clusters.get('other') ?? [])).toEqual(['A', 'B']);
  });

  it('count the topics whose write permission they take or give', () => {
    register();
    expect(info.topics.setWritable('broker-a', false)).toBe(2);
    expect(info.topics.setWritable('broker-a', true)).toBe(2);
    expect(info.topics.setWritable('nobody', true)).toBe(0);
  });

  it('take topics by hand only of brokers that are known', () => {
    register();
    const queues = { brokerName: 'broker-a', readQueueNums: 1, writeQueueNums: 1, perm: 6, topicSysFlag: 0 };
    expect(info.addTopic('H', [queues, { ...queues, brokerName: 'nobody' }])).toBe(false);
    expect(info.addTopic('H', [queues])).toBe(true);
    expect(addressesOf('H')).toHaveLength(1);
  });
});

describe('the mappings of a static topic', () => {
  const mappingOf = (bname: string) =>
    new Map([
      ['A', { topic: 'A', scope: '__global__', totalQueues: 4, bname, epoch: 1, dirty: false, currIdMap: new Map() }],
    ]);

  it('are kept by broker, and only of brokers that are there', () => {
    register({ mappings: mappingOf('broker-a') });
    for (let counter = 2; counter < 20; counter++) {
      const dataVersion = { stateVersion: 0, timestamp: 1, counter };
      register({ mappings: mappingOf(`nobody-${counter}`), dataVersion });
    }
    expect([...(info.mappingsOf('A')?.keys() ?? [])]).toEqual(['broker-a']);
  });
});

describe('a zone', () => {
  it('sees its own brokers and those without a master', () => {
    register({ zoneName: 'East' });
    register({ brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911', zoneName: 'west' });
    register({
      brokerName: 'broker-c',
      brokerAddr: '10.0.0.3:10911',
      brokerId: 1,
      zoneName: 'west',
      enableActingMaster: true,
    });
    const route = nearby(lookUpRoute(info, 'A', false)!, 'east');
    expect(route.brokerDatas.map((group) => group.brokerName)).toEqual(['broker-a', 'broker-c']);
    expect(route.queueDatas.map((queues) => queues.brokerName)).toEqual(['broker-a', 'broker-c']);
  });
});
