import type { Deserializer, Serializer } from '@nestjs/microservices';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import type { ListenerTuning } from './listener-options.js';
import type { RocketMQModuleOptions } from './module-options.js';
import type { ConsumeMode, Millis } from './vocabulary.js';

/** connecting · connected · draining (finishing handlers) · stopped; `disconnected` when connecting failed. */
export type RocketMQTransportStatus = 'connecting' | 'connected' | 'disconnected' | 'draining' | 'stopped';

/** What `server.on` and `client.on` tell about. */
export type RocketMQTransportEvents = {
  error: (err: Error) => void;
  connected: () => void;
  disconnected: (err?: Error) => void;
  /** Of a server: queues were shared out anew in one of its groups, which has so many now. */
  rebalanced: (queues: number) => void;
};

/** Options of RocketMQServer: a connection of its own, or one of the module's. */
export interface RocketMQServerOptions extends RocketMQModuleOptions {
  /** Group of all handlers that name no other in their extras. */
  consumerGroup: string;
  /** A connection of RocketMQModule (inject it with @InjectRocketMQConnection) instead of `nameServer`. */
  connection?: RocketMQConnection;
  /** Tuning of the consumers. */
  subscribe?: Partial<ListenerTuning>;
  /** Applied to the converted payload before the handler; gets and gives `{ pattern, data }`. */
  deserializer?: Deserializer;
  /** Applied to a reply before it is converted to bytes. */
  serializer?: Serializer;
}

/** Third argument of @EventPattern and @MessagePattern. */
export interface RocketMQHandlerExtras {
  consumerGroup?: string;
  consumeMode?: ConsumeMode;
}

/** Options of RocketMQClient: a connection of its own, or one of the module's. */
export interface RocketMQClientOptions extends RocketMQModuleOptions {
  connection?: RocketMQConnection;
  /** How long `send` waits for its reply. Default 3000. */
  replyTimeout?: Millis;
  /** Applied to data before it is converted to bytes. */
  serializer?: Serializer;
  /** Applied to the converted reply. */
  deserializer?: Deserializer;
}
