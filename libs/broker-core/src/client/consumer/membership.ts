import type { MessageQueue } from '../../protocol/message-queue.js';
import { messageOf, RouteError } from '../errors.js';
import { clientInstances } from '../instance/client-instances.js';
import type { GroupConsumer } from '../instance/group-members.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { checkExpressions } from './check-expressions.js';

/** A consumer whose instance was acquired for it. */
export interface Member extends GroupConsumer {
  readonly instance: MQClientInstance;
  /** Ends its work and says its offsets. */
  stop(): Promise<void>;
}

/**
 * Makes a consumer a member of its group. `start` begins its own work, once nothing speaks against it.
 *
 * Throws  ClientError when its instance has one of the group; RemoteError when a broker refuses an expression;
 *         ConnectionError when no name server answers. Then it is no member.
 */
export async function joinGroup(member: Member, topics: readonly string[], start = () => {}): Promise<void> {
  const { instance, group } = member;
  instance.addConsumer(member);
  try {
    // Without routes there is nobody to greet; a name server that does not answer is better said now than never.
    await Promise.all(topics.map((topic) => instance.findRoute(topic)));
    await checkExpressions(instance, group, member.subscriptions());
    start();
    instance.start();
    await instance.heartbeats.sendToAll();
    instance.rebalanceNow();
  } catch (error) {
    await endMembership(member);
    throw error;
  }
}

/** Ends a consumer's work and its membership, and gives its instance back. */
export async function leaveGroup(member: Member): Promise<void> {
  try {
    await endMembership(member);
  } finally {
    await clientInstances.release(member.instance);
  }
}

/** However its work ends, the member leaves: a client that is left over would keep its group's queues for ever. */
async function endMembership(member: Member): Promise<void> {
  try {
    await member.stop();
  } finally {
    await member.instance.removeConsumer(member.group);
  }
}

/** Has brokers, and the member's own queues, follow subscriptions that changed; what fails does so in the log. */
export function tellSubscriptions({ instance, group }: Member, topics: readonly string[]): void {
  const tell = async () => {
    await Promise.all(topics.map((topic) => instance.findRoute(topic)));
    await instance.heartbeats.sendToAll();
    instance.rebalanceNow();
  };
  tell().catch((error: unknown) => {
    const fields = { group, reason: messageOf(error) };
    instance.settings.logger.warn('brokers not told of the new subscriptions yet', fields);
  });
}

/** The queues of a topic that can be read, whoever owns them. Throws RouteError without a route. */
export async function subscribeQueuesOf(instance: MQClientInstance, topic: string): Promise<MessageQueue[]> {
  const route = await instance.findRoute(topic);
  if (!route) throw new RouteError(`no route for topic '${topic}': is it created, and its broker registered?`);
  return [...route.subscribeQueues];
}
