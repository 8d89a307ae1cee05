import { describe, expect, it } from '@jest/globals';
import type { TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import { BrokerAddresses } from './broker-addresses.js';
import { isSameRoute, provisionalRoute, publishQueuesOf, subscribeQueuesOf } from './route.js';

const queueData = (brokerName: string, over: object = {}) => ({
  brokerName,
  readQueueNums: 2,
  writeQueueNums: 2,
  perm: 6,
  topicSysFlag: 0,
  ...over,
});
const brokerData = (brokerName: string, addresses: [number, string][] = [[0, `${brokerName}:1`]]) => ({
  cluster: 'C',
  brokerName,
  brokerAddrs: new Map(addresses),
  enableActingMaster: false,
});
const route = (
  queueDatas = [queueData('b'), queueData('a')],
  brokerDatas = [brokerData('a'), brokerData('b')],
): TopicRouteData => ({
  queueDatas,
  brokerDatas,
  filterServerTable: new Map(),
});
const names = (queues: readonly { brokerName: string; queueId: number }[]) =>
  queues.map(({ brokerName, queueId }) => `${brokerName}${queueId}`);

describe('publishQueuesOf', () => {
  it('takes write queues by broker name', () => {
    expect(names(publishQueuesOf('T', route()))).toEqual(['a0', 'a1', 'b0', 'b1']);
  });

  it('leaves out brokers that cannot be written or have no master', () => {
    const data = route(
      [queueData('a', { perm: 4 }), queueData('b'), queueData('c'), queueData('unknown')],
      [brokerData('a'), brokerData('b', [[1, 'b:2']]), brokerData('c')],
    );
    expect(names(publishQueuesOf('T', data))).toEqual(['c0', 'c1']);
  });

  it('follows orderTopicConf when there is one', () => {
    expect(names(publishQueuesOf('T', { ...route(), orderTopicConf: 'b:1;a:3' }))).toEqual(['b0', 'a0', 'a1', 'a2']);
  });
});

describe('subscribeQueuesOf', () => {
  it('takes read queues of readable brokers', () => {
    expect(
      names(subscribeQueuesOf('T', route([queueData('a', { readQueueNums: 3 }), queueData('b', { perm: 2 })]))),
    ).toEqual(['a0', 'a1', 'a2']);
  });
});

describe('provisionalRoute', () => {
  it('has no more queues than the producer wants, nor than the broker would make', () => {
    const widths = (wanted: number) =>
      provisionalRoute(route([queueData('a', { readQueueNums: 8, writeQueueNums: 8 })]), wanted).queueDatas[0]
        ?.writeQueueNums;
    expect([widths(4), widths(16)]).toEqual([4, 8]);
  });
});

describe('isSameRoute', () => {
  it('does not care for order, and does for addresses, queues and permissions', () => {
    expect(isSameRoute(route(), route([queueData('a'), queueData('b')], [brokerData('b'), brokerData('a')]))).toBe(
      true,
    );
    expect(isSameRoute(route(), route([queueData('b'), queueData('a', { perm: 4 })]))).toBe(false);
    expect(isSameRoute(route(), route(undefined, [brokerData('a', [[0, 'moved:1']]), brokerData('b')]))).toBe(false);
  });
});

describe('BrokerAddresses', () => {
  const addresses = () => {
    const table = new BrokerAddresses();
    table.learn(
      route(
        [],
        [
          brokerData('a', [
            [0, 'a:0'],
            [1, 'a:1'],
            [2, 'a:2'],
          ]),
          brokerData('b', [[2, 'b:2']]),
        ],
      ),
    );
    return table;
  };

  it('sends to masters only', () => {
    expect([addresses().masterOf('a'), addresses().masterOf('b'), addresses().masterOf('c')]).toEqual([
      'a:0',
      undefined,
      undefined,
    ]);
  });

  it('reads from the wanted member, then from the next, then from anyone', () => {
    expect(addresses().memberOf('a', 2)).toEqual({ address: 'a:2', isSlave: true });
    expect(addresses().memberOf('b', 1)).toEqual({ address: 'b:2', isSlave: true });
    expect(addresses().memberOf('b', 0)).toEqual({ address: 'b:2', isSlave: true });
    expect(addresses().memberOf('b', 0, true)).toBeUndefined();
    expect(addresses().memberOf('a', 7)).toEqual({ address: 'a:0', isSlave: false });
  });

  it('greets replicas only for consumers', () => {
    expect([...addresses().listeners(false)]).toEqual(['a:0']);
    expect([...addresses().listeners(true)]).toEqual(['a:0', 'a:1', 'a:2', 'b:2']);
  });

  it('forgets brokers that no route names', () => {
    const table = addresses();
    table.keepOnly([route([], [brokerData('b')])]);
    expect([...table.brokerNames]).toEqual(['b']);
  });
});
