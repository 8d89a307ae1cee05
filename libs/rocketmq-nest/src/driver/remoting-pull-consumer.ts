import { DefaultLitePullConsumer, type Logger } from 'rocketmq-broker-core/client';
import type { DriverPullConsumer, DriverPullConsumerOptions } from '../interfaces/driver.js';
import type { Millis } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { fromNative } from './native-message.js';
import { toNativeWhere } from './remoting-push-consumer.js';

/** DriverPullConsumer over DefaultLitePullConsumer. */
export class RemotingPullConsumer implements DriverPullConsumer {
  readonly #consumer: DefaultLitePullConsumer;

  constructor(
    private readonly options: DriverPullConsumerOptions,
    logger: Logger,
  ) {
    this.#consumer = new DefaultLitePullConsumer(options.group, {
      namesrvAddr: options.connection.nameServer,
      instanceName: options.connection.instanceName ?? options.connection.sharedInstanceName,
      messageModel: options.messageModel,
      consumeFromWhere: toNativeWhere(options.consumeFromWhere),
      pullBatchSize: options.pullBatchSize,
      autoCommit: options.autoCommit,
      logger,
    });
  }

  async start(): Promise<void> {
    this.#consumer.subscribe(this.options.topic, this.options.expression);
    await this.#consumer.start();
  }

  shutdown(): Promise<void> {
    return this.#consumer.shutdown();
  }

  async poll(timeout: Millis): Promise<MessageExt[]> {
    return (await this.#consumer.poll(timeout)).map(fromNative);
  }

  commit(): Promise<void> {
    return this.#consumer.commitSync();
  }

  unwrap(): DefaultLitePullConsumer {
    return this.#consumer;
  }
}
