import type { InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { RocketMQMessageConverter } from '../conversion/converter.js';
import type { ConnectionOptions, EmbeddedOptions } from './connection-options.js';
import type { RocketMQDriver } from './driver.js';
import type { ListenerTuning } from './listener-options.js';
import type { PlaceholderResolver } from './message-options.js';
import type { ProducerOptions } from './producer-options.js';
import type { PullConsumerOptions } from './pull-consumer-options.js';
import type { StartupOptions } from './startup-options.js';
import type { Awaitable, Configurable, Millis } from './vocabulary.js';

/** Defaults of all listeners of a connection, and which of them run. */
export interface ConsumerDefaults extends Configurable<Partial<ListenerTuning>>, Partial<ConnectionOptions> {
  /** `false`: no listener of this connection starts. Default true. */
  enabled?: boolean | string;
  /** `{ group: { topic: false } }` leaves single listeners out. */
  listeners?: Record<string, Record<string, boolean>>;
  /** Put before every consumer group, for instance the name of an environment. */
  groupPrefix?: string;
}

/** One connection of the application: `nameServer` or `embedded`, and what to do with it. */
export interface RocketMQModuleOptions extends ConnectionOptions {
  /** Name of the connection. Default: the unnamed one. */
  name?: string;
  /** Starts a broker in this process instead of connecting to one. */
  embedded?: boolean | EmbeddedOptions;
  /** `false`: no template; for applications that only listen. */
  producer?: ProducerOptions | false;
  /** Makes `template.receive` work. */
  pullConsumer?: PullConsumerOptions;
  consumer?: ConsumerDefaults;
  /** Of text payloads. Default utf8. */
  charset?: BufferEncoding;
  /** Asked before the built-in ones (Buffer, text, JSON). */
  converters?: readonly RocketMQMessageConverter[];
  /** Looks placeholders up. Default: ConfigService when there is one, then the environment. */
  placeholders?: PlaceholderResolver;
  startup?: StartupOptions;
  /** How long a stop waits for running handlers. Default 10000. */
  shutdownTimeout?: Millis;
  /** Replaces the network: for tests. */
  driver?: RocketMQDriver;
}

/** What concerns the Nest module, not RocketMQ. */
export interface RocketMQModuleExtras {
  /** Whether templates can be injected everywhere. Default true. */
  isGlobal?: boolean;
}

/** For `useClass` and `useExisting`. */
export interface RocketMQOptionsFactory {
  createRocketMQOptions(): Awaitable<RocketMQModuleOptions>;
}

/** Options that other providers know; `name` is outside of the factory because tokens are made of it. */
export interface RocketMQModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'>, RocketMQModuleExtras {
  name?: string;
  useExisting?: Type<RocketMQOptionsFactory>;
  useClass?: Type<RocketMQOptionsFactory>;
  // biome-ignore lint/suspicious/noExplicitAny: as Nest's own factories, so that any injected arguments fit
  useFactory?: (...args: any[]) => Awaitable<RocketMQModuleOptions>;
  inject?: InjectionToken[];
  provideInjectionTokensFrom?: Provider[];
}

/** A further template: a producer of its own on a connection. */
export interface RocketMQTemplateDefinition {
  name: string;
  /** Name of the connection. Default: the unnamed one. */
  connection?: string;
  producer?: ProducerOptions;
  pullConsumer?: PullConsumerOptions;
}
