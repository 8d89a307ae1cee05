import {
  type BrokerConfig,
  ConfigError,
  type NameServerConfig,
  type ParsedBrokerConfig,
  parseBrokerConfig,
  parseNameServerConfig,
} from 'rocketmq-broker-core';
import { readSettingsFile, surroundings } from '../cli/settings-file.js';
import { type Environment, readEnvironment } from './environment.js';

/** Everything this process is told, read and checked before anything starts. */
export interface ServerConfig {
  readonly environment: Environment;
  readonly broker: BrokerConfig;
  /** Undefined when name servers run elsewhere. */
  readonly nameServer: NameServerConfig | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads environment and files; `overrides` are keys of broker.conf from the command line.
 *
 * Throws  ConfigError that lists every problem of the environment and of both files at once
 */
export function readServerConfig(
  variables: NodeJS.ProcessEnv = process.env,
  overrides: Readonly<Record<string, string>> = {},
): ServerConfig {
  const { problems, attempt } = collector();
  const environment = attempt('', () => readEnvironment(variables));
  const machine = surroundings(variables);
  const brokerFile = variables['BROKER_CONF'] || undefined;
  const readBroker = (more: Readonly<Record<string, string>>): ParsedBrokerConfig =>
    parseBrokerConfig(readSettingsFile(brokerFile), { ...overrides, ...more }, machine);
  const external = attempt(brokerFile, () => readBroker({}));
  const isOurOwn = external === undefined || external.config.cluster.nameServers === '';
  const nameServerFile = variables['NAMESRV_CONF'] || undefined;
  const nameServer = isOurOwn
    ? attempt(nameServerFile, () => parseNameServerConfig(readSettingsFile(nameServerFile), {}, machine))
    : undefined;
  if (problems.length > 0 || !environment || !external) throw new ConfigError(problems);
  if (!nameServer) return { environment, broker: external.config, nameServer: undefined, warnings: external.warnings };
  // Known before it listens, unless it takes a free port; then the node fills it in.
  const broker = readBroker({ namesrvAddr: `127.0.0.1:${nameServer.config.port}` });
  return {
    environment,
    broker: broker.config,
    nameServer: nameServer.config,
    warnings: [...nameServer.warnings, ...broker.warnings],
  };
}

/** Lets one reading after the other fail, and keeps what each of them complained of under its file's name. */
function collector() {
  const problems: string[] = [];
  const attempt = <T>(file: string | undefined, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) {
        const isNamed = !file || problem.includes(file);
        problems.push(isNamed ? problem : `${file}: ${problem}`);
      }
      return undefined;
    }
  };
  return { problems, attempt };
}
