import type { NameServerConfig } from 'rocketmq-broker-core';
import { type Command, parseArguments, usageOf } from './arguments.js';
import { print, printSettings } from './print.js';

const command: Command = {
  name: 'mqnamesrv',
  about: 'The name server: brokers register here, clients ask it where topics are.',
  options: [
    { short: 'c', long: 'configFile', value: 'file', about: 'Name server config properties file' },
    { short: 'n', long: 'namesrvAddr', value: 'host:port', about: 'Accepted and ignored, as RocketMQ does' },
    { short: 'p', long: 'printConfigItem', about: 'Print all config items and end' },
    { short: 'h', long: 'help', about: 'Print help' },
  ],
  words: '[key=value ...]',
};

/** `mqnamesrv`: starts a name server and serves until a signal comes. */
export async function mqnamesrv(line: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { options, words } = parseArguments(command, line);
  if (options.has('help')) return print(usageOf(command));
  const core = await import('rocketmq-broker-core');
  const files = await import('./settings-file.js');
  const text = files.readSettingsFile(options.get('configFile'));
  const machine = files.surroundings(environment);
  const { config, warnings } = core.parseNameServerConfig(text, files.overridesFrom(words), machine);
  if (options.has('printConfigItem')) return printSettings(core.nameServerProperties(config));
  return serve(config, warnings, environment);
}

async function serve(config: NameServerConfig, warnings: readonly string[], environment: NodeJS.ProcessEnv) {
  const { createNameServer } = await import('rocketmq-broker-core');
  const { commandLogger } = await import('./console-logger.js');
  const { serveUntilSignal } = await import('./serve.js');
  const logger = commandLogger(environment, warnings);
  const nameServer = createNameServer({ ...config, logger });
  const { port } = await nameServer.start();
  // Whoever waits for the line may send a signal as soon as it is there.
  const served = serveUntilSignal(nameServer, (sentence) => logger.info(sentence));
  print(`The Name Server boot success. serializeType=JSON, address ${config.host}:${port}`);
  return served;
}
