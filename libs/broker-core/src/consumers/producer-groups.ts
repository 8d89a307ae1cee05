import type { Connection } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { ClientChannel } from './client-channel.js';
import type { ConsumerSettings } from './consumer-settings.js';

/** Clients of one producer group beyond this number are not registered. */
export const MAX_CLIENTS_PER_PRODUCER_GROUP = 10_000;

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
  readonly #groupsOf = new Map<Connection, Set<string>>();
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
    let members = this.#groups.get(group);
    if (!members) this.#groups.set(group, (members = new Map()));
    const known = members.get(client.connection);
    if (known && known.clientId === client.clientId) {
      known.lastUpdateTimestamp = client.lastUpdateTimestamp;
      return;
    }
    if (!known && members.size >= MAX_CLIENTS_PER_PRODUCER_GROUP) {
      this.#logger.error('client not registered: its group is full', { group, clientId: client.clientId });
      return;
    }
    members.set(client.connection, client);
    this.#connectionOf.set(client.clientId, client.connection);
    const groups = this.#groupsOf.get(client.connection);
    if (groups) groups.add(group);
    else this.#groupsOf.set(client.connection, new Set([group]));
    this.#logger.info('producer joined', { group, clientId: client.clientId });
  }

  /** A client says goodbye to one group. */
  unregister(group: string, connection: Connection): void {
    this.#remove(group, connection);
    const groups = this.#groupsOf.get(connection);
    groups?.delete(group);
    if (groups?.size === 0) this.#groupsOf.delete(connection);
  }

  /** A connection ended, and with it every membership it carried. */
  connectionClosed(connection: Connection): void {
    const groups = this.#groupsOf.get(connection);
    this.#groupsOf.delete(connection);
    for (const group of groups ?? []) this.#remove(group, connection);
  }

  /** Takes members out of groups for which their heartbeats stopped; who is in no group any more is disconnected. */
  closeSilent(): void {
    const oldest = this.#options.clock.now() - this.#options.settings.channelExpiresAfterMs;
    for (const [connection, groups] of [...this.#groupsOf]) {
      for (const group of [...groups]) {
        if ((this.#groups.get(group)?.get(connection)?.lastUpdateTimestamp ?? 0) >= oldest) continue;
        this.#logger.warn('producer forgotten: its heartbeats stopped', { group, connection: connection.id });
        this.unregister(group, connection);
      }
      if (!this.#groupsOf.has(connection)) connection.close('no heartbeat');
    }
  }

  #remove(group: string, connection: Connection): void {
    const members = this.#groups.get(group);
    const client = members?.get(connection);
    if (!members || !client) return;
    members.delete(connection);
    if (members.size === 0) this.#groups.delete(group);
    if (this.#connectionOf.get(client.clientId) === connection) this.#connectionOf.delete(client.clientId);
    this.#logger.info('producer left', { group, clientId: client.clientId });
  }
}
