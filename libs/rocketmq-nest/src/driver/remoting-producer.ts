import {
  createReplyMessage,
  DefaultMQProducer,
  type Logger,
  type Message,
  type MessageExt as NativeMessageExt,
  type MessageQueue,
  type SendOptions as NativeSendOptions,
  type SendResult as NativeSendResult,
} from 'rocketmq-broker-core/client';
import type { DriverProducer, DriverProducerOptions, DriverSendOptions, EncodedMessage } from '../interfaces/driver.js';
import type { SendResult } from '../interfaces/send-options.js';
import type { Millis } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { fromNative, toNative } from './native-message.js';

type SelectQueue = NonNullable<DriverSendOptions['selectQueue']>;

/** DriverProducer over DefaultMQProducer. */
export class RemotingProducer implements DriverProducer {
  readonly #producer: DefaultMQProducer;

  constructor(options: DriverProducerOptions, logger: Logger) {
    this.#producer = new DefaultMQProducer(options.group, {
      namesrvAddr: options.connection.nameServer,
      instanceName: options.connection.instanceName ?? options.connection.sharedInstanceName,
      sendMsgTimeoutMs: options.sendMessageTimeout,
      compressMsgBodyOverHowmuch: options.compressMessageBodyThreshold,
      retryTimesWhenSendFailed: options.retryTimesWhenSendFailed,
      retryTimesWhenSendAsyncFailed: options.retryTimesWhenSendAsyncFailed,
      retryAnotherBrokerWhenNotStoreOK: options.retryNextServer,
      maxMessageSize: options.maxMessageSize,
      logger,
    });
  }

  start(): Promise<void> {
    return this.#producer.start();
  }

  shutdown(): Promise<void> {
    return this.#producer.shutdown();
  }

  unwrap(): DefaultMQProducer {
    return this.#producer;
  }

  async send(encoded: EncodedMessage, options: DriverSendOptions): Promise<SendResult> {
    const message = toNative(encoded);
    const { selectQueue } = options;
    const result = selectQueue
      ? await this.#producer.sendBySelector(message, selectorOf(selectQueue), undefined, nativeOptions(options))
      : await this.#producer.send(message, nativeOptions(options));
    return fromNativeResult(result);
  }

  async sendBatch(encoded: readonly EncodedMessage[], options: DriverSendOptions): Promise<SendResult> {
    const queue = options.selectQueue && (await this.#select(encoded[0]?.topic ?? '', options.selectQueue));
    return fromNativeResult(
      await this.#producer.sendBatch(encoded.map(toNative), { ...nativeOptions(options), queue }),
    );
  }

  async sendOneWay(encoded: EncodedMessage, { selectQueue }: DriverSendOptions): Promise<void> {
    const message = toNative(encoded);
    if (selectQueue) await this.#producer.sendOneWayBySelector(message, selectorOf(selectQueue), undefined);
    else await this.#producer.sendOneWay(message);
  }

  async request(
    encoded: EncodedMessage,
    options: DriverSendOptions & { readonly timeout: Millis },
  ): Promise<MessageExt> {
    const message = toNative(encoded);
    const { selectQueue, timeout, signal } = options;
    const reply = selectQueue
      ? await this.#producer.requestBySelector(message, selectorOf(selectQueue), undefined, timeout, { signal })
      : await this.#producer.request(message, timeout, { signal });
    return fromNative(reply);
  }

  async reply(
    request: MessageExt,
    body: Buffer,
    properties: Readonly<Record<string, string>>,
    timeout: Millis,
  ): Promise<void> {
    const message: Message = createReplyMessage(request.unwrap<NativeMessageExt>(), body);
    for (const [name, value] of Object.entries(properties)) message.putProperty(name, value);
    await this.#producer.send(message, { timeoutMs: timeout });
  }

  async prefetchRoutes(topics: readonly string[]): Promise<void> {
    await Promise.all(topics.map((topic) => this.#producer.fetchPublishMessageQueues(topic)));
  }

  async #select(topic: string, selectQueue: SelectQueue): Promise<MessageQueue | undefined> {
    const queues = await this.#producer.fetchPublishMessageQueues(topic);
    return queues[selectQueue(queues)];
  }
}

function selectorOf(selectQueue: SelectQueue) {
  return (queues: readonly MessageQueue[]): MessageQueue | undefined => queues[selectQueue(queues)];
}

function nativeOptions({ timeout, signal }: DriverSendOptions): Omit<NativeSendOptions, 'queue'> {
  return { timeoutMs: timeout, signal };
}

function fromNativeResult(result: NativeSendResult): SendResult {
  const { sendStatus, msgId, offsetMsgId, messageQueue, queueOffset, transactionId, recallHandle } = result;
  return {
    sendStatus,
    msgId,
    offsetMsgId,
    messageQueue,
    queueOffset,
    ...(transactionId === undefined ? {} : { transactionId }),
    ...(recallHandle === undefined ? {} : { recallHandle }),
  };
}
