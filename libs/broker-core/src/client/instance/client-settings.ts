import { type Clock, systemClock } from '../../runtime/clock.js';
import { type Logger, silentLogger } from '../../runtime/logger.js';
import { thisMachine } from '../../runtime/machine.js';
import { type Random, systemRandom } from '../../runtime/random.js';
import { type Scheduler, systemScheduler } from '../../runtime/scheduler.js';
import { ClientError } from '../errors.js';
import type { ClientOptions } from '../options.js';
import type { Transport } from './transport.js';

/** ClientOptions with every default filled in and the name servers as a list. */
export interface ClientSettings {
  readonly nameServers: readonly string[];
  readonly clientId: string;
  readonly clientIP: string;
  readonly pollNameServerIntervalMs: number;
  readonly heartbeatBrokerIntervalMs: number;
  readonly persistConsumerOffsetIntervalMs: number;
  readonly rebalanceIntervalMs: number;
  readonly mqClientApiTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly transport: (() => Transport) | undefined;
}

const DEFAULT_INSTANCE = 'DEFAULT';

/**
 * Fills in the defaults. `keepsName`: a broadcasting consumer without an instanceName is the same one after a restart.
 *
 * Throws  ClientError naming the option that cannot work
 */
export function clientSettings(options: ClientOptions, keepsName = false): ClientSettings {
  const random = options.random ?? systemRandom;
  const clientIP = options.clientIP ?? thisMachine().localAddress;
  const given = options.instanceName ?? DEFAULT_INSTANCE;
  const instanceName = given === DEFAULT_INSTANCE && !keepsName ? ownInstanceName(random) : given;
  return {
    nameServers: nameServerList(options.namesrvAddr),
    clientId: [`${clientIP}@${instanceName}`, ...(options.unitName ? [options.unitName] : [])].join('@'),
    clientIP,
    pollNameServerIntervalMs: positive('pollNameServerIntervalMs', options.pollNameServerIntervalMs, 30_000),
    heartbeatBrokerIntervalMs: positive('heartbeatBrokerIntervalMs', options.heartbeatBrokerIntervalMs, 30_000),
    persistConsumerOffsetIntervalMs: positive(
      'persistConsumerOffsetIntervalMs',
      options.persistConsumerOffsetIntervalMs,
      5_000,
    ),
    rebalanceIntervalMs: positive('rebalanceIntervalMs', options.rebalanceIntervalMs, 20_000),
    mqClientApiTimeoutMs: positive('mqClientApiTimeoutMs', options.mqClientApiTimeoutMs, 3_000),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs, 3_000),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    scheduler: options.scheduler ?? systemScheduler,
    random,
    transport: options.transport,
  };
}

/** The value, or its default; throws ClientError unless it is a number above 0. */
export function positive(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (!Number.isFinite(value) || value <= 0) throw new ClientError(`${name} is ${value}: give a number above 0`);
  return value;
}

/** RocketMQ: `<pid>#<nanoTime>`; ours ends in chance, which is as unlikely to meet its like on another machine. */
function ownInstanceName(random: Random): string {
  return `${process.pid}#${random.int(0x7fffffff)}${String(random.int(1_000_000)).padStart(6, '0')}`;
}

const HOST_AND_PORT = /^(\[[0-9a-fA-F:.]+\]|[^\s:;/\]]+):(\d{1,5})$/;

function nameServerList(given: string | readonly string[] | undefined): string[] {
  const addresses = (typeof given === 'string' ? given.split(';') : [...(given ?? [])])
    .flatMap((address) => address.split(';'))
    .map((address) => address.trim())
    .filter((address) => address !== '');
  if (addresses.length === 0) {
    throw new ClientError("namesrvAddr names no name server: set it to 'host:9876', several separated by ';'");
  }
  for (const address of addresses) {
    const port = Number(HOST_AND_PORT.exec(address)?.[2]);
    if (!(port > 0 && port < 65_536)) {
      throw new ClientError(`namesrvAddr holds '${address}': a name server is 'host:port', e.g. '127.0.0.1:9876'`);
    }
  }
  return [...new Set(addresses)];
}
