import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { ServerConfig } from './config/server-config.js';
import { EventLoop } from './health/event-loop.js';
import { HealthController } from './health/health.controller.js';
import { NodeHealth } from './health/node-health.js';
import { loggingModule } from './logging/logging.module.js';
import { RocketMQNode } from './node/rocketmq-node.js';
import { SERVER_CONFIG } from './node/tokens.js';

@Module({})
class AppModule {}

/** A cluster node as a Nest application: name server, broker, health. */
export function appModule(config: ServerConfig): DynamicModule {
  return {
    module: AppModule,
    imports: [loggingModule(config.environment), TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [{ provide: SERVER_CONFIG, useValue: config }, RocketMQNode, NodeHealth, EventLoop],
  };
}
