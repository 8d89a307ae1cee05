import { parseArguments, usageOf, type Command } from './cli/arguments.js';
import { print } from './cli/print.js';
import { runCommand, serveUntilSignal } from './cli/serve.js';

const command: Command = {
  name: 'broker-server',
  about: 'Name server and broker in one process, with GET /health.',
  options: [
    { short: 'c', long: 'configFile', value: 'file', about: 'Broker config properties file (also BROKER_CONF)' },
    { short: 'n', long: 'namesrvAddr', value: 'host:port;...', about: 'Use these name servers and start none here' },
    { short: 'h', long: 'help', about: 'Print help' },
  ],
  words: '[key=value ...]',
  more: `environment (empty counts as unset):
  BROKER_CONF, NAMESRV_CONF  the files broker.conf and namesrv.conf; key=value words win over broker.conf
  NAMESRV_ADDR               name servers that run elsewhere; then none is started here
  ADVERTISED_HOST            the address that clients are told, where it cannot be found out (containers)
  HTTP_HOST, HTTP_PORT       where /health answers: 0.0.0.0 and 8090
  LOG_LEVEL, LOG_FORMAT      error, warn, info or debug; json or pretty

examples:
  npm run broker                                       name server on 9876, broker on 10911, health on 8090
  npm run broker -- listenPort=20911 storePathRootDir=/data/rocketmq flushDiskType=SYNC_FLUSH
  npm run broker -- -c conf/broker.conf -n 10.0.0.1:9876

docs/configuration.md has every key.`,
};

async function main(): Promise<number> {
  const { options, words } = parseArguments(command, process.argv.slice(2));
  if (options.has('help')) return print(usageOf(command));
  const { readServerConfig } = await import('./config/server-config.js');
  const { overridesFrom } = await import('./cli/settings-file.js');
  const path = options.get('configFile');
  const variables = { ...process.env, ...(path === undefined ? {} : { BROKER_CONF: path }) };
  const nameServers = options.get('namesrvAddr');
  const overrides = { ...overridesFrom(words), ...(nameServers ? { namesrvAddr: nameServers } : {}) };
  const config = readServerConfig(variables, overrides);
  const { startApplication } = await import('./application.js');
  const running = await startApplication(config);
  const served = serveUntilSignal({ shutdown: () => running.app.close(), fatal: running.fatal }, () => {});
  running.announce();
  return served;
}

await runCommand(main);
