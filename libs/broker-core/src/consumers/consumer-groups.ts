import type { ConsumerData } from '../protocol/bodies/heartbeat-data.js';
import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import { ByConnection } from './by-connection.js';
import type { ClientChannel } from './client-channel.js';
import { ConsumerGroup } from './consumer-group.js';
import type { ConsumerSettings } from './consumer-settings.js';

/** Members of one group beyond this number are not registered: every change is told to all of them. */
export const MAX_CLIENTS_PER_GROUP = 10_000;
/** Topics that one group may subscribe to; a heartbeat that names more is refused. */
export const MAX_SUBSCRIPTIONS_PER_GROUP = 4_096;

export interface ConsumerGroupsOptions {
  readonly settings: Pick<ConsumerSettings, 'channelExpiresAfterMs'>;
  /** Called when members or topics of a group changed and its members should rebalance. */
  readonly onMembersChanged: (group: ConsumerGroup) => void;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/**
 * Which clients consume what, as far as their heartbeats say.
 *
 * In memory only: after a restart, heartbeats fill it again. RocketMQ: ConsumerManager
 */
export class ConsumerGroups {
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #groupsOf = new ByConnection<ConsumerGroup>();
  readonly #options: ConsumerGroupsOptions;
  readonly #logger: Logger;

  constructor(options: ConsumerGroupsOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  get(group: string): ConsumerGroup | undefined {
    return this.#groups.get(group);
  }

  all(): IterableIterator<ConsumerGroup> {
    return this.#groups.values();
  }

  findClient(group: string, clientId: string): ClientChannel | undefined {
    return this.#groups.get(group)?.findClient(clientId);
  }

  /** Names of the groups whose members subscribe to `topic` now. */
  groupsOfTopic(topic: string): Set<string> {
    const found = new Set<string>();
    for (const group of this.#groups.values()) if (group.subscriptions.has(topic)) found.add(group.groupName);
    return found;
  }

  /**
   * Takes the consumer part of one heartbeat in; returns whether members or topics changed.
   *
   * `withoutSubscriptions` keeps what is known: such heartbeats only say that the client lives.
   */
  hear(
    client: ClientChannel,
    data: ConsumerData,
    options: { mayNotify: boolean; withoutSubscriptions?: boolean },
  ): boolean {
    let group = this.#groups.get(data.groupName);
    if (!group) this.#groups.set(data.groupName, (group = new ConsumerGroup(data.groupName, data)));
    if (!group.clients.has(client.connection) && group.clients.size >= MAX_CLIENTS_PER_GROUP) {
      this.#logger.warn('client not registered: its group is full', {
        group: data.groupName,
        clientId: client.clientId,
      });
      return false;
    }
    const subscriptions = options.withoutSubscriptions ? undefined : data.subscriptionDataSet;
    const change = group.hear(client, data, subscriptions);
    this.#groupsOf.add(client.connection, group);
    const isChanged = change.isNewClient || change.isNewSubscription;
    if (isChanged) {
      this.#logger.info('consumer group changed', { group: group.groupName, clientId: client.clientId, ...change });
      if (options.mayNotify && !group.isBroadcast) this.#options.onMembersChanged(group);
    }
    return isChanged;
  }

  /** A client says goodbye to one group. */
  unregister(groupName: string, connection: Connection, mayNotify: boolean): void {
    const group = this.#groups.get(groupName);
    if (!group) return;
    this.#remove(group, connection);
    this.#groupsOf.delete(connection, group);
    if (mayNotify && !group.isBroadcast) this.#options.onMembersChanged(group);
  }

  /** A connection ended, and with it every membership it carried. */
  connectionClosed(connection: Connection): void {
    for (const group of this.#groupsOf.of(connection)) {
      this.#groupsOf.delete(connection, group);
      if (this.#remove(group, connection) && !group.isBroadcast) this.#options.onMembersChanged(group);
    }
  }

  /** Takes members out of groups for which their heartbeats stopped; who is in no group any more is disconnected. */
  closeSilent(): void {
    const oldest = this.#options.clock.now() - this.#options.settings.channelExpiresAfterMs;
    for (const connection of this.#groupsOf.connections) {
      for (const group of this.#groupsOf.of(connection)) {
        if ((group.clients.get(connection)?.lastUpdateTimestamp ?? 0) >= oldest) continue;
        this.#logger.warn('consumer forgotten: its heartbeats stopped', {
          group: group.groupName,
          connection: connection.id,
        });
        this.unregister(group.groupName, connection, true);
      }
      if (!this.#groupsOf.has(connection)) connection.close('no heartbeat');
    }
  }

  #remove(group: ConsumerGroup, connection: Connection): boolean {
    const client = group.leave(connection);
    if (client) this.#logger.info('consumer left', { group: group.groupName, clientId: client.clientId });
    if (group.clients.size === 0) this.#groups.delete(group.groupName);
    return client !== undefined;
  }
}
