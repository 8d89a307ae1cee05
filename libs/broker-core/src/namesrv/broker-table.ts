import type { DataVersion } from '../protocol/bodies/data-version.js';

/** The id of a master within its group. RocketMQ: MixAll#MASTER_ID */
export const MASTER_ID = 0;

/** One replica of a broker group, by what it calls itself. */
export interface BrokerIdentity {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly brokerAddr: string;
}

/** The replicas that share a brokerName. RocketMQ: BrokerData */
export interface BrokerGroup {
  readonly cluster: string;
  readonly brokerName: string;
  readonly brokerAddrs: Map<number, string>;
  /** Whether a slave of it may stand in for the master; false also when the broker is too old to say. */
  enableActingMaster: boolean;
  zoneName: string | undefined;
}

/** The last sign of life of one replica. RocketMQ: BrokerLiveInfo */
export interface BrokerLife {
  readonly identity: BrokerIdentity;
  /** Monotonic ms. */
  lastSeenMs: number;
  readonly timeoutMs: number;
  readonly dataVersion: DataVersion;
  /** The id of the connection it registered on; when that closes, the replica is gone. */
  readonly connectionId: number;
  readonly haServerAddr: string;
  readonly filterServers: readonly string[];
}

/**
 * Which brokers there are and when each was last heard: clusters, groups by brokerName, and life by address.
 * RocketMQ: RouteInfoManager's clusterAddrTable, brokerAddrTable and brokerLiveTable
 */
export class BrokerTable {
  readonly clusters = new Map<string, Set<string>>();
  readonly groups = new Map<string, BrokerGroup>();
  readonly #lives = new Map<string, BrokerLife>();

  /** Addresses that are known to live. */
  get size(): number {
    return this.#lives.size;
  }

  lifeOf(clusterName: string, brokerAddr: string): BrokerLife | undefined {
    return this.#lives.get(lifeKey(clusterName, brokerAddr));
  }

  lives(): IterableIterator<BrokerLife> {
    return this.#lives.values();
  }

  setLife(life: BrokerLife): void {
    this.#lives.set(lifeKey(life.identity.clusterName, life.identity.brokerAddr), life);
  }

  removeLife(clusterName: string, brokerAddr: string): boolean {
    return this.#lives.delete(lifeKey(clusterName, brokerAddr));
  }

  /** The group of a broker, made when it is the first of its name. */
  groupFor(identity: BrokerIdentity): BrokerGroup {
    const { clusterName, brokerName } = identity;
    let names = this.clusters.get(clusterName);
    if (names === undefined) this.clusters.set(clusterName, (names = new Set()));
    names.add(brokerName);
    let group = this.groups.get(brokerName);
    if (group === undefined) {
      group = {
        cluster: clusterName,
        brokerName,
        brokerAddrs: new Map(),
        enableActingMaster: false,
        zoneName: undefined,
      };
      this.groups.set(brokerName, group);
    }
    return group;
  }

  /** Forgets a group without replicas, and its cluster when it was the last. */
  removeGroup(clusterName: string, brokerName: string): void {
    this.groups.delete(brokerName);
    const names = this.clusters.get(clusterName);
    names?.delete(brokerName);
    if (names?.size === 0) this.clusters.delete(clusterName);
  }
}

/** The smallest id of a group: its master, or the first who stands in for it. */
export function minBrokerId(group: BrokerGroup): number | undefined {
  let smallest: number | undefined;
  for (const id of group.brokerAddrs.keys()) if (smallest === undefined || id < smallest) smallest = id;
  return smallest;
}

/** NUL cannot be part of an address that anyone could connect to, so two pairs never share a key. */
function lifeKey(clusterName: string, brokerAddr: string): string {
  return `${clusterName}\0${brokerAddr}`;
}
