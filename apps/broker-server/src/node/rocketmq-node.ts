import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Broker, createBroker, createNameServer, type NameServer } from 'rocketmq-broker-core';
import { keepChanges } from '../cli/settings-file.js';
import type { ServerConfig } from '../config/server-config.js';
import { coreLogger } from '../logging/core-logger.js';
import { SERVER_CONFIG } from './tokens.js';

/** Where a started node can be reached. */
export interface StartedNode {
  readonly brokerName: string;
  /** `host:port` that clients are told. */
  readonly brokerAddress: string;
  readonly nameServers: string;
  readonly storePath: string;
}

/** The name server and the broker of this process, with Nest's life. */
@Injectable()
export class RocketMQNode implements OnApplicationShutdown {
  #nameServer: NameServer | undefined;
  #broker: Broker | undefined;
  #state: 'starting' | 'running' | 'stopped' = 'starting';

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(RocketMQNode.name);
  }

  get state(): 'starting' | 'running' | 'stopped' {
    return this.#state;
  }

  get broker(): Broker | undefined {
    return this.#broker;
  }

  /**
   * Starts the name server, then the broker; resolves when clients are served. Called after HTTP listens, so that a
   * long recovery shows as "starting" instead of as a dead process.
   */
  async start(): Promise<StartedNode> {
    const { broker: config, warnings, environment } = this.config;
    const logger = coreLogger(this.logger);
    for (const warning of warnings) this.logger.warn(warning);
    const nameServers = await this.#startNameServer();
    const cluster = { ...config.cluster, nameServers };
    this.#broker = createBroker({ ...config, cluster }, { logger });
    keepChanges(this.#broker.settings, environment.BROKER_CONF, logger);
    const { address, storePath } = await this.#broker.start();
    this.#state = 'running';
    return { brokerName: config.identity.brokerName, brokerAddress: address, nameServers, storePath };
  }

  /** Resolves with the reason if the store can go on no more. */
  get fatal(): Promise<unknown> {
    return this.#broker?.fatal ?? new Promise(() => {});
  }

  async onApplicationShutdown(): Promise<void> {
    this.#state = 'stopped';
    await this.#broker?.shutdown();
    await this.#nameServer?.shutdown();
  }

  async #startNameServer(): Promise<string> {
    const { nameServer, broker } = this.config;
    if (!nameServer) return broker.cluster.nameServers;
    this.#nameServer = createNameServer({ ...nameServer, logger: coreLogger(this.logger) });
    const { port } = await this.#nameServer.start();
    return `127.0.0.1:${port}`;
  }
}
