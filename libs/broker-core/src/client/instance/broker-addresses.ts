import type { TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import { MASTER_ID } from './route.js';

/** Where to reach a broker, and whether that is a replica. */
export interface BrokerAddress {
  readonly address: string;
  readonly isSlave: boolean;
}

/** brokerName → brokerId → address, as far as routes have told. RocketMQ: MQClientInstance's brokerAddrTable. */
export class BrokerAddresses {
  readonly #byName = new Map<string, ReadonlyMap<number, string>>();

  /** Takes over what a route says of its brokers. */
  learn(route: TopicRouteData): void {
    for (const { brokerName, brokerAddrs } of route.brokerDatas) this.#byName.set(brokerName, brokerAddrs);
  }

  /** Forgets brokers that none of the routes names. */
  keepOnly(routes: Iterable<TopicRouteData>): void {
    const named = new Set<string>();
    for (const route of routes) for (const { brokerName } of route.brokerDatas) named.add(brokerName);
    for (const name of this.#byName.keys()) if (!named.has(name)) this.#byName.delete(name);
  }

  get brokerNames(): ReadonlySet<string> {
    return new Set(this.#byName.keys());
  }

  /** Where to send to: the master or nobody. */
  masterOf(brokerName: string): string | undefined {
    return this.#byName.get(brokerName)?.get(MASTER_ID);
  }

  /**
   * Where to read from: the wanted member; if it is a replica that is not there, the next one; then, unless `onlyThis`,
   * anyone of the broker. RocketMQ: findBrokerAddressInSubscribe.
   */
  memberOf(brokerName: string, brokerId: number = MASTER_ID, onlyThis = false): BrokerAddress | undefined {
    const members = this.#byName.get(brokerName);
    if (members === undefined) return undefined;
    const wanted = members.get(brokerId);
    if (wanted !== undefined) return { address: wanted, isSlave: brokerId !== MASTER_ID };
    const next = brokerId === MASTER_ID ? undefined : members.get(brokerId + 1);
    if (next !== undefined) return { address: next, isSlave: true };
    if (onlyThis) return undefined;
    for (const [id, address] of members) return { address, isSlave: id !== MASTER_ID };
    return undefined;
  }

  /** Everyone who has to hear from this client: masters, and replicas too when it consumes. */
  listeners(withReplicas: boolean): Set<string> {
    const addresses = new Set<string>();
    for (const members of this.#byName.values()) {
      for (const [id, address] of members) if (withReplicas || id === MASTER_ID) addresses.add(address);
    }
    return addresses;
  }

  /** Every address known. */
  all(): Set<string> {
    return this.listeners(true);
  }
}
