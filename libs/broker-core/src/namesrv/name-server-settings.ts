/** What a name server's rooms are told. Fields marked live in config/ may change between two looks at them. */
export interface NameServerSettings {
  readonly scanEveryMs: number;
  readonly orderMessageEnable: boolean;
  readonly returnOrderTopicConfigToBroker: boolean;
  readonly supportActingMaster: boolean;
  readonly enableAllTopicList: boolean;
  readonly enableTopicList: boolean;
  readonly notifyMinBrokerIdChanged: boolean;
  readonly deleteTopicWithBrokerRegistration: boolean;
  readonly needWaitForService: boolean;
  readonly waitForServiceMs: number;
}

/** How much a name server remembers; what would exceed it is refused. */
export interface NameServerLimits {
  /** Broker addresses, over all clusters. */
  readonly maxBrokers: number;
  readonly maxTopics: number;
  /** Names of clusters, brokers, topics, addresses and zones, in characters. */
  readonly maxNameChars: number;
  readonly maxKvEntries: number;
  readonly maxKvValueChars: number;
}

/** Ten times what the largest published clusters have. */
export const defaultNameServerLimits: NameServerLimits = {
  maxBrokers: 10_000,
  maxTopics: 500_000,
  maxNameChars: 255,
  maxKvEntries: 50_000,
  maxKvValueChars: 64 * 1024,
};
