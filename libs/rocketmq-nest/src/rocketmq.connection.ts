import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { type Clock, type Logger, type Scheduler, systemClock, systemScheduler } from 'rocketmq-broker-core/client';
import {
  type CompositeMessageConverter,
  createConverter,
  type RocketMQMessageConverter,
} from './conversion/converter.js';
import { CONTENT_TYPE } from './conversion/payload.js';
import { createRemotingDriver } from './driver/remoting-driver.js';
import { type EmbeddedBroker, startEmbeddedBroker } from './embedded/embedded-broker.js';
import type { ConnectionOptions } from './interfaces/connection-options.js';
import type { DriverConnection, DriverProducer, RocketMQDriver } from './interfaces/driver.js';
import type { ListenerTuning } from './interfaces/listener-options.js';
import type { PlaceholderResolver } from './interfaces/message-options.js';
import type { ListenerOutcome } from './interfaces/listener-outcome.js';
import type { ConsumerDefaults, RocketMQModuleOptions } from './interfaces/module-options.js';
import type { StartupOptions } from './interfaces/startup-options.js';
import type { Millis } from './interfaces/vocabulary.js';
import { tuningOf } from './listeners/listener-options.resolver.js';
import type { MessageExt } from './messages/message-ext.js';
import { encodeBody } from './messages/message-encoder.js';
import { checkOptions, refuseUnsupported } from './options/checked-options.js';
import { DEFAULT_NAME } from './options/default-name.js';
import { delay, pause } from './options/delay.js';
import { resolvePlaceholders } from './options/placeholders.js';
import { RocketMQNotRunningError, RocketMQOptionsError, toError } from './rocketmq.errors.js';
import { createLogger } from './rocketmq.logger.js';
import { messages } from './rocketmq.messages.js';

const DEFAULT_REPLY_TIMEOUT_MS = 3000;
const CONNECT_RETRY_MS = 200;
const LONGEST_CONNECT_RETRY_MS = 30_000;
const NAME_SERVER_ADDRESS = /^(\[[^\]]+\]|[^\s:]+):\d{1,5}$/;

/**
 * Something that lives on a connection and is started and stopped with it: templates. A stop does not wait for a start that
 * is under way, which then has to undo itself.
 */
export interface ConnectionClient {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes connection names of clients that bring their own options unique in the process. */
let anonymous = 0;

/**
 * One cluster an application talks to, or the broker in its own process.
 *
 * States  idle → connected (`start`) → stopped (`stop`); with `onFailure: 'warn'` it may be started and not yet connected
 */
export class RocketMQConnection {
  readonly name: string;
  readonly options: RocketMQModuleOptions;
  readonly startup: Required<StartupOptions>;
  readonly shutdownTimeout: Millis;
  readonly consumerDefaults: ConsumerDefaults;
  readonly consumerTuning: Partial<ListenerTuning>;
  readonly converter: CompositeMessageConverter;
  readonly charset: BufferEncoding;
  readonly logger: Logger;
  readonly clock: Clock = systemClock;
  readonly scheduler: Scheduler = systemScheduler;
  /** Tells what became of every message a listener of this connection got. */
  readonly outcomes = new Subject<ListenerOutcome>();
  lastError: Error | undefined;
  readonly #clients = new Set<ConnectionClient>();
  /** Shared by the clients of this connection and by nobody else: brokers tell members of a group apart by it. */
  readonly #sharedInstanceName = `${process.pid}#${randomUUID().slice(0, 8)}`;
  #embedded: EmbeddedBroker | undefined;
  #fatal: Error | undefined;
  #driver: RocketMQDriver | undefined;
  #replies: Promise<DriverProducer> | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    given: RocketMQModuleOptions,
    readonly lookup: PlaceholderResolver,
    applicationConverters: readonly RocketMQMessageConverter[] = [],
  ) {
    this.name = given.name ?? DEFAULT_NAME;
    const where = `the connection "${this.name}"`;
    this.options = checkOptions(resolvePlaceholders(given, lookup, where), where);
    refuseUnsupported(this.options, where);
    const { startup = {}, consumer = {}, converters = [] } = this.options;
    this.startup = { autoStart: true, wait: true, timeout: 10_000, onFailure: 'throw', ...startup };
    this.shutdownTimeout = this.options.shutdownTimeout ?? 10_000;
    this.consumerDefaults = checkOptions(consumer, `${where} (consumer)`);
    refuseUnsupported(this.consumerDefaults, `${where} (consumer)`);
    this.consumerTuning = tuningOf(this.consumerDefaults);
    this.converter = createConverter([...converters, ...applicationConverters]);
    this.charset = this.options.charset ?? 'utf8';
    this.logger = createLogger('RocketMQ', this.name === DEFAULT_NAME ? {} : { connection: this.name });
    this.#checkAddress();
  }

  /** A connection for a client that brings its own options, outside of RocketMQModule. */
  static standalone(options: RocketMQModuleOptions, lookup: PlaceholderResolver = () => undefined): RocketMQConnection {
    return new RocketMQConnection({ ...options, name: options.name ?? `standalone-${++anonymous}` }, lookup);
  }

  /** The network seam; known once the connection is started. */
  get driver(): RocketMQDriver {
    this.#driver ??= this.options.driver ?? createRemotingDriver(this.logger);
    return this.#driver;
  }

  /** Where the cluster is, as clients want it. An embedded broker has an address only while it runs. */
  get address(): DriverConnection {
    const { instanceName } = this.options;
    const own = instanceName === undefined ? {} : { instanceName };
    return { nameServer: this.#nameServers(), sharedInstanceName: this.#sharedInstanceName, ...own };
  }

  /** The address for a client that names its own name servers or instance. */
  addressFor({ nameServer, instanceName }: Partial<ConnectionOptions>): DriverConnection {
    const own = nameServer === undefined ? {} : { nameServer: addressesOf(nameServer) };
    return { ...this.address, ...own, ...(instanceName === undefined ? {} : { instanceName }) };
  }

  /** Options with their placeholders replaced. */
  resolve<T>(options: T, where: string): T {
    return resolvePlaceholders(options, this.lookup, where);
  }

  get addressText(): string {
    return this.#nameServers().join(';') || (this.options.driver?.name ?? 'in this process');
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Has `client` started and stopped with this connection. */
  attach(client: ConnectionClient): void {
    this.#clients.add(client);
  }

  /**
   * Starts the embedded broker if there is one, waits for the name servers, starts the templates. Once.
   *
   * Throws  an error naming connection and address when nothing answered within `startup.timeout`, unless
   *         `startup.onFailure` is 'warn'
   */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Stops the templates, then the embedded broker. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Asks the name servers for a sign of life. */
  async ping(timeout: Millis): Promise<Millis> {
    try {
      if (this.#fatal) throw this.#fatal;
      const latency = await this.driver.ping(this.address, timeout);
      this.lastError = undefined;
      return latency;
    } catch (error) {
      this.lastError = toError(error);
      throw error;
    }
  }

  /**
   * Sends `value` to the one who waits for the answer to `request`.
   *
   * Throws  RocketMQNotRunningError after `stop`
   */
  async reply(
    request: MessageExt,
    value: unknown,
    timeout: Millis = DEFAULT_REPLY_TIMEOUT_MS,
    properties: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (this.isStopped) throw new RocketMQNotRunningError(messages.connectionStopped(this.name));
    this.#replies ??= this.#startReplies();
    const { body, contentType } = encodeBody(value ?? null, undefined, this);
    const producer = await this.#replies;
    await producer.reply(request, body, { [CONTENT_TYPE]: contentType, ...properties }, timeout);
  }

  /** Notes an error that has no caller to go to. */
  report(error: unknown): void {
    this.lastError = toError(error);
    this.logger.error(this.lastError.message, { error: this.lastError.cause ?? this.lastError });
  }

  async #start(): Promise<void> {
    const { embedded } = this.options;
    if (embedded) {
      this.#embedded = await startEmbeddedBroker(
        embedded === true ? {} : embedded,
        this.logger.child({ embedded: true }),
      );
      this.logger.info(messages.log.embeddedStarted, { nameServer: this.#embedded.nameServerAddress });
      void this.#embedded.fatal.then((reason) => this.#fail(reason));
      if (this.isStopped) return this.#embedded.stop();
    }
    const { wait, onFailure } = this.startup;
    try {
      if (wait) await this.#awaitNameServer();
      await this.#startClients();
    } catch (error) {
      if (wait && onFailure === 'throw') {
        await this.stop();
        throw error;
      }
      this.report(error);
      void this.#startLater(CONNECT_RETRY_MS);
    }
  }

  /** The embedded broker's store cannot go on: nothing that is sent is kept any more, and health says so. */
  #fail(reason: unknown): void {
    this.#fatal = toError(reason);
    this.report(this.#fatal);
  }

  async #awaitNameServer(): Promise<void> {
    const deadline = this.clock.monotonicMs() + this.startup.timeout;
    for (let attempt = 1; ; attempt++) {
      const left = Math.max(1, deadline - this.clock.monotonicMs());
      try {
        await this.ping(left);
        this.logger.info(messages.log.connected, { nameServer: this.addressText });
        return;
      } catch (cause) {
        if (this.clock.monotonicMs() + CONNECT_RETRY_MS >= deadline) {
          throw new Error(messages.connectFailed(this.name, this.addressText), { cause });
        }
        if (attempt === 1) this.logger.warn(messages.log.connectRetry, { nameServer: this.addressText, error: cause });
        await pause(CONNECT_RETRY_MS);
      }
    }
  }

  async #startClients(): Promise<void> {
    for (const client of this.#clients) {
      if (!this.isStopped) await client.start();
    }
  }

  /** Producers start without a cluster, so that a send says what is wrong; pull consumers may need several attempts. */
  async #startLater(wait: Millis): Promise<void> {
    await delay(this.scheduler, wait);
    if (this.isStopped) return;
    try {
      await this.#startClients();
    } catch (error) {
      this.lastError = toError(error);
      void this.#startLater(Math.min(LONGEST_CONNECT_RETRY_MS, wait * 2));
    }
  }

  async #stop(): Promise<void> {
    const replies = this.#replies?.then((producer) => producer.shutdown());
    const stops = [...this.#clients].map((client) => client.stop());
    for (const outcome of await Promise.allSettled([...stops, replies])) {
      if (outcome.status === 'rejected')
        this.logger.warn(messages.log.stopFailed, { error: outcome.reason as unknown });
    }
    await this.#embedded?.stop();
  }

  /** Replies have a producer of their own, so that applications without a template can reply too. */
  async #startReplies(): Promise<DriverProducer> {
    const producer = this.driver.createProducer({ connection: this.address, group: 'rocketmq-nest-replies' });
    try {
      await producer.start();
      return producer;
    } catch (error) {
      this.#replies = undefined;
      throw error;
    }
  }

  #nameServers(): readonly string[] {
    if (this.#embedded) return [this.#embedded.nameServerAddress];
    return addressesOf(this.options.nameServer ?? []);
  }

  #checkAddress(): void {
    const { embedded, driver } = this.options;
    const servers = this.#nameServers();
    if (servers.length === 0 && !embedded && !driver) throw new RocketMQOptionsError(messages.noAddress(this.name));
    if (servers.length > 0 && embedded) throw new RocketMQOptionsError(messages.twoAddresses(this.name));
    const wrong = servers.find((address) => !NAME_SERVER_ADDRESS.test(address));
    if (wrong !== undefined) throw new RocketMQOptionsError(messages.badAddress(this.name, wrong));
  }
}

function addressesOf(nameServer: string | readonly string[]): string[] {
  const list = typeof nameServer === 'string' ? nameServer.split(/[;,]/) : nameServer;
  return list.map((address) => address.trim()).filter((address) => address !== '');
}
