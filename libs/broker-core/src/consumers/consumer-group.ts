import type { ConsumerData, SubscriptionData } from '../protocol/bodies/heartbeat-data.js';
import type { Connection } from '../remoting/connection.js';
import type { ClientChannel } from './client-channel.js';

/** What changed in a group by one heartbeat. */
export interface GroupChange {
  /** A connection that was not there before. */
  readonly isNewClient: boolean;
  /** Topics came or went. */
  readonly isNewSubscription: boolean;
}

/**
 * One consumer group as its members' heartbeats describe it.
 *
 * The last heartbeat rules: a topic that it does not name is gone at once, so members with different subscriptions
 * take turns in breaking each other. RocketMQ: ConsumerGroupInfo
 */
export class ConsumerGroup {
  readonly #clients = new Map<Connection, ClientChannel>();
  readonly #subscriptions = new Map<string, SubscriptionData>();
  consumeType: ConsumerData['consumeType'];
  messageModel: ConsumerData['messageModel'];
  consumeFromWhere: ConsumerData['consumeFromWhere'];
  /** When the group last heard a heartbeat, in ms since the epoch. */
  lastUpdateTimestamp = 0;

  constructor(
    readonly groupName: string,
    data: Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>,
  ) {
    this.consumeType = data.consumeType;
    this.messageModel = data.messageModel;
    this.consumeFromWhere = data.consumeFromWhere;
  }

  get clients(): ReadonlyMap<Connection, ClientChannel> {
    return this.#clients;
  }

  get subscriptions(): ReadonlyMap<string, SubscriptionData> {
    return this.#subscriptions;
  }

  get isBroadcast(): boolean {
    return this.messageModel === 'BROADCASTING';
  }

  /** Client ids of all members, in the order of joining. */
  get clientIds(): string[] {
    return [...this.#clients.values()].map((client) => client.clientId);
  }

  findClient(clientId: string): ClientChannel | undefined {
    for (const client of this.#clients.values()) if (client.clientId === clientId) return client;
    return undefined;
  }

  /** Takes one heartbeat in; `data.subscriptionDataSet` undefined leaves the subscriptions as they are. */
  hear(client: ClientChannel, data: ConsumerData, subscriptions: readonly SubscriptionData[] | undefined): GroupChange {
    this.consumeType = data.consumeType;
    this.messageModel = data.messageModel;
    this.consumeFromWhere = data.consumeFromWhere;
    this.lastUpdateTimestamp = client.lastUpdateTimestamp;
    const known = this.#clients.get(client.connection);
    if (known && known.clientId === client.clientId) known.lastUpdateTimestamp = client.lastUpdateTimestamp;
    else this.#clients.set(client.connection, client);
    const isNewSubscription = subscriptions !== undefined && this.#subscribe(subscriptions);
    return { isNewClient: known === undefined, isNewSubscription };
  }

  /** Forgets a member; returns it when it was one. */
  leave(connection: Connection): ClientChannel | undefined {
    const client = this.#clients.get(connection);
    this.#clients.delete(connection);
    return client;
  }

  #subscribe(subscriptions: readonly SubscriptionData[]): boolean {
    let isChanged = false;
    const named = new Set<string>();
    for (const subscription of subscriptions) {
      named.add(subscription.topic);
      const known = this.#subscriptions.get(subscription.topic);
      if (!known) isChanged = true;
      if (!known || subscription.subVersion > known.subVersion)
        this.#subscriptions.set(subscription.topic, subscription);
    }
    for (const topic of this.#subscriptions.keys()) {
      if (named.has(topic)) continue;
      this.#subscriptions.delete(topic);
      isChanged = true;
    }
    return isChanged;
  }
}
