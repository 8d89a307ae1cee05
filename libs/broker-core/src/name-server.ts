import type { Key } from './config/key.js';
import { nameServerKeys } from './config/keys/name-server.keys.js';
import { defaultNameServerConfig, type NameServerConfig, nameServerProperties } from './config/name-server-config.js';
import { parseChanges } from './config/parse-changes.js';
import { printProperties } from './config/properties.js';
import { registerBrokerProcessors } from './namesrv/broker.processors.js';
import { KvConfig, problemOfKvConfig } from './namesrv/kv-config.js';
import { tellOfMinBrokerId } from './namesrv/min-broker-id.js';
import type { NameServerRooms } from './namesrv/name-server-rooms.js';
import { defaultNameServerLimits, type NameServerLimits } from './namesrv/name-server-settings.js';
import { type ConfigText, registerOperatorProcessors } from './namesrv/operator.processors.js';
import { RouteInfo } from './namesrv/route-info.js';
import { registerRouteProcessors } from './namesrv/route.processors.js';
import { ResponseCode } from './protocol/response-code.js';
import { RemotingClient } from './remoting/remoting-client.js';
import { RemotingServer } from './remoting/remoting-server.js';
import { type Clock, systemClock } from './runtime/clock.js';
import type { Disk } from './runtime/disk.js';
import { RequestError } from './runtime/errors.js';
import { type Logger, silentLogger } from './runtime/logger.js';
import { NodeDisk } from './runtime/node-disk.js';
import { SafeFile } from './runtime/safe-file.js';
import { type Cancel, type Scheduler, systemScheduler } from './runtime/scheduler.js';

/** How a name server is set up. What is left out is as in an empty namesrv.conf, except `kvConfigPath`. */
export interface NameServerOptions extends Partial<NameServerConfig> {
  /** Where KV settings are kept, absolute; without it they end with the process. */
  readonly kvConfigPath?: string;
  readonly limits?: NameServerLimits;
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly logger?: Logger;
}

/** A running name server. RocketMQ: NamesrvController */
export interface NameServer {
  /** Throws ConnectionError, not retryable, when the port cannot be had. */
  start(): Promise<{ port: number }>;
  /** Answers what was asked, then closes; calling it again does nothing. */
  shutdown(): Promise<void>;
}

/**
 * Builds a name server: where brokers register and everyone asks who has which topic.
 *
 * It keeps routes in memory only (brokers register again within 30 s) and needs no store.
 */
export function createNameServer(options: NameServerOptions = {}): NameServer {
  const config: NameServerConfig = {
    ...defaultNameServerConfig(definedOf(options)),
    kvConfigPath: options.kvConfigPath ?? '',
  };
  const { clock = systemClock, scheduler = systemScheduler, logger = silentLogger } = options;
  const limits = options.limits ?? defaultNameServerLimits;
  const client = new RemotingClient({ clock, scheduler, logger });
  const { host, port, idleTimeoutMs, maxFrameBytes, kvConfigPath } = config;
  const server = new RemotingServer({ host, port, idleTimeoutMs, maxFrameBytes, clock, scheduler, logger });
  const rooms: NameServerRooms = {
    routes: new RouteInfo(limits),
    kvConfig: new KvConfig(limits, kvConfigFile(kvConfigPath, options)),
    settings: config,
    clock,
    logger,
    announce: (changes) => {
      for (const change of changes) tellOfMinBrokerId(client, change, logger);
    },
  };
  registerProcessors(server, rooms, config);
  return new RunningNameServer(server, client, rooms, scheduler);
}

function kvConfigFile(path: string, { disk, logger }: NameServerOptions): SafeFile | undefined {
  return path === '' ? undefined : new SafeFile(disk ?? new NodeDisk(), path, problemOfKvConfig, logger);
}

/** `undefined` is as good as left out. */
function definedOf(options: NameServerOptions): Partial<NameServerConfig> {
  const fields = new Set(['withoutEffect', ...Object.keys(nameServerKeys)]);
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => fields.has(name) && value !== undefined));
}

function registerProcessors(server: RemotingServer, rooms: NameServerRooms, config: NameServerConfig): void {
  const register = server.registerProcessor.bind(server);
  registerBrokerProcessors(register, rooms);
  registerRouteProcessors(register, rooms);
  registerOperatorProcessors(register, rooms, configText(config));
}

class RunningNameServer implements NameServer {
  #stopScan: Cancel | undefined;
  #ending: Promise<void> | undefined;

  constructor(
    private readonly server: RemotingServer,
    private readonly client: RemotingClient,
    private readonly rooms: NameServerRooms,
    private readonly scheduler: Scheduler,
  ) {
    server.onConnectionClosed((connection) => this.#forget(connection.id));
  }

  async start(): Promise<{ port: number }> {
    const entries = this.rooms.kvConfig.load();
    const { port } = await this.server.start();
    this.#stopScan = this.scheduler.every(this.rooms.settings.scanEveryMs, () => this.#scan());
    this.rooms.logger.info('name server listens', { port, kvEntries: entries });
    return { port };
  }

  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#stopScan?.();
    await this.server.shutdown();
    await this.client.shutdown();
    this.rooms.logger.info('name server stopped');
  }

  /** A broker whose connection closed is gone, whatever time it has left. */
  #forget(connectionId: number): void {
    const { routes, logger } = this.rooms;
    const gone = routes.registeredOn(connectionId);
    if (gone.length === 0) return;
    for (const broker of gone) logger.warn('broker gone: its connection closed', { ...broker });
    this.#unregister(gone);
  }

  #scan(): void {
    const { routes, clock, logger } = this.rooms;
    const silent = routes.silentAt(clock.monotonicMs());
    if (silent.length === 0) return;
    for (const life of silent)
      logger.warn('broker gone: it fell silent', { ...life.identity, allowedMs: life.timeoutMs });
    this.#unregister(silent.map((life) => life.identity));
    const ids = new Set(silent.map((life) => life.connectionId));
    for (const connection of this.server.connections)
      if (ids.has(connection.id)) connection.close('its broker fell silent');
  }

  #unregister(gone: Parameters<RouteInfoUnregister>[0]): void {
    const changes = this.rooms.routes.unregister(gone);
    if (this.rooms.settings.notifyMinBrokerIdChanged) this.rooms.announce(changes);
  }
}

type RouteInfoUnregister = RouteInfo['unregister'];

/** The configuration as tools read and change it: only keys that count at once may change, paths never. */
function configText(config: NameServerConfig): ConfigText {
  const fieldsByName = new Map(
    Object.entries(nameServerKeys).map(([field, key]) => [key.name, { field, key: key as Key<unknown> }]),
  );
  const check = (name: string, value: string): (() => void) => {
    const known = fieldsByName.get(name);
    if (config.configBlackList.split(';').includes(name)) {
      throw new RequestError(ResponseCode.NO_PERMISSION, `Can not update config in black list: ${name}`);
    }
    if (known === undefined)
      throw new RequestError(ResponseCode.INVALID_PARAMETER, `no such key: ${name.slice(0, 100)}`);
    if (known.key.effect !== 'live') {
      throw new RequestError(
        ResponseCode.NO_PERMISSION,
        `${name} counts from the next start on: write it into namesrv.conf and restart`,
      );
    }
    const parsed = known.key.parse(value);
    if (parsed === undefined) {
      throw new RequestError(ResponseCode.INVALID_PARAMETER, `${name} is wrong: it takes ${known.key.allowed}`);
    }
    return () => void ((config as unknown as Record<string, unknown>)[known.field] = parsed);
  };
  return {
    print: () => printProperties(nameServerProperties(config)),
    update: (text) => {
      const changes = parseChanges(text).map(({ name, value }) => check(name, value));
      for (const change of changes) change();
    },
  };
}
