import {
  type DataVersion,
  decodeDataVersion,
  encodeDataVersion,
  isSameDataVersion,
} from '../protocol/bodies/data-version.js';
import { decodeKVTable } from '../protocol/bodies/kv-table.js';
import { QueryDataVersionRequestHeader, QueryDataVersionResponseHeader } from '../protocol/headers/namesrv.headers.js';
import { createRequest, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import type { Logger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import { NameServerLink } from './name-server-link.js';
import { type Registrant, registration, unregistration } from './registration-request.js';

/** The settings this room takes; `live` ones are read at each use. */
export interface ClusterSettings {
  /** `host:port` separated by semicolons. */
  readonly nameServers: string;
  readonly registerEveryMs: number;
  readonly registerTimeoutMs: number;
  readonly forceRegister: boolean;
  readonly compressedRegister: boolean;
}

/** What registration reads of the broker's topics, and what it sets. TopicConfigs is one. */
export interface RegisteredTopics {
  get(topic: string): TopicConfig | undefined;
  all(): Iterable<TopicConfig>;
  readonly dataVersion: DataVersion;
  onChange(listener: (topic: string, config: TopicConfig | undefined) => void): void;
  updateOrderTopics(ordered: ReadonlySet<string>): void;
}

/** What registration needs of a RemotingClient. */
export interface NameServerCaller {
  invoke(address: string, request: RemotingCommand, timeoutMs: number): Promise<RemotingCommand>;
  onConnectionClosed(listener: (address: string) => void): void;
}

export interface BrokerRegistrationOptions {
  readonly settings: ClusterSettings;
  readonly topics: RegisteredTopics;
  readonly client: NameServerCaller;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** Known once the ports are open. */
  readonly registrant: () => Registrant;
  /** 2 write, 4 read, 6 both. */
  readonly brokerPermission: () => number;
}

const SHORTEST_PERIOD_MS = 10_000;
const LONGEST_PERIOD_MS = 60_000;
/** What a name server may take to answer while the broker stops. */
const UNREGISTER_TIMEOUT_MS = 1000;
/** What the start waits for a name server; trying goes on behind it. */
const START_TIMEOUT_MS = 3000;

/**
 * Keeps every name server up to date about this broker: all of it at the start, every period and after a lost
 * connection; a single topic when it changes.
 *
 * RocketMQ: BrokerController#registerBrokerAll and BrokerOuterAPI
 */
export class BrokerRegistration {
  readonly #options: BrokerRegistrationOptions;
  readonly #links = new Map<string, NameServerLink>();
  #cancelPeriod: Cancel | undefined;

  constructor(options: BrokerRegistrationOptions) {
    this.#options = options;
    options.topics.onChange((topic, config) => {
      if (config && this.#cancelPeriod) void this.registerTopic(topic);
    });
    options.client.onConnectionClosed((address) => this.#links.get(address)?.noteDisconnected());
  }

  /** Registers everywhere; resolves when each name server has answered, failed, or let the start wait too long. */
  async start(): Promise<void> {
    const { settings, scheduler } = this.#options;
    const period = Math.min(Math.max(settings.registerEveryMs, SHORTEST_PERIOD_MS), LONGEST_PERIOD_MS);
    this.#cancelPeriod = scheduler.every(period, () => void this.#registerIfChanged());
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = scheduler.after(START_TIMEOUT_MS, resolve);
    });
    await Promise.race([this.registerAll(), late]);
    cancel();
  }

  /** Tells every name server everything; resolves when all tries are over, well or not. */
  async registerAll(): Promise<void> {
    await Promise.all([...this.#currentLinks()].map((link) => link.registerAll()));
  }

  /** Tells every name server what became of one topic; resolves when all tries are over. */
  async registerTopic(topic: string): Promise<void> {
    await Promise.all([...this.#currentLinks()].map((link) => link.registerTopic(topic)));
  }

  /** Resolves when everything told so far was answered, or failed. */
  async awaitTold(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.awaitTold()));
  }

  /** Whether any name server knows this broker; undefined when none is configured. */
  get isRegistered(): boolean | undefined {
    if (this.#links.size === 0) return undefined;
    return [...this.#links.values()].some(({ state }) => state.kind === 'registered');
  }

  /** Leaves the routes of every name server that has us in them. */
  async shutdown(): Promise<void> {
    if (!this.#cancelPeriod) return;
    this.#cancelPeriod();
    this.#cancelPeriod = undefined;
    const { client, registrant } = this.#options;
    const goodbyes = [...this.#links].map(async ([address, link]) => {
      const isKnown = link.state.kind === 'registered';
      link.close();
      if (isKnown) await client.invoke(address, unregistration(registrant()), UNREGISTER_TIMEOUT_MS).catch(() => {});
    });
    await Promise.all(goodbyes);
    this.#links.clear();
  }

  /** One link for each name server that is configured now; the setting may change while we run. */
  #currentLinks(): IterableIterator<NameServerLink> {
    const wanted = new Set(
      this.#options.settings.nameServers
        .split(';')
        .map((text) => text.trim())
        .filter(Boolean),
    );
    for (const [address, link] of this.#links) {
      if (wanted.has(address)) continue;
      link.close();
      this.#links.delete(address);
    }
    for (const address of wanted) if (!this.#links.has(address)) this.#links.set(address, this.#link(address));
    return this.#links.values();
  }

  #link(address: string): NameServerLink {
    const { settings, client, scheduler, logger } = this.#options;
    return new NameServerLink({
      address,
      timeoutMs: settings.registerTimeoutMs,
      invoke: (to, request, timeoutMs) => client.invoke(to, request, timeoutMs),
      request: (topics) => this.#request(topics),
      onRegistered: (answer) => this.#takeOrderTopics(answer),
      scheduler,
      logger,
    });
  }

  #request(changed: ReadonlySet<string> | undefined): RemotingCommand {
    const { topics, registrant, settings, brokerPermission } = this.#options;
    const told = changed
      ? [...changed].map((topic) => topics.get(topic)).filter((config) => config !== undefined)
      : topics.all();
    return registration(registrant(), told, topics.dataVersion, {
      brokerPermission: brokerPermission(),
      isCompressed: settings.compressedRegister,
    });
  }

  /** The name server keeps the table of ordered topics; who is not in it is not ordered. */
  #takeOrderTopics(answer: RemotingCommand): void {
    if (!answer.body || answer.body.length === 0) return;
    this.#options.topics.updateOrderTopics(new Set(decodeKVTable(answer.body).table.keys()));
  }

  async #registerIfChanged(): Promise<void> {
    if (this.#options.settings.forceRegister) return this.registerAll();
    const stale = await Promise.all([...this.#links.keys()].map((address) => this.#isStale(address)));
    if (stale.includes(true)) await this.registerAll();
  }

  /** Asks whether a name server has an older version of our topics; one that does not answer counts as stale. */
  async #isStale(address: string): Promise<boolean> {
    const { client, settings, topics, registrant } = this.#options;
    const { clusterName, brokerName, brokerId, address: brokerAddr } = registrant();
    const header = { clusterName, brokerName, brokerId, brokerAddr };
    const request = createRequest(
      RequestCode.QUERY_DATA_VERSION,
      QueryDataVersionRequestHeader.encode(header),
      encodeDataVersion(topics.dataVersion),
    );
    try {
      const answer = await client.invoke(address, request, settings.registerTimeoutMs);
      if (answer.code !== ResponseCode.SUCCESS || !answer.body) return true;
      const isChanged = QueryDataVersionResponseHeader.decode(answer.extFields).changed;
      return isChanged || !isSameDataVersion(decodeDataVersion(answer.body), topics.dataVersion);
    } catch {
      return true;
    }
  }
}
