import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, PinoLogger } from 'nestjs-pino';
import { appModule } from './app.module.js';
import type { ServerConfig } from './config/server-config.js';
import { RocketMQNode, type StartedNode } from './node/rocketmq-node.js';

/** A running application, and where it can be reached. */
export interface RunningApplication extends StartedNode {
  readonly app: NestFastifyApplication;
  /** `http://host:port` of /health. */
  readonly httpUrl: string;
  readonly fatal: Promise<unknown>;
  /** Says that it runs. Whoever reads it may send a signal at once, so those are to be heard before. */
  announce(): void;
}

/** Listens for probes, then starts name server and broker; resolves when clients are served. */
export async function startApplication(config: ServerConfig): Promise<RunningApplication> {
  const { HTTP_HOST, HTTP_PORT } = config.environment;
  const app = await NestFactory.create<NestFastifyApplication>(appModule(config), new FastifyAdapter(), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  const logger = await app.resolve(PinoLogger);
  try {
    await app.listen(HTTP_PORT, HTTP_HOST);
    const node = app.get(RocketMQNode);
    const started = await node.start();
    const httpUrl = await app.getUrl();
    const announce = () => logger.info({ ...started, httpUrl }, 'boot success');
    return { app, ...started, httpUrl, fatal: node.fatal, announce };
  } catch (error) {
    await app.close();
    throw error;
  }
}
