import { DefaultLitePullConsumer, type Logger, type MessageQueue } from 'rocketmq-broker-core/client';
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

  async commit(unread: readonly MessageExt[]): Promise<void> {
    if (unread.length === 0) return this.#consumer.commitSync();
    this.#consumer.commit();
    // Back to the first unread message of each queue, in the same turn: the broker hears nothing of what was said before.
    for (const message of unread.toSorted((left, right) => right.queueOffset - left.queueOffset)) {
      const { topic, brokerName = '', queueId, queueOffset } = message;
      this.#consumer.commit(new Map([[{ topic, brokerName, queueId }, queueOffset]]));
    }
    const offsets = new Map<MessageQueue, number>();
    for (const queue of this.#consumer.assignment()) {
      const consumerOffset = await this.#consumer.committed(queue);
      if (consumerOffset >= 0) offsets.set(queue, consumerOffset);
    }
    await this.#consumer.commitSync(offsets);
  }

  unwrap(): DefaultLitePullConsumer {
    return this.#consumer;
  }
}
