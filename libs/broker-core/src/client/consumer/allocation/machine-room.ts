import type { MessageQueue } from '../../../protocol/message-queue.js';
import { ClientError } from '../../errors.js';
import type { AllocateMessageQueueStrategy } from '../../options.js';
import { allocateAveragely } from './averagely.js';

/**
 * Only queues of brokers named `<room>@…` of the given rooms, shared out evenly: the leftovers go to the first members one by one.
 * RocketMQ: MACHINE_ROOM.
 */
export function allocateByMachineRoom(rooms: ReadonlySet<string>): AllocateMessageQueueStrategy {
  return {
    name: 'MACHINE_ROOM',
    allocate(_group, clientId, queues, clientIds) {
      const index = clientIds.indexOf(clientId);
      if (index < 0) return [];
      const here = queues.filter(({ brokerName }) => {
        const parts = brokerName.split('@');
        return parts.length === 2 && rooms.has(parts[0] as string);
      });
      const share = Math.floor(here.length / clientIds.length);
      const extra = index + share * clientIds.length;
      return [
        ...here.slice(index * share, (index + 1) * share),
        ...here.slice(extra, extra < here.length ? extra + 1 : extra),
      ];
    },
  };
}

/** Says which room a queue's broker and a client live in. RocketMQ: AllocateMachineRoomNearby.MachineRoomResolver. */
export interface MachineRoomResolver {
  brokerDeployIn(queue: MessageQueue): string;
  consumerDeployIn(clientId: string): string;
}

/**
 * Queues of a room go to the clients of that room by the inner strategy; rooms without a client are shared by everyone.
 * RocketMQ: MACHINE_ROOM_NEARBY.
 *
 * Throws  ClientError if the resolver does not know a room
 */
export function allocateMachineRoomNearby(
  resolver: MachineRoomResolver,
  inner: AllocateMessageQueueStrategy = allocateAveragely,
): AllocateMessageQueueStrategy {
  return {
    name: `MACHINE_ROOM_NEARBY-${inner.name}`,
    allocate(group, clientId, queues, clientIds) {
      if (!clientIds.includes(clientId)) return [];
      const queuesByRoom = groupByRoom(queues, (queue) => resolver.brokerDeployIn(queue));
      const clientsByRoom = groupByRoom(clientIds, (id) => resolver.consumerDeployIn(id));
      const ownRoom = resolver.consumerDeployIn(clientId);
      const mine: MessageQueue[] = [];
      for (const [room, queuesThere] of [...queuesByRoom].sort(([left], [right]) => (left < right ? -1 : 1))) {
        const clientsThere = clientsByRoom.get(room);
        if (room === ownRoom) mine.push(...inner.allocate(group, clientId, queuesThere, clientsThere ?? []));
        else if (clientsThere === undefined) mine.push(...inner.allocate(group, clientId, queuesThere, clientIds));
      }
      return mine;
    },
  };
}

function groupByRoom<T>(things: readonly T[], roomOf: (thing: T) => string): Map<string, T[]> {
  const rooms = new Map<string, T[]>();
  for (const thing of things) {
    const room = roomOf(thing);
    if (!room) throw new ClientError(`the machine room resolver knows no room for ${JSON.stringify(thing)}`);
    const there = rooms.get(room);
    if (there) there.push(thing);
    else rooms.set(room, [thing]);
  }
  return rooms;
}
