import { BrokerStats, MessageRequestModes, MidnightTotals, registerAdminProcessors } from './admin/index.js';
import type { Register } from './broker-processors.js';
import type { BrokerRooms, BrokerRuntime } from './broker-rooms.js';
import type { BrokerRegistration } from './cluster/broker-registration.js';
import type { BrokerConfig } from './config/broker-config.js';
import { LiveSettings } from './config/live-settings.js';
import { SystemGroup, SystemTopic } from './protocol/topic-names.js';
import type { RemotingClient } from './remoting/remoting-client.js';
import { queueIdOfLevel } from './schedule/delay-levels.js';

/** What operators' requests reach beyond the rooms. */
export interface AdminReach {
  readonly address: () => string;
  readonly registration: BrokerRegistration;
  readonly client: RemotingClient;
}

/** The part of a broker that operators see: statistics, settings, and who answers their requests. */
export class BrokerAdmin {
  readonly stats: BrokerStats;
  readonly settings: LiveSettings;
  readonly #midnightTotals: MidnightTotals;
  readonly #requestModes: MessageRequestModes;

  constructor(
    private readonly config: BrokerConfig,
    private readonly runtime: BrokerRuntime,
    private readonly rooms: BrokerRooms,
  ) {
    const file = rooms.store.jsonFile(`${config.store.rootDirectory}/config/messageRequestMode.json`);
    this.stats = new BrokerStats(config.identity.clusterName, runtime.clock);
    this.settings = new LiveSettings(config);
    this.#midnightTotals = new MidnightTotals(this.stats.totals, runtime.clock);
    rooms.schedule.onDelivered(({ topic, queueId }, { sizeBytes }, level) => {
      const { SCHEDULE_CONSUMER_GROUP: group } = SystemGroup;
      this.stats.groupGet(group, SystemTopic.RMQ_SYS_SCHEDULE_TOPIC, queueIdOfLevel(level), 1, sizeBytes);
      this.stats.topicPut(topic, queueId, 1, sizeBytes);
    });
    this.#requestModes = new MessageRequestModes(file, runtime.logger);
  }

  register(register: Register, reach: AdminReach): void {
    const { config, runtime, rooms } = this;
    registerAdminProcessors(register, {
      ...rooms,
      ...reach,
      identity: config.identity,
      nameServers: () => config.cluster.nameServers,
      stats: this.stats,
      midnightTotals: this.#midnightTotals,
      requestModes: this.#requestModes,
      brokerSettings: this.settings,
      settings: config.admin,
      topicRules: config.topics,
      useServerSideResetOffset: () => config.consumers.useServerSideResetOffset,
      acceptSendsFromMs: () => config.delivery.acceptSendsFromMs,
      storePath: config.store.rootDirectory,
      disk: runtime.disk,
      clock: runtime.clock,
      logger: runtime.logger.child({ room: 'admin' }),
    });
  }

  /** The store is open. */
  start(): void {
    this.#requestModes.load();
    this.stats.start(this.runtime.scheduler);
    this.#midnightTotals.start(this.runtime.scheduler);
  }

  stop(): void {
    this.stats.stop();
    this.#midnightTotals.stop();
  }
}
