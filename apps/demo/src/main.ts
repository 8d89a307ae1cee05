import 'reflect-metadata';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RocketMQConnection, RocketMQListenerRegistry } from 'rocketmq-nest';
import { AppModule } from './app.module.js';
import { type DemoOptions, HELP, parseArguments } from './arguments.js';
import { createPalette, wantsColour } from './console/paint.js';
import { Reporter } from './console/reporter.js';
import { Journal } from './journal/journal.js';
import { runOnce } from './run-once.js';

const colors = wantsColour(process.stdout, process.env);
const reporter = new Reporter((line) => console.log(line), createPalette(colors));

async function start(options: DemoOptions): Promise<{ app: NestFastifyApplication; url: string }> {
  const startedAt = performance.now();
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forOptions(options),
    new FastifyAdapter({ forceCloseConnections: true }),
    {
      logger: new ConsoleLogger({ colors, logLevels: ['warn', 'error'] }),
      abortOnError: false,
    },
  );
  app.enableShutdownHooks();
  await app.listen(options.port, options.host);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const listeners = app.get(RocketMQListenerRegistry).list();
  const consumers = new Set(listeners.map((container) => container.unwrap())).size;
  const { addressText } = app.get(RocketMQConnection);
  reporter.title({
    broker: `${options.nameServer === undefined ? 'in this process' : 'at'} ${addressText}`,
    listeners: `${listeners.length} classes, ${consumers} consumer, group ${listeners[0]?.consumerGroup}`,
    http: url,
    started: `in ${(performance.now() - startedAt).toFixed(0)} ms`,
  });
  return { app, url };
}

async function main(options: DemoOptions): Promise<number> {
  const { app, url } = await start(options);
  if (options.isServing) {
    app.get(Journal).news.subscribe((entry) => reporter.entry(entry));
    return 0;
  }
  try {
    return (await runOnce(app, url, options.nameServer !== undefined, reporter)) ? 0 : 1;
  } finally {
    await app.close();
  }
}

try {
  const options = parseArguments(process.argv.slice(2));
  if (options.isHelpWanted) console.log(HELP);
  else process.exitCode = await main(options);
} catch (error) {
  reporter.failure(error);
  process.exitCode = 1;
}
