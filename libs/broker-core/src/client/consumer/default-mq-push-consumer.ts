import type { Message, MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { retryTopicOf } from '../../protocol/topic-names.js';
import { systemClock } from '../../runtime/clock.js';
import { ClientError } from '../errors.js';
import { clientInstances } from '../instance/client-instances.js';
import { MessageModel, type PushConsumerOptions } from '../options.js';
import { checkMessage } from '../producer/check-message.js';
import { prepareSend } from '../producer/send-request.js';
import type { SendResult } from '../producer/send-result.js';
import { chooseOffsetStore } from './choose-offset-store.js';
import { type PushConsumerSettings, pushConsumerSettings } from './consumer-settings.js';
import type { MessageListenerConcurrently, MessageListenerOrderly, MessageQueueListener } from './listeners.js';
import { joinGroup, leaveGroup, subscribeQueuesOf, tellSubscriptions } from './membership.js';
import { type Listener, PushConsumer } from './push-consumer.js';
import { type ExpressionType, Subscriptions } from './subscriptions.js';

/**
 * Receives messages by listener, from any RocketMQ cluster. RocketMQ: DefaultMQPushConsumer.
 *
 * Subscribe and register a listener, then `start`. A listener that throws or answers "later" gets the message again after a
 * delay; after `maxReconsumeTimes` deliveries it lies in `%DLQ%<group>`. Delivery is at least once: a listener may see a
 * message twice when members come and go.
 */
export class DefaultMQPushConsumer {
  readonly #settings: PushConsumerSettings;
  readonly #subscriptions: Subscriptions;
  #listener: Listener | undefined;
  #queueListener: MessageQueueListener | undefined;
  #consumer: PushConsumer | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** Throws ClientError if the group's name or an option cannot work. */
  constructor(
    readonly consumerGroup: string,
    readonly options: PushConsumerOptions,
  ) {
    const clock = options.clock ?? systemClock;
    this.#settings = pushConsumerSettings(consumerGroup, options, clock);
    this.#subscriptions = new Subscriptions(clock);
  }

  /** `ip@instanceName` of the instance this consumer shares. */
  get clientId(): string {
    return this.#started.instance.clientId;
  }

  /**
   * `expression`: `*`, or tags joined by ` || `. SQL92 needs a broker that filters properties. While running, brokers hear of
   * it at once.
   */
  subscribe(topic: string, expression = '*', type: ExpressionType = 'TAG'): void {
    this.#subscriptions.add(topic, expression, type);
    this.#subscriptionsChanged();
  }

  unsubscribe(topic: string): void {
    if (this.#subscriptions.remove(topic)) this.#subscriptionsChanged();
  }

  /** Many calls at once, from all queues. */
  registerMessageListener(listener: MessageListenerConcurrently): void {
    this.#register({ kind: 'concurrently', consume: listener });
  }

  /** One call a queue, in the queue's order. */
  registerMessageListenerOrderly(listener: MessageListenerOrderly): void {
    this.#register({ kind: 'orderly', consume: listener });
  }

  /** Told of every change of this member's queues. */
  setMessageQueueListener(listener: MessageQueueListener | undefined): void {
    this.#queueListener = listener;
    if (this.#consumer) this.#consumer.onQueuesChanged = listener;
  }

  /**
   * Joins the group. Resolves when the brokers known so far have been told; queues follow within moments.
   *
   * Throws  ClientError without listener or subscription; RemoteError when a broker refuses an expression; ConnectionError
   *         when no name server answers
   */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Stops pulling, lets listener calls in flight end (up to `awaitTerminationMs`), commits offsets, leaves the group. */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** Pulls no more and hands nothing more to the listener until `resume`; calls in flight go on. */
  suspend(): void {
    this.#started.suspend();
  }

  resume(): void {
    this.#started.resume();
  }

  /** The queues of a topic, whoever owns them. */
  async fetchSubscribeMessageQueues(topic: string): Promise<MessageQueue[]> {
    return subscribeQueuesOf(this.#started.instance, topic);
  }

  /** The queues this member owns now. */
  assignment(): MessageQueue[] {
    return this.#started.share.assignment;
  }

  /** Has the group receive the message again. `delayLevel`: -1 dead letter at once, 0 the broker decides, n that level. */
  sendMessageBack(message: MessageExt, delayLevel: number): Promise<void> {
    return this.#started.back.sendBack(message, delayLevel, message.brokerName);
  }

  /** Sends the answer to a request (see createReplyMessage), without a producer of one's own. */
  async sendReply(reply: Message, timeoutMs?: number): Promise<SendResult> {
    const { sender } = this.#started;
    checkMessage(reply, sender.settings.maxMessageSize);
    const { retryTimesWhenSendFailed, sendMsgTimeoutMs } = sender.settings;
    const plan = { attempts: 1 + retryTimesWhenSendFailed, timeoutMs: timeoutMs ?? sendMsgTimeoutMs };
    return sender.send(prepareSend(reply, sender.settings, sender.ids), plan);
  }

  /** Resolves when a name server answers. Throws ConnectionError or TimeoutError when none does. */
  async pingNameServer(timeoutMs = 3_000): Promise<void> {
    await this.#started.instance.nameServers.ping(timeoutMs);
  }

  get #started(): PushConsumer {
    if (this.#consumer) return this.#consumer;
    throw new ClientError(
      `consumer '${this.consumerGroup}' is not started: await start() first (and not after shutdown())`,
    );
  }

  #register(listener: Listener): void {
    if (this.#starting !== undefined)
      throw new ClientError(`consumer '${this.consumerGroup}' has started: register its listener before start()`);
    this.#listener = listener;
  }

  async #start(): Promise<void> {
    const listener = this.#listener;
    if (!listener) {
      throw new ClientError(
        `consumer '${this.consumerGroup}' has no listener: call registerMessageListener() before start()`,
      );
    }
    const isClustering = this.#settings.messageModel === MessageModel.CLUSTERING;
    const instance = clientInstances.acquire(this.options, !isClustering);
    try {
      const offsets = chooseOffsetStore(instance, this.consumerGroup, this.options);
      await offsets.load();
      if (isClustering) this.#subscriptions.add(retryTopicOf(this.consumerGroup), '*', 'TAG');
      const consumer = new PushConsumer(instance, this.#settings, listener, this.#subscriptions, offsets);
      consumer.onQueuesChanged = this.#queueListener;
      await joinGroup(consumer, this.#subscriptions.topics, () => consumer.start());
      this.#consumer = consumer;
    } catch (error) {
      await clientInstances.release(instance);
      throw error;
    }
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.#starting = undefined;
    if (consumer) await leaveGroup(consumer);
  }

  #subscriptionsChanged(): void {
    if (this.#consumer) tellSubscriptions(this.#consumer, this.#subscriptions.topics);
  }
}
