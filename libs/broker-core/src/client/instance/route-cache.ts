import type { TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import type { Clock } from '../../runtime/clock.js';
import type { Logger } from '../../runtime/logger.js';
import { messageOf } from '../errors.js';
import { BrokerAddresses } from './broker-addresses.js';
import { isSameRoute, provisionalRoute, publishQueuesOf, subscribeQueuesOf } from './route.js';

/** Where a topic is, and what follows from it. */
export interface KnownRoute {
  readonly data: TopicRouteData;
  readonly publishQueues: readonly MessageQueue[];
  readonly subscribeQueues: readonly MessageQueue[];
  /** Borrowed from the auto-create topic: the topic itself did not exist when we asked. */
  readonly isProvisional: boolean;
}

/** Asks a name server; undefined when there is no such topic. */
export type FetchRoute = (topic: string, timeoutMs: number) => Promise<TopicRouteData | undefined>;

/** A topic that was just found absent is not asked for again so soon by many senders at once. */
const ABSENT_FOR_MS = 200;
/** Shortest pause between two questions that failures cause. */
const REFRESH_PAUSE_MS = 1_000;
/** More topics than this are not remembered: the least recently learned goes first. */
const MAX_TOPICS = 65_536;

/** The routes this client has learned, one question per topic at a time. */
export class RouteCache {
  readonly brokers = new BrokerAddresses();
  readonly #routes = new Map<string, KnownRoute>();
  readonly #asking = new Map<string, Promise<KnownRoute | undefined>>();
  readonly #absentUntilMs = new Map<string, number>();
  readonly #refreshedAtMs = new Map<string, number>();

  constructor(
    private readonly fetchRoute: FetchRoute,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Told when a topic leads elsewhere than before. */
    private readonly onChange: (topic: string) => void,
  ) {}

  get(topic: string): KnownRoute | undefined {
    return this.#routes.get(topic);
  }

  get topics(): Iterable<string> {
    return this.#routes.keys();
  }

  /** Asks the name server again; the answer, or what was known before if the topic is (no longer) there. */
  refresh(topic: string, timeoutMs: number): Promise<KnownRoute | undefined> {
    const asking = this.#asking.get(topic);
    if (asking !== undefined) return asking;
    const question = this.#ask(topic, timeoutMs).finally(() => this.#asking.delete(topic));
    this.#asking.set(topic, question);
    return question;
  }

  /** What is known, else what the name server says now. */
  async find(topic: string, timeoutMs: number): Promise<KnownRoute | undefined> {
    const known = this.#routes.get(topic);
    if (known) return known;
    if ((this.#absentUntilMs.get(topic) ?? 0) > this.clock.monotonicMs()) return undefined;
    return await this.refresh(topic, timeoutMs);
  }

  /** Asks again in the background, for somebody whose broker is gone; not more often than once a second a topic. */
  refreshSoon(topic: string): void {
    const now = this.clock.monotonicMs();
    if (now - (this.#refreshedAtMs.get(topic) ?? Number.NEGATIVE_INFINITY) < REFRESH_PAUSE_MS) return;
    if (this.#refreshedAtMs.size >= MAX_TOPICS) this.#refreshedAtMs.clear();
    this.#refreshedAtMs.set(topic, now);
    this.refresh(topic, REFRESH_PAUSE_MS).catch((error: unknown) => {
      this.logger.debug('route not refreshed', { topic, reason: messageOf(error) });
    });
  }

  /** A route to send a topic's first message by, borrowed from `createTopicKey`. Not kept from a real route. */
  async borrow(
    topic: string,
    createTopicKey: string,
    queueNums: number,
    timeoutMs: number,
  ): Promise<KnownRoute | undefined> {
    const data = await this.fetchRoute(createTopicKey, timeoutMs);
    const known = this.#routes.get(topic);
    if (data === undefined || (known && !known.isProvisional)) return known;
    return this.#learn(topic, provisionalRoute(data, queueNums), true);
  }

  /** Asks again for all of these; a failure leaves the old route and one line in the log. */
  async refreshAll(topics: Iterable<string>, timeoutMs: number): Promise<void> {
    for (const topic of topics) {
      try {
        await this.refresh(topic, timeoutMs);
      } catch (error) {
        this.logger.warn('route not refreshed', { topic, reason: messageOf(error) });
      }
    }
    this.brokers.keepOnly([...this.#routes.values()].map(({ data }) => data));
  }

  async #ask(topic: string, timeoutMs: number): Promise<KnownRoute | undefined> {
    const data = await this.fetchRoute(topic, timeoutMs);
    if (data === undefined) {
      if (this.#absentUntilMs.size > MAX_TOPICS) this.#absentUntilMs.clear();
      this.#absentUntilMs.set(topic, this.clock.monotonicMs() + ABSENT_FOR_MS);
      return this.#routes.get(topic);
    }
    this.#absentUntilMs.delete(topic);
    return this.#learn(topic, data, false);
  }

  #learn(topic: string, data: TopicRouteData, isProvisional: boolean): KnownRoute {
    const before = this.#routes.get(topic);
    this.brokers.learn(data);
    if (before && before.isProvisional === isProvisional && isSameRoute(before.data, data)) return before;
    const route: KnownRoute = {
      data,
      publishQueues: publishQueuesOf(topic, data),
      subscribeQueues: subscribeQueuesOf(topic, data),
      isProvisional,
    };
    if (!before && this.#routes.size >= MAX_TOPICS) this.#routes.delete(this.#routes.keys().next().value as string);
    this.#routes.set(topic, route);
    this.logger.info('route learned', {
      topic,
      brokers: data.brokerDatas.map(({ brokerName }) => brokerName),
      writeQueues: route.publishQueues.length,
      readQueues: route.subscribeQueues.length,
      provisional: isProvisional,
    });
    this.onChange(topic);
    return route;
  }
}
