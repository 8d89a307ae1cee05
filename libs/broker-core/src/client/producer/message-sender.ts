import { type Message } from '../../protocol/message.js';
import { UniqueIdGenerator } from '../../protocol/message-id.js';
import { type MessageQueue } from '../../protocol/message-queue.js';
import { createRequest, markOneWay, type RemotingCommand } from '../../protocol/remoting-command.js';
import { ConnectionError, RemoteError, TimeoutError } from '../../runtime/errors.js';
import { delay } from '../../runtime/scheduler.js';
import { within } from '../../runtime/within.js';
import { ClientError, messageOf, RouteError, TooManyRequestsError } from '../errors.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import type { KnownRoute } from '../instance/route-cache.js';
import { LatencyTable } from './latency-table.js';
import type { ProducerSettings } from './producer-settings.js';
import { chooseQueue } from './queue-choice.js';
import { type PreparedSend, sendHeader, sendResultOf } from './send-request.js';
import type { SendOptions, SendResult } from './send-result.js';
import { mayRetry, retryPauseMs } from './send-retry.js';

/** More topics than this are not remembered by one sender; RouteCache remembers as many. */
const MAX_TOPICS = 65_536;

/** How one send goes about it. */
export interface SendPlan {
  /** Attempts at most, the first included. */
  readonly attempts: number;
  readonly timeoutMs: number;
  /** This queue only. */
  readonly queue?: MessageQueue | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a send stands. */
interface Progress {
  readonly deadlineMs: number;
  readonly brokersTried: string[];
  made: number;
}

/**
 * Takes one prepared message to a broker: finds the route, picks a queue, asks, and tries others while that can help.
 * RocketMQ: DefaultMQProducerImpl#sendDefaultImpl and #sendKernelImpl.
 */
export class MessageSender {
  readonly ids: UniqueIdGenerator;
  readonly #latency = new LatencyTable();
  readonly #nextQueue = new Map<string, number>();
  #inFlight = 0;
  #onIdle: (() => void)[] = [];

  constructor(
    readonly instance: MQClientInstance,
    readonly settings: ProducerSettings,
  ) {
    const { clock, clientIP, random } = instance.settings;
    this.ids = new UniqueIdGenerator({ clock, ip: clientIP, pid: process.pid, salt: random.int(0x7fffffff) });
  }

  /** The topics this sender has sent to. */
  get topics(): Iterable<string> {
    return this.#nextQueue.keys();
  }

  /**
   * Sends and waits for the broker's word.
   *
   * Throws  ClientError, RouteError, TooManyRequestsError before anything is sent; RemoteError, TimeoutError, ConnectionError
   *         when the last attempt ended so; the signal's reason
   */
  async send(send: PreparedSend, plan: SendPlan): Promise<SendResult> {
    this.#enter();
    try {
      const progress: Progress = { deadlineMs: this.#now() + plan.timeoutMs, brokersTried: [], made: 0 };
      const route = plan.queue ? undefined : await this.publishRoute(send.topic, plan.timeoutMs, plan.signal);
      return await this.#attemptAll(send, plan, progress, route);
    } finally {
      this.#leave();
    }
  }

  /** Hands the message to a socket; resolves then. Whether it arrived is not known. */
  async sendOneWay(send: PreparedSend, queue?: MessageQueue): Promise<void> {
    this.#enter();
    try {
      const chosen = queue ?? this.#choose(send.topic, await this.publishRoute(send.topic), undefined);
      const address = await this.#masterOf(chosen);
      await this.instance.transport.invokeOneWay(address, markOneWay(this.#request(send, chosen)));
    } finally {
      this.#leave();
    }
  }

  /** Resolves when no send is under way: those of a request go on after its reply. */
  async awaitIdle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** A route with at least one queue to send to. Throws RouteError that says what is missing; the signal's reason. */
  async publishRoute(
    topic: string,
    timeoutMs = this.instance.settings.mqClientApiTimeoutMs,
    signal?: AbortSignal,
  ): Promise<KnownRoute> {
    const known = this.instance.routes.get(topic);
    if (known && known.publishQueues.length > 0) return known;
    // Questions for a route are shared with senders that may have more or less time.
    const asked = this.#askRoute(topic, known !== undefined, timeoutMs);
    return within(this.instance.settings.scheduler, asked, timeoutMs, () => noRouteYet(topic, timeoutMs), signal);
  }

  async #askRoute(topic: string, isKnown: boolean, timeoutMs: number): Promise<KnownRoute> {
    const { routes } = this.instance;
    const deadlineMs = this.#now() + timeoutMs;
    const { createTopicKey, defaultTopicQueueNums } = this.settings;
    const asked = isKnown ? await routes.refresh(topic, timeoutMs) : await routes.find(topic, timeoutMs);
    const leftMs = deadlineMs - this.#now();
    const found = asked ?? (await routes.borrow(topic, createTopicKey, defaultTopicQueueNums, leftMs));
    if (found === undefined) throw noRoute(topic, createTopicKey);
    if (found.publishQueues.length === 0) throw nothingToWriteTo(topic, found);
    return found;
  }

  async #attemptAll(
    send: PreparedSend,
    plan: SendPlan,
    progress: Progress,
    route: KnownRoute | undefined,
  ): Promise<SendResult> {
    let stored: SendResult | undefined;
    for (;;) {
      const queue = plan.queue ?? this.#choose(send.topic, route as KnownRoute, progress.brokersTried.at(-1));
      progress.made++;
      progress.brokersTried.push(queue.brokerName);
      try {
        const result = await this.#attempt(send, queue, progress.deadlineMs, plan.signal);
        if (result.sendStatus === 'SEND_OK' || !this.#triesForMore(plan, progress)) return result;
        stored = result;
      } catch (error) {
        await this.#pauseOrThrow(error, send, plan, progress, route, stored);
        if (stored) return stored;
      }
    }
  }

  /** One broker asked once. */
  async #attempt(
    send: PreparedSend,
    queue: MessageQueue,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<SendResult> {
    const known = this.instance.routes.brokers.masterOf(queue.brokerName);
    const address = known ?? (await this.#masterOf(queue, deadlineMs - this.#now(), signal));
    const startedAtMs = this.#now();
    if (deadlineMs <= startedAtMs) throw new TimeoutError(`the send's time was spent before ${address} could be asked`);
    try {
      const request = this.#request(send, queue);
      const response = await this.instance.transport.invoke(address, request, deadlineMs - startedAtMs, signal);
      const result = sendResultOf(send, queue, response, address);
      this.#noteLatency(queue.brokerName, startedAtMs, false);
      return result;
    } catch (error) {
      if (error !== signal?.reason) this.#noteLatency(queue.brokerName, startedAtMs, true);
      throw error;
    }
  }

  /** Returns when another attempt is to be made (or `stored` is good enough); throws when there is none. */
  async #pauseOrThrow(
    error: unknown,
    send: PreparedSend,
    plan: SendPlan,
    progress: Progress,
    route: KnownRoute | undefined,
    stored: SendResult | undefined,
  ): Promise<void> {
    const remainingMs = progress.deadlineMs - this.#now();
    const { retryResponseCodes } = this.settings;
    if (!mayRetry({ made: progress.made, allowed: plan.attempts, remainingMs, error, retryResponseCodes })) {
      if (stored) return;
      throw withAttempts(error, progress, plan);
    }
    const { random, scheduler, logger } = this.instance.settings;
    logger.warn('send failed, trying again', {
      topic: send.topic,
      msgId: send.msgId,
      attempt: progress.made,
      reason: messageOf(error),
    });
    if (error instanceof ConnectionError) this.instance.routes.refreshSoon(send.topic);
    const lastBroker = progress.brokersTried.at(-1);
    const hasOther = route?.publishQueues.some(({ brokerName }) => brokerName !== lastBroker) ?? false;
    const pauseMs = retryPauseMs(progress.made, !hasOther, remainingMs, random);
    if (pauseMs > 0) await delay(scheduler, pauseMs, plan.signal);
  }

  #triesForMore(plan: SendPlan, progress: Progress): boolean {
    return (
      this.settings.retryAnotherBrokerWhenNotStoreOK &&
      progress.made < plan.attempts &&
      this.#now() < progress.deadlineMs
    );
  }

  #choose(topic: string, { publishQueues }: KnownRoute, lastBroker: string | undefined): MessageQueue {
    const wishes: ((queue: MessageQueue) => boolean)[] = [];
    if (lastBroker !== undefined) wishes.push(({ brokerName }) => brokerName !== lastBroker);
    if (this.settings.sendLatencyFaultEnable) {
      const now = this.#now();
      wishes.push(({ brokerName }) => this.#latency.isAvailable(brokerName, now));
    }
    const start = this.#nextQueue.get(topic);
    const choice = chooseQueue(publishQueues, start ?? this.instance.settings.random.int(publishQueues.length), wishes);
    if (choice === undefined) throw new RouteError(`topic '${topic}' has no queue to send to any more: send again`);
    if (start === undefined) this.#forgetOldest();
    this.#nextQueue.set(topic, choice.next);
    return choice.queue;
  }

  /** Room for one more topic: the one that was first sent to longest ago is no longer asked routes for. */
  #forgetOldest(): void {
    if (this.#nextQueue.size >= MAX_TOPICS) this.#nextQueue.delete(this.#nextQueue.keys().next().value as string);
  }

  async #masterOf({ topic, brokerName }: MessageQueue, timeoutMs?: number, signal?: AbortSignal): Promise<string> {
    const { brokers } = this.instance.routes;
    const known = brokers.masterOf(brokerName);
    if (known !== undefined) return known;
    await this.publishRoute(topic, timeoutMs, signal);
    const address = brokers.masterOf(brokerName);
    if (address === undefined)
      throw new RouteError(`broker '${brokerName}' has no master now: start it, or send without naming its queue`);
    return address;
  }

  #request(send: PreparedSend, queue: MessageQueue): RemotingCommand {
    return createRequest(
      send.code,
      sendHeader(send, this.settings, queue, this.instance.settings.clock.now()),
      send.body,
    );
  }

  #noteLatency(brokerName: string, startedAtMs: number, failed: boolean): void {
    if (!this.settings.sendLatencyFaultEnable) return;
    const now = this.#now();
    this.#latency.note(brokerName, now - startedAtMs, failed, now);
  }

  #enter(): void {
    if (this.#inFlight >= this.settings.maxInFlight) {
      throw new TooManyRequestsError(
        `${this.settings.maxInFlight} sends of group '${this.settings.group}' wait for answers already: await some of them, or raise maxInFlight`,
      );
    }
    this.#inFlight++;
  }

  #leave(): void {
    this.#inFlight--;
    if (this.#inFlight > 0) return;
    for (const wake of this.#onIdle.splice(0)) wake();
  }

  #now(): number {
    return this.instance.settings.clock.monotonicMs();
  }
}

/** The plan that `options` ask for. Throws ClientError when the queue is of another topic. */
export function planOf(
  message: Pick<Message, 'topic'>,
  options: SendOptions | undefined,
  retries: number,
  timeoutMs: number,
): SendPlan {
  const queue = options?.queue;
  if (queue && queue.topic !== message.topic) {
    throw new ClientError(
      `the message is for topic '${message.topic}' and the queue of topic '${queue.topic}': they must be the same`,
    );
  }
  return {
    attempts: queue ? 1 : 1 + retries,
    timeoutMs: options?.timeoutMs ?? timeoutMs,
    queue,
    signal: options?.signal,
  };
}

/** The error, telling how often and where it was tried. */
function withAttempts(error: unknown, { made, brokersTried }: Progress, { timeoutMs }: SendPlan): unknown {
  const tellsOfNetwork =
    error instanceof RemoteError || error instanceof TimeoutError || error instanceof ConnectionError;
  if (tellsOfNetwork && made > 1)
    error.message += ` (attempt ${made}; tried ${brokersTried.join(', ')}; ${timeoutMs} ms for all)`;
  return error;
}

function noRouteYet(topic: string, timeoutMs: number): TimeoutError {
  return new TimeoutError(
    `no name server told the route of topic '${topic}' within ${timeoutMs} ms. Check namesrvAddr, that mqnamesrv runs, and the network between`,
  );
}

function noRoute(topic: string, createTopicKey: string): RouteError {
  return new RouteError(
    `no route for topic '${topic}': create it (mqadmin updateTopic -n <namesrv> -c <cluster> -t ${topic}), or start a broker with autoCreateTopicEnable=true (${createTopicKey} has no route either). Is a broker registered at this name server?`,
  );
}

function nothingToWriteTo(topic: string, { data }: KnownRoute): RouteError {
  const brokers = data.brokerDatas.map(({ brokerName }) => brokerName).join(', ');
  return new RouteError(
    `topic '${topic}' has no queue that can be written: brokers ${brokers} have no master now, or their or the topic's perm forbids it (mqadmin topicRoute -t ${topic})`,
  );
}
