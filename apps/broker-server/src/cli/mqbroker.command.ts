import type { BrokerConfig } from 'rocketmq-broker-core';
import { type Command, parseArguments, UsageError, usageOf } from './arguments.js';
import { print, printSettings } from './print.js';

const command: Command = {
  name: 'mqbroker',
  about: 'The broker: takes messages, keeps them, and gives them to consumers.',
  options: [
    { short: 'c', long: 'configFile', value: 'file', about: 'Broker config properties file' },
    {
      short: 'n',
      long: 'namesrvAddr',
      value: 'host:port;...',
      about: "Name servers, eg: '192.168.0.1:9876;192.168.0.2:9876'",
    },
    { short: 'p', long: 'printConfigItem', about: 'Print all config items and end' },
    { short: 'm', long: 'printImportantConfig', about: 'Print the important config items and end' },
    { short: 'enable-proxy', long: 'enable-proxy', about: 'Not available in this release' },
    { short: 'h', long: 'help', about: 'Print help' },
  ],
  words: '[key=value ...]',
};

/** `mqbroker`: starts a broker and serves until a signal comes. */
export async function mqbroker(line: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { options, words } = parseArguments(command, line);
  if (options.has('help')) return print(usageOf(command));
  if (options.has('enable-proxy')) throw new UsageError('--enable-proxy: this release has no gRPC door; leave it out');
  const core = await import('rocketmq-broker-core');
  const files = await import('./settings-file.js');
  const nameServers = options.get('namesrvAddr');
  const overrides = {
    ...files.overridesFrom(words),
    ...(nameServers === undefined ? {} : { namesrvAddr: nameServers }),
  };
  const path = options.get('configFile');
  const { config, warnings } = core.parseBrokerConfig(
    files.readSettingsFile(path),
    overrides,
    files.surroundings(environment),
  );
  const isImportant = options.has('printImportantConfig');
  if (isImportant || options.has('printConfigItem')) {
    return printSettings(new core.LiveSettings(config).properties(isImportant));
  }
  return serve(config, warnings, path, environment);
}

async function serve(
  config: BrokerConfig,
  warnings: readonly string[],
  path: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const { createBroker } = await import('rocketmq-broker-core');
  const { commandLogger } = await import('./console-logger.js');
  const { keepChanges } = await import('./settings-file.js');
  const { serveUntilSignal } = await import('./serve.js');
  const logger = commandLogger(environment, warnings);
  const broker = createBroker(config, { logger });
  keepChanges(broker.settings, path, logger);
  await broker.start();
  // Whoever waits for the line may send a signal as soon as it is there.
  const served = serveUntilSignal(broker, (sentence) => logger.info(sentence));
  print(bootLine(config, broker.address));
  return served;
}

/** The line that scripts wait for, word for word as RocketMQ prints it. */
export function bootLine(config: BrokerConfig, address: string): string {
  const start = `The broker[${config.identity.brokerName}, ${address}] boot success. serializeType=JSON`;
  return config.cluster.nameServers === '' ? start : `${start} and name server is ${config.cluster.nameServers}`;
}
