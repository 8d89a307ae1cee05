import type { ConsumeVerdict, DriverPushConsumer, DriverPushConsumerOptions } from '../interfaces/driver.js';
import type { RocketMQPushConsumerLifecycleListener } from '../interfaces/listener.js';
import type { ContainerState, RocketMQListenerContainer } from '../interfaces/listener-container.js';
import type { TimeLimit } from '../interfaces/time-limit.js';
import { ConsumeResult, type Millis } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { delay, within } from '../options/delay.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQNotRunningError, RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';
import { DispatchLimit } from './dispatch-limit.js';
import { type GroupPlan, planGroup } from './group-plan.js';
import type { ListenerEndpoint } from './listener-endpoint.js';
import { prepareEndpoint } from './prepare-start.js';

/** A listener's place in its group. */
export interface GroupMember {
  readonly endpoint: ListenerEndpoint;
  readonly container: RocketMQListenerContainer;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** After its drain a consumer still commits offsets and says good-bye to brokers. */
const GOODBYE_MS = 3000;

/**
 * The one consumer of a group in this application, whatever the number of its listeners.
 *
 * States  see ContainerState; `start` leads from idle or stopped to running, `stop` from anywhere to stopped
 */
export class GroupConsumer {
  /** Told how many queues the consumer has, whenever they are shared out anew. */
  onQueues: ((queues: number) => void) | undefined;
  readonly #members: GroupMember[] = [];
  readonly #ready = new Set<RocketMQListenerContainer>();
  readonly #running = new Set<DispatchLimit>();
  #state: ContainerState = 'idle';
  #consumer: DriverPushConsumer | undefined;
  #plan: GroupPlan<ListenerEndpoint> | undefined;
  #isWanted = false;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(
    readonly connection: RocketMQConnection,
    readonly group: string,
  ) {}

  get state(): ContainerState {
    return this.#state;
  }

  /** Whether somebody had it started, or has it try to, and nobody has stopped it since. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  get members(): readonly GroupMember[] {
    return this.#members;
  }

  add(member: GroupMember): void {
    this.#members.push(member);
  }

  remove(member: GroupMember): void {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
    this.#ready.delete(member.container);
  }

  /**
   * Checks, without a network, that the listeners can share a consumer.
   *
   * Throws  RocketMQOptionsError naming the two that cannot
   */
  validate(): void {
    this.#makePlan();
  }

  /** Says that a listener may receive now; the last one starts the consumer, so that no listener is called too early. */
  async ready(container: RocketMQListenerContainer): Promise<void> {
    this.#ready.add(container);
    if (this.#state !== 'idle' || this.#ready.size < this.#members.length) return;
    const { wait, onFailure } = this.connection.startup;
    const started = wait && onFailure === 'throw' ? this.start() : this.#startUntilItWorks();
    if (wait) await started;
    else started.catch((error: unknown) => this.connection.report(error));
  }

  start(): Promise<void> {
    if (this.#state === 'running' || this.#state === 'paused') return Promise.resolve();
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#consumer?.pause();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#consumer?.resume();
  }

  /** Takes nothing new, waits for running handlers up to `timeout`, leaves the group. Calling it twice is calling it once. */
  stop(timeout?: Millis): Promise<void> {
    this.#isWanted = false;
    this.#stopping ??= this.#stop(timeout ?? this.#drainTime()).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /**
   * After a change of its members that failed: stops what runs with others than there are now, and consumes with these (if
   * `wasWanted`) in the background, as soon as that works.
   */
  goOn(wasWanted: boolean): void {
    const again = async () => {
      if (this.#state !== 'idle') await this.stop().catch((error: unknown) => this.connection.report(error));
      if (wasWanted && this.#members.length > 0 && !this.connection.isStopped) await this.#startUntilItWorks();
    };
    again().catch((error: unknown) => this.connection.report(error));
  }

  unwrap(): unknown {
    return this.#consumer?.unwrap();
  }

  async #start(): Promise<void> {
    await this.#stopping;
    this.#state = 'starting';
    try {
      await this.connection.start();
      for (const { endpoint } of this.#members) await prepareEndpoint(endpoint);
      this.#plan = this.#makePlan();
      this.#consumer = await this.#connect(this.#plan);
    } catch (cause) {
      this.#state = 'idle';
      throw this.#startError(cause);
    }
    this.#state = 'running';
    this.#isWanted = true;
    this.connection.logger.info(messages.log.listenerStarted, {
      group: this.group,
      topics: this.#plan.subscriptions.map(({ topic, expression }) => `${topic}(${expression})`).join(' '),
      listeners: this.#members.map(({ endpoint }) => endpoint.name).join(' '),
    });
    await this.#tell('onStarted');
  }

  async #connect(plan: GroupPlan<ListenerEndpoint>): Promise<DriverPushConsumer> {
    const consumer = this.connection.driver.createPushConsumer(this.#consumerOptions(plan));
    try {
      await consumer.start();
      if (this.connection.isStopped)
        throw new RocketMQNotRunningError(messages.connectionStopped(this.connection.name));
      return consumer;
    } catch (error) {
      await consumer.shutdown().catch(() => undefined);
      throw error;
    }
  }

  /** For `onFailure: 'warn'` and `wait: false`: the application is up, and the consumer joins when the cluster is there. */
  async #startUntilItWorks(): Promise<void> {
    this.#isWanted = true;
    try {
      await this.start();
    } catch (error) {
      if (error instanceof RocketMQOptionsError) throw error;
      this.connection.report(error);
      void this.#retryStart(FIRST_RETRY_MS);
    }
  }

  async #retryStart(pause: Millis): Promise<void> {
    await delay(this.connection.scheduler, pause);
    if (this.#state !== 'idle' || this.connection.isStopped) return;
    this.connection.logger.warn(messages.log.connectRetry, { group: this.group });
    await this.start().catch(() => this.#retryStart(Math.min(LONGEST_RETRY_MS, pause * 2)));
  }

  async #stop(timeout: Millis): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.#consumer) await this.#drain(this.#consumer, timeout);
    const wasRunning = this.#consumer !== undefined;
    this.#consumer = undefined;
    this.#isWanted = false;
    this.#state = 'stopped';
    if (!wasRunning) return;
    this.connection.logger.info(messages.log.listenerStopped, { group: this.group });
    await this.#tell('onStopped');
  }

  /** The client stops pulling and waits for its calls in flight; handlers that outlive `timeout` see their signal aborted. */
  async #drain(consumer: DriverPushConsumer, timeout: Millis): Promise<void> {
    this.#state = 'draining';
    const { scheduler, logger } = this.connection;
    const shutDown = consumer.shutdown().then(() => true);
    const cancelAbort = scheduler.after(timeout, () => this.#abortAll());
    try {
      if ((await within(scheduler, timeout + GOODBYE_MS, shutDown)) === undefined || this.#inFlight() > 0) {
        logger.warn(messages.log.drainTimeout, { group: this.group, inFlight: this.#inFlight() });
      }
    } catch (error) {
      logger.warn(messages.log.stopFailed, { group: this.group, error });
    } finally {
      cancelAbort();
    }
  }

  #abortAll(): void {
    for (const limit of this.#running) limit.abort(new Error(messages.drainTimeUp(this.group)));
  }

  #inFlight(): number {
    return this.#members.reduce((sum, { endpoint }) => sum + endpoint.inFlight, 0);
  }

  #drainTime(): Millis {
    const own = this.#members.map(({ endpoint }) => endpoint.tuning.awaitTerminationOnShutdown);
    const given = own.filter((time): time is number => time !== undefined);
    return given.length > 0 ? Math.max(...given) : this.connection.shutdownTimeout;
  }

  #makePlan(): GroupPlan<ListenerEndpoint> {
    const endpoints = this.#members.map(({ endpoint }) => endpoint);
    return planGroup(this.group, endpoints, this.connection.consumerTuning);
  }

  #consumerOptions(plan: GroupPlan<ListenerEndpoint>): DriverPushConsumerOptions {
    const { trace: _trace, consumeFromWhere: _perTopic, ...tuning } = plan.tuning;
    return {
      ...tuning,
      awaitTerminationOnShutdown: this.#drainTime(),
      connection: this.connection.address,
      group: this.group,
      subscriptions: plan.subscriptions,
      onQueues: (queues) => this.onQueues?.(queues),
      handler: (incoming, limit) => this.#dispatch(incoming, new DispatchLimit(limit)),
    };
  }

  /** Hands messages to their listeners; those of one listener that arrived together stay together. */
  async #dispatch(incoming: readonly MessageExt[], limit: DispatchLimit): Promise<readonly ConsumeVerdict[]> {
    const shares = new Map<GroupMember | undefined, MessageExt[]>();
    for (const message of incoming) {
      const member = this.#memberFor(message);
      shares.set(member, [...(shares.get(member) ?? []), message]);
    }
    const verdicts = new Map<MessageExt, ConsumeVerdict>();
    this.#running.add(limit);
    try {
      await Promise.all([...shares].map(([member, share]) => this.#handleShare(member, share, limit, verdicts)));
    } finally {
      this.#running.delete(limit);
    }
    return incoming.map((message) => verdicts.get(message) ?? { result: ConsumeResult.RETRY });
  }

  async #handleShare(
    member: GroupMember | undefined,
    share: readonly MessageExt[],
    limit: TimeLimit,
    verdicts: Map<MessageExt, ConsumeVerdict>,
  ): Promise<void> {
    const startedAt = this.connection.clock.monotonicMs();
    const results = member
      ? await member.endpoint.handle(share, member.container, limit, this.#plan?.tuning ?? {})
      : [];
    const duration = this.connection.clock.monotonicMs() - startedAt;
    share.forEach((message, index) => {
      const verdict = results[index] ?? this.#unwanted(message);
      verdicts.set(message, verdict);
      if (member) this.#publish(member, message, verdict, duration);
    });
  }

  #publish({ endpoint }: GroupMember, message: MessageExt, { result, error }: ConsumeVerdict, duration: Millis): void {
    const { name: connection } = this.connection;
    const outcome = { listenerName: endpoint.name, connection, consumerGroup: this.group, message, result, duration };
    this.connection.outcomes.next(error === undefined ? outcome : { ...outcome, error });
  }

  #memberFor(message: MessageExt): GroupMember | undefined {
    const endpoint = this.#plan?.route(message.topic, message.tags);
    return this.#members.find((member) => member.endpoint === endpoint);
  }

  #unwanted({ topic, tags, msgId }: MessageExt): ConsumeVerdict {
    this.connection.logger.warn(messages.log.noHandler, { group: this.group, topic, tags, msgId });
    return { result: ConsumeResult.RETRY };
  }

  #startError(cause: unknown): unknown {
    if (cause instanceof RocketMQOptionsError) return cause;
    const topics = this.#members.flatMap(({ endpoint }) => endpoint.subscriptions.map(({ topic }) => topic)).join(', ');
    return new Error(messages.startFailed(this.group, topics, this.connection.addressText), { cause });
  }

  async #tell(event: 'onStarted' | 'onStopped'): Promise<void> {
    for (const { endpoint, container } of this.#members) {
      const listener = endpoint.owner as Partial<RocketMQPushConsumerLifecycleListener>;
      await listener[event]?.(container);
    }
  }
}
