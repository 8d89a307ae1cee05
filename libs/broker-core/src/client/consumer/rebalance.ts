import { compareMessageQueues, type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import type { AllocateMessageQueueStrategy } from '../options.js';

/** What a rebalance of one topic decides from. */
export interface RebalanceInput {
  readonly group: string;
  readonly clientId: string;
  readonly queues: readonly MessageQueue[];
  /** undefined: broadcasting, where everyone owns everything. */
  readonly clientIds: readonly string[] | undefined;
  readonly strategy: AllocateMessageQueueStrategy;
}

/** The queues this client owns, in order. Pure: members that see the same input agree without talking. */
export function allocate({ group, clientId, queues, clientIds, strategy }: RebalanceInput): readonly MessageQueue[] {
  const sorted = [...queues].sort(compareMessageQueues);
  if (clientIds === undefined) return sorted;
  // RocketMQ sorts with String#compareTo, which is the order of JavaScript's default sort: by UTF-16 units.
  return strategy.allocate(group, clientId, sorted, [...clientIds].sort());
}

/** What has to change so that the working queues become the owned ones. */
export interface AssignmentChange {
  readonly gained: readonly MessageQueue[];
  readonly lost: readonly MessageQueue[];
}

/** Compares what is worked on with what is owned now. */
export function changeOf(working: readonly MessageQueue[], owned: readonly MessageQueue[]): AssignmentChange {
  const workingKeys = new Set(working.map(messageQueueKey));
  const ownedKeys = new Set(owned.map(messageQueueKey));
  return {
    gained: owned.filter((queue) => !workingKeys.has(messageQueueKey(queue))),
    lost: working.filter((queue) => !ownedKeys.has(messageQueueKey(queue))),
  };
}
