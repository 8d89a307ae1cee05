import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RocketMQHealthIndicator } from './health/rocketmq.health.js';
import { RocketMQHandlerInvokers } from './listeners/handler-invoker.js';
import { RocketMQConnections } from './rocketmq.connections.js';
import { RocketMQExplorer } from './rocketmq.explorer.js';
import { RocketMQListenerRegistry } from './rocketmq.listener-registry.js';
import { RocketMQMetadataAccessor } from './rocketmq.metadata-accessor.js';
import { RocketMQPlaceholders } from './rocketmq.placeholders.js';

/**
 * What an application has once, however many connections: imported by RocketMQModule, never by hand.
 *
 * Global, so that Nest initialises it before and shuts it down after everything else.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    RocketMQPlaceholders,
    RocketMQConnections,
    RocketMQMetadataAccessor,
    RocketMQExplorer,
    RocketMQHandlerInvokers,
    RocketMQListenerRegistry,
    RocketMQHealthIndicator,
  ],
  exports: [RocketMQConnections, RocketMQListenerRegistry, RocketMQHealthIndicator],
})
export class RocketMQCoreModule {}
