import type { Message, MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { fetchClusterInfo, mastersOf } from '../admin/cluster-admin.js';
import { type KeyQuery, queryByKey, queryByUniqueKey, viewByOffsetId } from '../admin/message-admin.js';
import { createTopicAt } from '../admin/topic-admin.js';
import { endedWithin } from '../consumer/ended-within.js';
import { ClientError, RouteError } from '../errors.js';
import { clientInstances } from '../instance/client-instances.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { QueueOffsets } from '../instance/queue-offsets.js';
import type { NewTopic, ProducerOptions } from '../options.js';
import { checkBatch, checkMessage } from './check-message.js';
import { MessageSender, planOf, type SendPlan } from './message-sender.js';
import { type ProducerSettings, producerSettings } from './producer-settings.js';
import { asRequest } from './request-message.js';
import { type PreparedSend, prepareBatch, prepareSend } from './send-request.js';
import type { MessageQueueSelector, RequestCallback, SendCallback, SendOptions, SendResult } from './send-result.js';

/**
 * Sends messages, to any RocketMQ cluster. RocketMQ: DefaultMQProducer.
 *
 * `start` before the first send, `shutdown` after the last. Sending methods reject with ClientError for calls that cannot
 * work, RouteError when there is nowhere to send to, RemoteError when brokers refused, TimeoutError and ConnectionError when
 * they did not answer (the message may be stored all the same), TooManyRequestsError when `maxInFlight` sends are waiting.
 */
export class DefaultMQProducer {
  readonly #settings: ProducerSettings;
  #sender: MessageSender | undefined;
  #starting: Promise<void> | undefined;

  /** Throws ClientError if the group's name or an option cannot work. */
  constructor(
    readonly producerGroup: string,
    readonly options: ProducerOptions,
  ) {
    this.#settings = producerSettings(producerGroup, options);
  }

  /** `ip@instanceName` of the instance this producer shares. */
  get clientId(): string {
    return this.#started.instance.clientId;
  }

  /** Joins (or makes) the instance and makes the group known. Needs no name server yet: that shows with the first send. */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /**
   * Lets sends under way end (for `sendMsgTimeoutMs` at most), leaves the group and, as the instance's last member, closes
   * its connections. Calling it twice does nothing.
   */
  async shutdown(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const sender = this.#sender;
    this.#sender = undefined;
    this.#starting = undefined;
    if (!sender) return;
    await endedWithin(sender.awaitIdle(), this.#settings.sendMsgTimeoutMs, sender.instance.settings.scheduler);
    await sender.instance.removeProducer(this.producerGroup);
    await clientInstances.release(sender.instance);
  }

  /** Sends, and tries other brokers while that can help and `timeoutMs` lasts. */
  async send(message: Message, options?: SendOptions): Promise<SendResult> {
    const sender = this.#started;
    return sender.send(this.#prepare(message), this.#plan(message, options));
  }

  /** Sends to the queue that `selector` picks; such a send is not tried elsewhere. */
  async sendBySelector<A>(
    message: Message,
    selector: MessageQueueSelector<A>,
    arg: A,
    options?: Omit<SendOptions, 'queue'>,
  ): Promise<SendResult> {
    const leftMs = this.#countdown(options?.timeoutMs ?? this.#settings.sendMsgTimeoutMs);
    const queue = await this.#select(message, selector, arg, leftMs(), options?.signal);
    return this.send(message, { ...options, timeoutMs: leftMs(), queue });
  }

  /** Sends messages of one topic as one request: all of them are stored, or none. Together at most `maxMessageSize`. */
  async sendBatch(messages: readonly Message[], options?: SendOptions): Promise<SendResult> {
    const sender = this.#started;
    checkBatch(messages, this.#settings.maxMessageSize);
    const batch = prepareBatch(messages, sender.ids);
    if (batch.body.length > this.#settings.maxMessageSize) {
      throw new ClientError(
        `the batch takes ${batch.body.length} bytes, more than maxMessageSize ${this.#settings.maxMessageSize}: split it`,
      );
    }
    return sender.send(batch, this.#plan(messages[0] as Message, options));
  }

  /** `send` for callers who prefer callbacks; retries `retryTimesWhenSendAsyncFailed` times. */
  sendAsync(message: Message, callback: SendCallback, options?: SendOptions): void {
    const { retryTimesWhenSendAsyncFailed, sendMsgTimeoutMs } = this.#settings;
    const outcome = Promise.resolve().then(() => {
      const plan = planOf(message, options, retryTimesWhenSendAsyncFailed, sendMsgTimeoutMs);
      return this.#started.send(this.#prepare(message), plan);
    });
    report(outcome, callback);
  }

  /** Resolves when the message is handed to the socket; whether it was stored stays unknown. */
  async sendOneWay(message: Message, options?: Pick<SendOptions, 'queue'>): Promise<void> {
    const sender = this.#started;
    await sender.sendOneWay(this.#prepare(message), options?.queue);
  }

  async sendOneWayBySelector<A>(message: Message, selector: MessageQueueSelector<A>, arg: A): Promise<void> {
    await this.sendOneWay(message, { queue: await this.#select(message, selector, arg) });
  }

  /**
   * Sends and waits for a consumer's reply. `timeoutMs` covers everything: the route, making this client known to the topic's
   * brokers (replies come through them), the send, and the reply.
   *
   * Throws  TimeoutError when none came within `timeoutMs`; what `send` throws
   */
  async request(message: Message, timeoutMs: number, options?: Omit<SendOptions, 'timeoutMs'>): Promise<MessageExt> {
    const sender = this.#started;
    const { instance } = sender;
    const leftMs = this.#countdown(timeoutMs);
    const correlationId = asRequest(message, instance.clientId, timeoutMs, instance.settings.random);
    if (!options?.queue) await sender.publishRoute(message.topic, leftMs(), options?.signal);
    const brokers = instance.routes.get(message.topic)?.data.brokerDatas ?? [];
    const addresses = brokers.flatMap(({ brokerAddrs }) => [...brokerAddrs.values()]);
    // Half of what is left: a broker that does not answer must not keep the others from being asked.
    await instance.heartbeats.awaitGreeted(addresses, leftMs() / 2, options?.signal);
    const reply = instance.replies.expect(correlationId, message.topic, leftMs(), options?.signal);
    this.send(message, { ...options, timeoutMs: leftMs() }).catch((error: unknown) =>
      instance.replies.fail(correlationId, error),
    );
    return await reply;
  }

  async requestBySelector<A>(
    message: Message,
    selector: MessageQueueSelector<A>,
    arg: A,
    timeoutMs: number,
    options?: Omit<SendOptions, 'timeoutMs' | 'queue'>,
  ): Promise<MessageExt> {
    const leftMs = this.#countdown(timeoutMs);
    const queue = await this.#select(message, selector, arg, leftMs(), options?.signal);
    return this.request(message, leftMs(), { ...options, queue });
  }

  requestAsync(
    message: Message,
    callback: RequestCallback,
    timeoutMs: number,
    options?: Omit<SendOptions, 'timeoutMs'>,
  ): void {
    report(
      Promise.resolve().then(() => this.request(message, timeoutMs, options)),
      callback,
    );
  }

  /** The queues this topic's messages go to. */
  async fetchPublishMessageQueues(topic: string): Promise<MessageQueue[]> {
    return [...(await this.#started.publishRoute(topic)).publishQueues];
  }

  /** Creates a topic on every master, or changes it to be so. */
  async createTopic(topic: NewTopic): Promise<void> {
    const { instance } = this.#started;
    const masters = mastersOf(await fetchClusterInfo(instance));
    if (masters.length === 0) throw new RouteError('no broker is registered: start one, or look at its namesrvAddr');
    for (const address of masters) await createTopicAt(instance, address, topic);
    await instance.routes.refresh(topic.topicName, instance.settings.mqClientApiTimeoutMs);
  }

  /** The message with this id: the client's own (UNIQ_KEY) or the broker's (offsetMsgId). Undefined when there is none. */
  async viewMessage(topic: string, msgId: string): Promise<MessageExt | undefined> {
    const { instance } = this.#started;
    return (await viewByOffsetId(instance, topic, msgId)) ?? (await queryByUniqueKey(instance, topic, msgId));
  }

  /** Messages with a business key, oldest first; stored between the two times. */
  async queryMessage(query: KeyQuery): Promise<MessageExt[]> {
    return queryByKey(this.#started.instance, query);
  }

  /** Resolves when a name server answers. Throws ConnectionError or TimeoutError when none does. */
  async pingNameServer(timeoutMs = 3_000): Promise<void> {
    await this.#started.instance.nameServers.ping(timeoutMs);
  }

  /** First queueOffset that was stored at or after `timestamp`. */
  searchOffset(queue: MessageQueue, timestamp: number): Promise<number> {
    return this.#offsets.search(queue, timestamp);
  }

  /** The queueOffset that the queue's next message will get. */
  maxOffset(queue: MessageQueue): Promise<number> {
    return this.#offsets.max(queue);
  }

  /** The queueOffset of the queue's oldest message. */
  minOffset(queue: MessageQueue): Promise<number> {
    return this.#offsets.min(queue);
  }

  get #offsets(): QueueOffsets {
    return new QueueOffsets(this.#started.instance);
  }

  get #started(): MessageSender {
    if (this.#sender) return this.#sender;
    throw new ClientError(
      `producer '${this.producerGroup}' is not started: await start() first (and not after shutdown())`,
    );
  }

  async #start(): Promise<void> {
    const instance: MQClientInstance = clientInstances.acquire(this.options);
    const sender = new MessageSender(instance, this.#settings);
    try {
      instance.addProducer({ group: this.producerGroup, publishTopics: () => sender.topics });
    } catch (error) {
      this.#starting = undefined;
      await clientInstances.release(instance);
      throw error;
    }
    this.#sender = sender;
    instance.start();
    await instance.heartbeats.sendDue();
  }

  #prepare(message: Message): PreparedSend {
    checkMessage(message, this.#settings.maxMessageSize);
    return prepareSend(message, this.#settings, this.#started.ids);
  }

  #plan(message: Message, options: SendOptions | undefined): SendPlan {
    return planOf(message, options, this.#settings.retryTimesWhenSendFailed, this.#settings.sendMsgTimeoutMs);
  }

  /** What is left of a time-out, in whole milliseconds, whenever it is asked. */
  #countdown(timeoutMs: number): () => number {
    const { clock } = this.#started.instance.settings;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    return () => Math.max(0, Math.ceil(deadlineMs - clock.monotonicMs()));
  }

  async #select<A>(
    message: Message,
    selector: MessageQueueSelector<A>,
    arg: A,
    timeoutMs?: number,
    signal?: AbortSignal,
  ): Promise<MessageQueue> {
    checkMessage(message, this.#settings.maxMessageSize);
    const { publishQueues } = await this.#started.publishRoute(message.topic, timeoutMs, signal);
    const chosen = selector(publishQueues, message, arg);
    if (chosen === undefined)
      throw new RouteError(`the selector picked none of the ${publishQueues.length} queues of '${message.topic}'`);
    return chosen;
  }
}

/** Tells a callback how it went; what the callback itself throws is nobody's to catch but the process's. */
function report<T>(
  outcome: Promise<T>,
  callback: { onSuccess(value: T): void; onException(error: Error): void },
): void {
  const settle = outcome.then(
    (value) => () => callback.onSuccess(value),
    (error: unknown) => () => callback.onException(error instanceof Error ? error : new Error(String(error))),
  );
  void settle.then((tell) => tell());
}
