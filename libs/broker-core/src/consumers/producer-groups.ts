import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import { ByConnection } from './by-connection.js';
import type { ClientChannel } from './client-channel.js';
import type { ConsumerSettings } from './consumer-settings.js';

/** Clients of one producer group beyond this number are not registered. */
export const MAX_CLIENTS_PER_PRODUCER_GROUP = 10_000;
/** Groups that one connection may produce in; further ones are not registered. */
export const MAX_PRODUCER_GROUPS_PER_CLIENT = 1_024;
/** RocketMQ's clients allow themselves no longer name. Source  RocketMQ Validators */
const MAX_NAME_CHARS = 255;

export interface ProducerGroupsOptions {
  readonly settings: Pick<ConsumerSettings, 'channelExpiresAfterMs'>;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/**
 * Which clients produce in which group: who can be asked about transactions, and where replies are pushed to.
 *
 * In memory only. RocketMQ: ProducerManager
 */
export class ProducerGroups {
  readonly #groups = new Map<string, Map<Connection, ClientChannel>>();
  readonly #connectionOf = new Map<string, Connection>();
  readonly #groupsOf = new ByConnection<string>();
  readonly #options: ProducerGroupsOptions;
  readonly #logger: Logger;

  constructor(options: ProducerGroupsOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Members of every group. */
  get table(): ReadonlyMap<string, ReadonlyMap<Connection, ClientChannel>> {
    return this.#groups;
  }

  get(group: string): ReadonlyMap<Connection, ClientChannel> | undefined {
    return this.#groups.get(group);
  }

  /** The connection on which the client `clientId` last introduced itself as a producer. */
  connectionOf(clientId: string): Connection | undefined {
    return this.#connectionOf.get(clientId);
  }

  /** Takes the producer part of one heartbeat in. */
  hear(group: string, client: ClientChannel): void {
    const known = this.#groups.get(group)?.get(client.connection);
    if (known && known.clientId === client.clientId) {
      known.lastUpdateTimestamp = client.lastUpdateTimestamp;
      return;
    }
    const problem = known ? undefined : this.#problemOfNew(group, client.connection);
    if (problem !== undefined) {
      const facts = { group: group.slice(0, MAX_NAME_CHARS), clientId: client.clientId };
      this.#logger.warn(`client not registered: ${problem}`, facts);
      return;
    }
    const members = this.#groups.get(group) ?? new Map<Connection, ClientChannel>();
    this.#groups.set(group, members.set(client.connection, client));
    if (known) this.#forgetId(known);
    this.#connectionOf.set(client.clientId, client.connection);
    this.#groupsOf.add(client.connection, group);
    this.#logger.info('producer joined', { group, clientId: client.clientId });
  }

  /** A client says goodbye to one group. */
  unregister(group: string, connection: Connection): void {
    this.#groupsOf.delete(connection, group);
    this.#remove(group, connection);
  }

  /** A connection ended, and with it every membership it carried. */
  connectionClosed(connection: Connection): void {
    for (const group of this.#groupsOf.of(connection)) this.unregister(group, connection);
  }

  /** Takes members out of groups for which their heartbeats stopped; who is in no group any more is disconnected. */
  closeSilent(): void {
    const oldest = this.#options.clock.now() - this.#options.settings.channelExpiresAfterMs;
    for (const connection of this.#groupsOf.connections) {
      for (const group of this.#groupsOf.of(connection)) {
        if ((this.#groups.get(group)?.get(connection)?.lastUpdateTimestamp ?? 0) >= oldest) continue;
        this.#logger.warn('producer forgotten: its heartbeats stopped', { group, connection: connection.id });
        this.unregister(group, connection);
      }
      if (!this.#groupsOf.has(connection)) connection.close('no heartbeat');
    }
  }

  /** Why a connection cannot join a group; undefined when it can. */
  #problemOfNew(group: string, connection: Connection): string | undefined {
    if (group.trim() === '' || group.length > MAX_NAME_CHARS) return 'its group has no name that is one';
    if (this.#groupsOf.count(connection) >= MAX_PRODUCER_GROUPS_PER_CLIENT) return 'it is in too many groups';
    const members = this.#groups.get(group)?.size ?? 0;
    return members >= MAX_CLIENTS_PER_PRODUCER_GROUP ? 'its group is full' : undefined;
  }

  #remove(group: string, connection: Connection): void {
    const members = this.#groups.get(group);
    const client = members?.get(connection);
    if (!members || !client) return;
    members.delete(connection);
    if (members.size === 0) this.#groups.delete(group);
    this.#forgetId(client);
    this.#logger.info('producer left', { group, clientId: client.clientId });
  }

  /** Replies find a client by its id as long as it is in any group under it. */
  #forgetId({ clientId, connection }: ClientChannel): void {
    if (this.#connectionOf.get(clientId) !== connection) return;
    for (const group of this.#groupsOf.of(connection))
      if (this.#groups.get(group)?.get(connection)?.clientId === clientId) return;
    this.#connectionOf.delete(clientId);
  }
}
