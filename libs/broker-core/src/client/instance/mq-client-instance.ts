import { RequestCode } from '../../protocol/request-code.js';
import type { Cancel } from '../../runtime/scheduler.js';
import { ClientError, messageOf } from '../errors.js';
import { ask } from './call.js';
import type { ClientSettings } from './client-settings.js';
import type { GroupConsumer, GroupProducer } from './group-members.js';
import { Heartbeats } from './heartbeats.js';
import { NameServerCalls } from './name-server-calls.js';
import { NameServers } from './name-servers.js';
import { PendingReplies } from './pending-replies.js';
import { RebalanceLoop } from './rebalance-loop.js';
import { type KnownRoute, RouteCache } from './route-cache.js';
import { registerServerRequests } from './server-requests.js';
import type { Transport } from './transport.js';

/** How long a goodbye may take; a broker that misses it finds out by our silence. */
const LEAVE_TIMEOUT_MS = 1_000;

/**
 * What all producers and consumers of one clientId share: connections, routes, heartbeats, and the clocks of rebalancing
 * and offset saving. RocketMQ: MQClientInstance.
 *
 * Made by ClientInstances, started by its first member and shut down by its last.
 */
export class MQClientInstance {
  readonly clientId: string;
  readonly nameServers: NameServerCalls;
  readonly routes: RouteCache;
  readonly heartbeats: Heartbeats;
  readonly replies: PendingReplies;
  readonly #producers = new Map<string, GroupProducer>();
  readonly #consumers = new Map<string, GroupConsumer>();
  readonly #rebalancing: RebalanceLoop;
  #timers: Cancel[] = [];
  #isRunning = false;

  constructor(
    readonly settings: ClientSettings,
    readonly transport: Transport,
  ) {
    const { clock, logger, scheduler } = settings;
    this.clientId = settings.clientId;
    const servers = new NameServers(settings.nameServers, settings.random);
    this.nameServers = new NameServerCalls(transport, servers, logger, clock);
    this.routes = new RouteCache(
      (topic, timeoutMs) => this.nameServers.fetchRoute(topic, timeoutMs),
      clock,
      logger,
      () => this.#routeChanged(),
    );
    this.#rebalancing = new RebalanceLoop(clock, scheduler, logger, settings.rebalanceIntervalMs, () =>
      this.#consumers.values(),
    );
    this.heartbeats = new Heartbeats(settings, transport, this.routes.brokers, this.#producers, this.#consumers, () =>
      this.rebalanceNow(),
    );
    this.replies = new PendingReplies(clock, scheduler);
    registerServerRequests(this);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  consumer(group: string): GroupConsumer | undefined {
    return this.#consumers.get(group);
  }

  /** Begins the clocks; once is enough. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { scheduler, pollNameServerIntervalMs, persistConsumerOffsetIntervalMs } = this.settings;
    this.#timers = [
      scheduler.every(pollNameServerIntervalMs, () => void this.#refreshRoutes()),
      scheduler.every(persistConsumerOffsetIntervalMs, () => void this.#persistOffsets()),
    ];
    this.heartbeats.start();
    this.#rebalancing.start();
  }

  /** Ends everything; called when the last member has left. */
  async shutdown(): Promise<void> {
    this.#isRunning = false;
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    this.heartbeats.stop();
    this.#rebalancing.stop();
    this.replies.close();
    await this.transport.shutdown();
  }

  /** Throws ClientError when the instance has such a group already. */
  addProducer(producer: GroupProducer): void {
    if (this.#producers.has(producer.group)) {
      throw new ClientError(
        `instance ${this.clientId} already has a producer of group '${producer.group}': use that one, another group, or another instanceName`,
      );
    }
    this.#producers.set(producer.group, producer);
  }

  /** Throws ClientError when the instance has such a group already. */
  addConsumer(consumer: GroupConsumer): void {
    if (this.#consumers.has(consumer.group)) {
      throw new ClientError(
        `instance ${this.clientId} already has a consumer of group '${consumer.group}': subscribe with that one, or give this one another group or instanceName`,
      );
    }
    this.#consumers.set(consumer.group, consumer);
  }

  async removeProducer(group: string): Promise<void> {
    if (this.#producers.delete(group)) await this.#leave({ producerGroup: group });
  }

  async removeConsumer(group: string): Promise<void> {
    if (this.#consumers.delete(group)) await this.#leave({ consumerGroup: group });
  }

  /** The route of a topic, asked for if unknown; undefined when there is no such topic. */
  findRoute(topic: string, timeoutMs = this.settings.mqClientApiTimeoutMs): Promise<KnownRoute | undefined> {
    return this.routes.find(topic, timeoutMs);
  }

  /** Some broker that holds the topic, for questions that any of them answers. */
  async anyBrokerOf(topic: string): Promise<string | undefined> {
    const brokers = (await this.findRoute(topic))?.data.brokerDatas ?? [];
    const chosen = brokers[this.settings.random.int(Math.max(1, brokers.length))];
    return chosen && this.routes.brokers.memberOf(chosen.brokerName)?.address;
  }

  /** Shares queues out again soon, once for however many reasons. */
  rebalanceNow(): void {
    this.#rebalancing.wake();
  }

  /** The same after a while: a lock was not to be had, a topic not there yet. */
  rebalanceLater(delayMs: number): void {
    this.#rebalancing.wakeAfter(delayMs);
  }

  #routeChanged(): void {
    if (!this.#isRunning) return;
    // A new queue wants an owner, but a broker we have not greeted counts us out of our groups: first the greeting.
    void this.heartbeats.sendDue().then(() => {
      if (this.#consumers.size > 0) this.rebalanceNow();
    });
  }

  async #refreshRoutes(): Promise<void> {
    const topics = new Set<string>();
    for (const producer of this.#producers.values()) for (const topic of producer.publishTopics()) topics.add(topic);
    for (const consumer of this.#consumers.values()) {
      for (const { topic } of consumer.subscriptions()) topics.add(topic);
    }
    await this.routes.refreshAll(topics, this.settings.mqClientApiTimeoutMs);
  }

  async #persistOffsets(): Promise<void> {
    for (const consumer of this.#consumers.values()) {
      try {
        await consumer.persistOffsets();
      } catch (error) {
        this.settings.logger.warn('offsets not persisted', { group: consumer.group, reason: messageOf(error) });
      }
    }
  }

  /** Says goodbye to every broker; whoever does not hear it finds out by the missing heartbeats. */
  async #leave(groups: { readonly producerGroup?: string; readonly consumerGroup?: string }): Promise<void> {
    const addresses = this.routes.brokers.listeners(groups.consumerGroup !== undefined);
    const goodbye = (address: string) =>
      ask(this.transport, address, {
        code: RequestCode.UNREGISTER_CLIENT,
        extFields: { clientID: this.clientId, ...groups },
        timeoutMs: LEAVE_TIMEOUT_MS,
      });
    const outcomes = await Promise.allSettled([...addresses].map(goodbye));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      this.settings.logger.debug('goodbye not heard', { ...groups, reason: messageOf(outcome.reason) });
    }
  }
}
