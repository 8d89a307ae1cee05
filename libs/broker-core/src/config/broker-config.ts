import { type Machine, thisMachine } from '../runtime/machine.js';
import type { Key } from './key.js';
import { type AdminConfig, adminKeys } from './keys/admin.keys.js';
import { type ClusterConfig, clusterKeys } from './keys/cluster.keys.js';
import { type ConsumersConfig, consumersKeys } from './keys/consumers.keys.js';
import { type DeliveryConfig, deliveryKeys } from './keys/delivery.keys.js';
import { type IdentityConfig, identityKeys } from './keys/identity.keys.js';
import { type NetworkConfig, networkKeys } from './keys/network.keys.js';
import { type ScheduleConfig, scheduleKeys } from './keys/schedule.keys.js';
import { type StoreKeysConfig, storeKeys } from './keys/store.keys.js';
import { type TopicsConfig, topicsKeys } from './keys/topics.keys.js';

/**
 * Everything a broker can be told, in slices: each room gets its own and never the whole.
 *
 * Fields of `live` keys change while the broker runs (see LiveSettings), so read them where they are used instead of
 * copying them. Everything else stays as it was at the start.
 */
export interface BrokerConfig {
  readonly identity: IdentityConfig;
  readonly network: NetworkConfig;
  readonly topics: TopicsConfig;
  readonly consumers: ConsumersConfig;
  readonly delivery: DeliveryConfig;
  readonly schedule: ScheduleConfig;
  readonly cluster: ClusterConfig;
  readonly store: StoreKeysConfig;
  readonly admin: AdminConfig;
  /** Keys that were accepted and have no effect here: RocketMQ's knobs for threads, mmap and the like. */
  readonly withoutEffect: ReadonlyMap<string, string>;
}

/** The table of keys, slice by slice: the source of defaults, checks and docs/configuration.md. */
export const brokerKeys = {
  identity: identityKeys,
  network: networkKeys,
  topics: topicsKeys,
  consumers: consumersKeys,
  delivery: deliveryKeys,
  schedule: scheduleKeys,
  cluster: clusterKeys,
  store: storeKeys,
  admin: adminKeys,
} as const;

export type SliceName = keyof typeof brokerKeys;

/** Values that replace defaults, by slice and field. */
export type BrokerOverrides = { readonly [Slice in SliceName]?: Partial<BrokerConfig[Slice]> };

/** One row of the table with its place in BrokerConfig. */
export interface PlacedKey {
  readonly slice: SliceName;
  readonly field: string;
  readonly key: Key<unknown>;
}

/** All keys by the name that users write, in the order of the documentation. */
export const keysByName: ReadonlyMap<string, PlacedKey> = new Map(
  (Object.keys(brokerKeys) as SliceName[]).flatMap((slice) =>
    Object.entries(brokerKeys[slice]).map(([field, key]): [string, PlacedKey] => [
      key.name,
      { slice, field, key: key as Key<unknown> },
    ]),
  ),
);

/** What a broker does when nobody says anything, with `overrides` on top. Names and paths come from the machine. */
export function defaultBrokerConfig(overrides: BrokerOverrides = {}, machine: Machine = thisMachine()): BrokerConfig {
  const slice = <Name extends SliceName>(name: Name): BrokerConfig[Name] => {
    const values = Object.entries(brokerKeys[name]).map(([field, key]) => [field, key.default]);
    return { ...Object.fromEntries(values), ...overrides[name] } as BrokerConfig[Name];
  };
  return fillFromMachine(
    {
      identity: slice('identity'),
      network: slice('network'),
      topics: slice('topics'),
      consumers: slice('consumers'),
      delivery: slice('delivery'),
      schedule: slice('schedule'),
      cluster: slice('cluster'),
      store: slice('store'),
      admin: slice('admin'),
      withoutEffect: new Map(),
    },
    machine,
  );
}

/** Fills what is left out of a file with what the machine is called and where its home is. */
function fillFromMachine(config: BrokerConfig, machine: Machine): BrokerConfig {
  const { identity, store, cluster } = config;
  const advertisedHost = identity.advertisedHost || machine.localAddress;
  const rootDirectory = store.rootDirectory || `${machine.homeDirectory}/store`;
  return {
    ...config,
    identity: {
      ...identity,
      brokerName: identity.brokerName || machine.hostName,
      advertisedHost,
      haHost: identity.haHost || advertisedHost,
    },
    cluster: { ...cluster, nameServers: cluster.nameServers || (machine.nameServers ?? '') },
    store: {
      ...store,
      rootDirectory,
      commitLogDirectory: store.commitLogDirectory || `${rootDirectory}/commitlog`,
    },
  };
}
