import { parseArguments, usageOf, type Command } from './cli/arguments.js';
import { runCommand, serveUntilSignal } from './cli/serve.js';

const command: Command = {
  name: 'broker-server',
  about: 'Name server and broker in one process, with GET /health. See docs/configuration.md for its environment.',
  options: [
    { short: 'c', long: 'configFile', value: 'file', about: 'Broker config properties file (also BROKER_CONF)' },
    { short: 'n', long: 'namesrvAddr', value: 'host:port;...', about: 'Use these name servers and start none here' },
    { short: 'h', long: 'help', about: 'Print help' },
  ],
  words: '[key=value ...]',
};

async function main(): Promise<number> {
  const { options, words } = parseArguments(command, process.argv.slice(2));
  if (options.has('help')) {
    process.stdout.write(`${usageOf(command)}\n`);
    return 0;
  }
  const { readEnvironment } = await import('./config/environment.js');
  const { readServerConfig } = await import('./config/server-config.js');
  const { overridesFrom } = await import('./cli/settings-file.js');
  const environment = readEnvironment({
    ...process.env,
    ...(options.has('configFile') ? { BROKER_CONF: options.get('configFile') } : {}),
  });
  const nameServers = options.get('namesrvAddr');
  const overrides = { ...overridesFrom(words), ...(nameServers ? { namesrvAddr: nameServers } : {}) };
  const config = readServerConfig(environment, overrides);
  const { startApplication } = await import('./application.js');
  const running = await startApplication(config);
  return serveUntilSignal({ shutdown: () => running.app.close(), fatal: running.fatal }, () => {});
}

await runCommand(main);
