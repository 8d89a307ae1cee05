import { createHash } from 'node:crypto';
import type { MessageQueue } from '../../../protocol/message-queue.js';
import type { AllocateMessageQueueStrategy } from '../../options.js';

interface Node {
  readonly hash: number;
  readonly clientId: string;
}

/**
 * Each queue to the first of the clients' points at or after it on a ring: a leaving member moves only its own queues.
 * RocketMQ: CONSISTENT_HASH, with the same ring, so that Java members of the group agree.
 *
 * Shape  a client's n-th point: MD5(`<clientId>-<n>`), first four bytes, big-endian, unsigned
 */
export function allocateByConsistentHash(virtualNodes = 10): AllocateMessageQueueStrategy {
  return {
    name: 'CONSISTENT_HASH',
    allocate(_group, clientId, queues, clientIds) {
      if (!clientIds.includes(clientId)) return [];
      const ring = buildRing(clientIds, virtualNodes);
      return queues.filter((queue) => ownerOf(ring, hashOf(textOf(queue))) === clientId);
    },
  };
}

function buildRing(clientIds: readonly string[], virtualNodes: number): Node[] {
  const points = new Map<number, Node>();
  for (const clientId of clientIds) {
    for (let replica = 0; replica < virtualNodes; replica++) {
      const hash = hashOf(`${clientId}-${replica}`);
      points.set(hash, { hash, clientId });
    }
  }
  return [...points.values()].sort((left, right) => left.hash - right.hash);
}

function ownerOf(ring: readonly Node[], hash: number): string | undefined {
  return (ring.find((node) => node.hash >= hash) ?? ring[0])?.clientId;
}

const textOf = ({ topic, brokerName, queueId }: MessageQueue) =>
  `MessageQueue [topic=${topic}, brokerName=${brokerName}, queueId=${queueId}]`;

const hashOf = (text: string) => createHash('md5').update(text, 'utf8').digest().readUInt32BE(0);
