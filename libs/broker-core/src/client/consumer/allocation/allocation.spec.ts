import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type MessageQueue, messageQueueKey } from '../../../protocol/message-queue.js';
import { allocate } from '../rebalance.js';
import { allocateAveragely, allocateAveragelyByCircle, allocateByConfig } from './averagely.js';
import { allocateByConsistentHash } from './consistent-hash.js';
import { allocateByMachineRoom, allocateMachineRoomNearby } from './machine-room.js';

const queuesOf = (brokerName: string, count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => ({ topic: 'T', brokerName, queueId }));
const roomOf = (text: string) => `room-${text.charCodeAt(0) % 3}`;

const strategies = [
  allocateAveragely,
  allocateAveragelyByCircle,
  allocateByConsistentHash(),
  allocateByMachineRoom(new Set(['here'])),
  allocateMachineRoomNearby({ brokerDeployIn: ({ brokerName }) => roomOf(brokerName), consumerDeployIn: roomOf }),
];

describe.each(strategies)('$name', (strategy) => {
  it('gives every queue exactly one owner, in whatever order members see queues and each other', () => {
    const clients = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 });
    const brokers = fc.uniqueArray(fc.stringMatching(/^here@[a-z]{1,4}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        clients,
        brokers,
        fc.integer({ min: 0, max: 17 }),
        fc.boolean(),
        (clientIds, names, count, turned) => {
          const queues = names.flatMap((name) => queuesOf(name, count));
          const owners = new Map<string, string[]>(queues.map((queue) => [messageQueueKey(queue), []]));
          for (const clientId of clientIds) {
            const seen =
              turned && clientId > 'm'
                ? { queues: queues.toReversed(), clientIds: clientIds.toReversed() }
                : { queues, clientIds };
            const mine = allocate({ group: 'G', clientId, ...seen, strategy });
            for (const queue of mine) owners.get(messageQueueKey(queue))?.push(clientId);
          }
          for (const [queue, owning] of owners) expect([queue, owning.length]).toEqual([queue, 1]);
        },
      ),
    );
  });

  it('gives nothing to somebody who is not a member', () => {
    expect(allocate({ group: 'G', clientId: 'x', queues: queuesOf('here@b', 4), clientIds: ['a'], strategy })).toEqual(
      [],
    );
  });
});

describe('AVG', () => {
  it('differs by at most one, the first members having more', () => {
    const share = (clientId: string) =>
      allocateAveragely.allocate('G', clientId, queuesOf('b', 8), ['a', 'b', 'c']).map(({ queueId }) => queueId);
    expect([share('a'), share('b'), share('c')]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
  });

  it('leaves members without queues when there are too few', () => {
    expect(allocateAveragely.allocate('G', 'c', queuesOf('b', 2), ['a', 'b', 'c'])).toEqual([]);
  });
});

describe('AVG_BY_CIRCLE', () => {
  it('deals queues out like cards', () => {
    const mine = allocateAveragelyByCircle.allocate('G', 'b', queuesOf('x', 5), ['a', 'b']);
    expect(mine.map(({ queueId }) => queueId)).toEqual([1, 3]);
  });
});

describe('CONSISTENT_HASH', () => {
  it('moves only a leaving member’s queues', () => {
    const queues = queuesOf('b', 64);
    const strategy = allocateByConsistentHash();
    const owned = (clientIds: string[], clientId: string) => strategy.allocate('G', clientId, queues, clientIds);
    for (const staying of ['a', 'b', 'c']) {
      const before = owned(['a', 'b', 'c', 'd'], staying);
      expect(owned(['a', 'b', 'c'], staying)).toEqual(expect.arrayContaining([...before]));
    }
  });
});

describe('MACHINE_ROOM', () => {
  it('passes over queues of other rooms', () => {
    const queues = [...queuesOf('here@b', 3), ...queuesOf('there@b', 3), ...queuesOf('plain', 3)];
    const mine = allocateByMachineRoom(new Set(['here'])).allocate('G', 'a', queues, ['a']);
    expect(mine.every(({ brokerName }) => brokerName === 'here@b') && mine.length).toBe(3);
  });
});

describe('CONFIG', () => {
  it('takes what it was told', () => {
    const mine = queuesOf('b', 1);
    expect(allocateByConfig(mine).allocate('G', 'a', queuesOf('b', 9), ['a', 'b'])).toBe(mine);
  });
});
