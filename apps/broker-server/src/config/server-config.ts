import {
  type BrokerConfig,
  type NameServerConfig,
  parseBrokerConfig,
  parseNameServerConfig,
} from 'rocketmq-broker-core';
import { readSettingsFile, surroundings } from '../cli/settings-file.js';
import type { Environment } from './environment.js';

/** Everything this process is told, read and checked before anything starts. */
export interface ServerConfig {
  readonly environment: Environment;
  readonly broker: BrokerConfig;
  /** Undefined when name servers run elsewhere. */
  readonly nameServer: NameServerConfig | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads files and environment; `overrides` are keys of broker.conf from the command line.
 *
 * Throws  ConfigError that lists every problem of a file at once, UsageError when a file cannot be read
 */
export function readServerConfig(
  environment: Environment,
  overrides: Readonly<Record<string, string>> = {},
  variables: NodeJS.ProcessEnv = process.env,
): ServerConfig {
  const machine = surroundings(variables);
  const text = readSettingsFile(environment.BROKER_CONF);
  const external = parseBrokerConfig(text, overrides, machine);
  if (external.config.cluster.nameServers !== '') {
    return { environment, broker: external.config, nameServer: undefined, warnings: external.warnings };
  }
  const nameServer = parseNameServerConfig(readSettingsFile(environment.NAMESRV_CONF), {}, machine);
  // Known before it listens, unless it takes a free port; then the node fills it in.
  const nameServers = `127.0.0.1:${nameServer.config.port}`;
  const broker = parseBrokerConfig(text, { ...overrides, namesrvAddr: nameServers }, machine);
  return {
    environment,
    broker: broker.config,
    nameServer: nameServer.config,
    warnings: [...nameServer.warnings, ...broker.warnings],
  };
}
