import { BrokerAdmin } from './broker-admin.js';
import { type BrokerRooms, type BrokerRuntime, buildRooms } from './broker-rooms.js';
import { type ClientProcessors, registerClientProcessors } from './broker-processors.js';
import { BrokerRegistration } from './cluster/broker-registration.js';
import type { BrokerConfig } from './config/broker-config.js';
import type { LiveSettings } from './config/live-settings.js';
import { ClientManageProcessor } from './consumers/client-manage.processor.js';
import { ConsumerManageProcessor } from './consumers/consumer-manage.processor.js';
import { QueueLockProcessor } from './consumers/queue-lock.processor.js';
import { PullMessageProcessor } from './delivery/pull-message.processor.js';
import { QueryMessageProcessor } from './delivery/query-message.processor.js';
import { QueueOffsetProcessor } from './delivery/queue-offset.processor.js';
import { ReplyMessageProcessor } from './delivery/reply-message.processor.js';
import { SendBackProcessor } from './delivery/send-back.processor.js';
import { SendMessageProcessor } from './delivery/send-message.processor.js';
import { UniqueIdGenerator } from './protocol/message-id.js';
import type { RequestProcessor } from './remoting/connection.js';
import { RemotingClient } from './remoting/remoting-client.js';
import { RemotingServer } from './remoting/remoting-server.js';
import { systemClock } from './runtime/clock.js';
import { silentLogger } from './runtime/logger.js';
import { thisMachine } from './runtime/machine.js';
import { NodeDisk } from './runtime/node-disk.js';
import { systemRandom } from './runtime/random.js';
import { type Cancel, systemScheduler } from './runtime/scheduler.js';
import type { HostAddress } from './store/put-message.js';

export type { BrokerRuntime } from './broker-rooms.js';

/** How often silent clients and expired locks are looked for. Source  RocketMQ ClientHousekeepingService */
const HOUSEKEEPING_MS = 10_000;
/** The second port lies so far below the first. Source  RocketMQ BrokerController#initializeRemotingServer */
const VIP_PORT_DISTANCE = 2;

/** What a started broker can be reached by. */
export interface StartedBroker {
  readonly port: number;
  /** `host:port` that clients are told. */
  readonly address: string;
  readonly storePath: string;
}

/** A broker: stores messages and gives them out. RocketMQ: BrokerController */
export interface Broker {
  /**
   * Opens the store, listens, registers; resolves when clients are served.
   *
   * Throws  ConnectionError when a port is taken, an error naming the holder when the store directory is
   */
  start(): Promise<StartedBroker>;
  /** Leaves the routes, answers who waits, saves everything and lets go of the store. Idempotent. */
  shutdown(): Promise<void>;
  readonly address: string;
  readonly storePath: string;
  readonly isWritable: boolean;
  /** Whether a name server knows this broker; undefined when none is configured. */
  readonly isRegistered: boolean | undefined;
  /** The settings in force, and news of those that operators change. */
  readonly settings: LiveSettings;
  /** Resolves with the reason if the store can go on no more: say it and exit non-zero. */
  readonly fatal: Promise<unknown>;
}

/** Builds a broker; nothing happens before `start`. */
export function createBroker(config: BrokerConfig, runtime: Partial<BrokerRuntime> = {}): Broker {
  return new BrokerProcess(config, {
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom,
    logger: silentLogger,
    disk: new NodeDisk(),
    machine: thisMachine(),
    ...runtime,
  });
}

/** The composition root: builds everything, knows everyone, decides nothing. */
class BrokerProcess implements Broker {
  readonly fatal: Promise<unknown>;
  readonly #config: BrokerConfig;
  readonly #runtime: BrokerRuntime;
  readonly #rooms: BrokerRooms;
  readonly #admin: BrokerAdmin;
  readonly #processors: ClientProcessors;
  readonly #servers: readonly RemotingServer[];
  readonly #client: RemotingClient;
  readonly #registration: BrokerRegistration;
  #storeHost: HostAddress;
  #port: number;
  #stopHousekeeping: Cancel | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(config: BrokerConfig, runtime: BrokerRuntime) {
    this.#config = config;
    this.#runtime = runtime;
    this.#port = config.network.port;
    this.#storeHost = { address: numericHost(config.identity.advertisedHost, runtime), port: this.#port };
    let tellFatal: (error: unknown) => void = () => {};
    this.fatal = new Promise((resolve) => {
      tellFatal = resolve;
    });
    this.#rooms = buildRooms(config, runtime, () => this.#storeHost, tellFatal);
    this.#admin = new BrokerAdmin(config, runtime, this.#rooms);
    this.#processors = this.#buildProcessors();
    this.#client = new RemotingClient({ logger: runtime.logger, clock: runtime.clock, scheduler: runtime.scheduler });
    this.#registration = new BrokerRegistration({
      settings: config.cluster,
      topics: this.#rooms.topics,
      client: this.#client,
      scheduler: runtime.scheduler,
      logger: runtime.logger.child({ room: 'cluster' }),
      registrant: () => ({
        clusterName: config.identity.clusterName,
        brokerName: config.identity.brokerName,
        brokerId: config.identity.brokerId,
        address: this.address,
        haAddress: `${config.identity.haHost}:${this.#port + 1}`,
      }),
      brokerPermission: () => config.topics.brokerPermission,
    });
    this.#servers = this.#buildServers();
  }

  get address(): string {
    return `${this.#config.identity.advertisedHost}:${this.#port}`;
  }

  get storePath(): string {
    return this.#config.store.rootDirectory;
  }

  get isWritable(): boolean {
    return this.#rooms.store.isWritable;
  }

  get settings(): LiveSettings {
    return this.#admin.settings;
  }

  get isRegistered(): boolean | undefined {
    return this.#registration.isRegistered;
  }

  async start(): Promise<StartedBroker> {
    const { store, topics, subscriptionGroups, offsets, heldPulls, schedule } = this.#rooms;
    await store.start();
    try {
      for (const table of [topics, subscriptionGroups, offsets]) table.load();
      const [{ port }] = (await Promise.all(this.#servers.map((server) => server.start()))) as [{ port: number }];
      this.#port = port;
      this.#storeHost = { ...this.#storeHost, port };
      offsets.start();
      heldPulls.start();
      schedule.start();
      this.#admin.start();
    } catch (error) {
      await this.#stop(0);
      throw error;
    }
    this.#rooms.turnLag.start();
    this.#stopHousekeeping = this.#runtime.scheduler.every(HOUSEKEEPING_MS, () => this.#keepHouse());
    await this.#registration.start();
    const { address, storePath } = this;
    this.#runtime.logger.info('broker started', { address, storePath, brokerName: this.#config.identity.brokerName });
    return { port: this.#port, address, storePath };
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop(this.#config.network.shutdownGraceMs);
    return this.#shutdown;
  }

  async #stop(graceMs: number): Promise<void> {
    const { store, topics, subscriptionGroups, offsets, heldPulls, schedule } = this.#rooms;
    this.#stopHousekeeping?.();
    this.#admin.stop();
    this.#rooms.turnLag.stop();
    await this.#registration.shutdown();
    heldPulls.shutdown();
    await Promise.all(this.#servers.map((server) => server.drain(graceMs)));
    await schedule.shutdown();
    // Nobody is answered any more when the tables are saved: what a late commit was told would be forgotten.
    await Promise.all(this.#servers.map((server) => server.shutdown(0)));
    const saved = await Promise.allSettled([offsets.stop(), topics.awaitSaved(), subscriptionGroups.awaitSaved()]);
    await this.#client.shutdown();
    await store.shutdown();
    for (const result of saved) if (result.status === 'rejected') throw result.reason;
    this.#runtime.logger.info('broker stopped', { address: this.address });
  }

  #keepHouse(): void {
    const { consumerGroups, producerGroups, queueLocks } = this.#rooms;
    consumerGroups.closeSilent();
    producerGroups.closeSilent();
    queueLocks.forgetExpired();
  }

  #buildProcessors(): ClientProcessors {
    const config = this.#config;
    const rooms = this.#rooms;
    const { clock, random, machine } = this.#runtime;
    const uniqueIds = new UniqueIdGenerator({
      clock,
      ip: this.#storeHost.address,
      pid: machine.processId,
      salt: random.int(0x7fffffff),
    });
    const parts = {
      ...rooms,
      identity: config.identity,
      settings: config.delivery,
      topicSettings: config.topics,
      consumerSettings: config.consumers,
      storeHost: () => this.#storeHost,
      clock,
      random,
      stats: this.#admin.stats,
      logger: this.#runtime.logger.child({ room: 'delivery' }),
    };
    const { store, topics, subscriptionGroups, consumerGroups, producerGroups, offsets, queueLocks } = rooms;
    return {
      send: new SendMessageProcessor({
        ...parts,
        remarkFacts: { maxMessageBytes: config.store.maxMessageBytes, diskUtil: () => diskText(store.diskUtil()) },
        makeUniqKey: () => uniqueIds.next(),
      }),
      sendBack: new SendBackProcessor(parts),
      reply: new ReplyMessageProcessor(parts),
      pull: new PullMessageProcessor(parts),
      query: new QueryMessageProcessor({ settings: config.delivery, store }),
      queueOffset: new QueueOffsetProcessor(store),
      clientManage: new ClientManageProcessor({
        topics,
        subscriptionGroups,
        consumerGroups,
        producerGroups,
        rules: config.delivery,
        clock,
      }),
      consumerManage: new ConsumerManageProcessor({
        topics,
        subscriptionGroups,
        consumerGroups,
        offsets,
        store,
        settings: config.consumers,
      }),
      queueLock: new QueueLockProcessor(queueLocks),
    };
  }

  /** The main port, and the second one where clients with vipChannelEnabled dial. */
  #buildServers(): RemotingServer[] {
    const { network } = this.#config;
    const { logger, clock, scheduler } = this.#runtime;
    const serverAt = (port: number) =>
      new RemotingServer({ ...network, port, logger: logger.child({ room: 'remoting', port }), clock, scheduler });
    const main = serverAt(network.port);
    const servers = [main];
    const vipPort = network.port - VIP_PORT_DISTANCE;
    if (network.isVipPortOpen && vipPort > 0) servers.push(serverAt(vipPort));
    const everywhere = (code: number, processor: RequestProcessor) => {
      for (const server of servers) server.registerProcessor(code, processor);
    };
    const mainPort = (code: number, processor: RequestProcessor) => main.registerProcessor(code, processor);
    registerClientProcessors(everywhere, mainPort, this.#processors);
    const reach = { address: () => this.address, registration: this.#registration, client: this.#client };
    this.#admin.register(everywhere, reach);
    const { consumerGroups, producerGroups } = this.#rooms;
    for (const server of servers) {
      server.onConnectionClosed((connection) => {
        consumerGroups.connectionClosed(connection);
        producerGroups.connectionClosed(connection);
      });
    }
    return servers;
  }
}

/** Records hold numbers, not names: a host name becomes this machine's own address there. */
function numericHost(host: string, { machine }: BrokerRuntime): string {
  return /^[\d.]+$/.test(host) || host.includes(':') ? host : machine.localAddress;
}

function diskText({ commitLog, consumeQueue, index }: Record<'commitLog' | 'consumeQueue' | 'index', number>): string {
  return `CL: ${commitLog.toFixed(2)} CQ: ${consumeQueue.toFixed(2)} INDEX: ${index.toFixed(2)}`;
}
