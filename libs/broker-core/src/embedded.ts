import { createBroker } from './broker.js';
import { type BrokerOverrides, defaultBrokerConfig } from './config/broker-config.js';
import { createNameServer } from './name-server.js';
import { type Logger, silentLogger } from './runtime/logger.js';
import { makeTemporaryDirectory } from './runtime/temporary-directory.js';

const MiB = 1024 * 1024;

/** It is late when the application beside it was busy; there is no other broker that a refused client could try. */
const PATIENCE_MS = 60_000;

export interface EmbeddedOptions {
  /** Where messages are kept, absolute; a temporary directory, removed by `stop`, when left out. */
  readonly storePath?: string;
  /** Port of the name server; a free one when left out. */
  readonly nameServerPort?: number;
  /** Port of the broker; a free one when left out. */
  readonly brokerPort?: number;
  /** The address both listen at and tell others; 127.0.0.1 when left out. */
  readonly host?: string;
  readonly brokerName?: string;
  readonly clusterName?: string;
  /** Settings on top, by slice and field of BrokerConfig. */
  readonly overrides?: BrokerOverrides;
  readonly logger?: Logger;
}

/** A running name server with a running broker. */
export interface EmbeddedRocketMQ {
  /** `host:port`: what clients are given as `namesrvAddr`. */
  readonly nameServerAddress: string;
  /** `host:port` of the broker. */
  readonly brokerAddress: string;
  readonly brokerName: string;
  readonly clusterName: string;
  readonly storePath: string;
  /** Resolves with the reason if the store can go on no more. */
  readonly fatal: Promise<unknown>;
  /** Whether the broker takes messages. */
  readonly isWritable: boolean;
  /** Stops both and removes what was temporary. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a name server and a broker in this process: for tests, demos and small installations.
 *
 * Files are small (16 MiB segments), so that a store is there in milliseconds, and no send is refused because this process
 * had no time for it; `overrides` sets other sizes and limits.
 */
export async function startEmbeddedRocketMQ(options: EmbeddedOptions = {}): Promise<EmbeddedRocketMQ> {
  const { host = '127.0.0.1', brokerName = 'broker-a', clusterName = 'DefaultCluster' } = options;
  const { logger = silentLogger, overrides = {} } = options;
  const temporary = options.storePath === undefined ? makeTemporaryDirectory('rocketmq-embedded-') : undefined;
  const storePath = options.storePath ?? temporary?.path ?? '';
  const nameServer = createNameServer({ host, port: options.nameServerPort ?? 0, logger });
  try {
    const { port } = await nameServer.start();
    const nameServerAddress = `${host}:${port}`;
    const config = defaultBrokerConfig({
      ...overrides,
      identity: { clusterName, brokerName, advertisedHost: host, ...overrides.identity },
      network: { host, port: options.brokerPort ?? 0, isVipPortOpen: false, ...overrides.network },
      cluster: { nameServers: nameServerAddress, ...overrides.cluster },
      delivery: { sendMayWaitMs: PATIENCE_MS, ...overrides.delivery },
      store: { ...smallFiles, rootDirectory: storePath, ...overrides.store },
    });
    const broker = createBroker(config, { logger });
    const { address } = await broker.start();
    let stopping: Promise<void> | undefined;
    const stopBoth = async () => {
      await broker.shutdown();
      await nameServer.shutdown();
      temporary?.remove();
    };
    return {
      nameServerAddress,
      brokerAddress: address,
      brokerName: config.identity.brokerName,
      clusterName: config.identity.clusterName,
      storePath: broker.storePath,
      fatal: broker.fatal,
      get isWritable() {
        return broker.isWritable;
      },
      stop: () => (stopping ??= stopBoth()),
    };
  } catch (error) {
    await nameServer.shutdown();
    temporary?.remove();
    throw error;
  }
}

/** Sizes for a store that is made often and filled little. */
const smallFiles = {
  commitLogFileBytes: 16 * MiB,
  consumeQueueFileBytes: 20 * 10_000,
  maxHashSlotNum: 50_000,
  maxIndexNum: 200_000,
} as const;
