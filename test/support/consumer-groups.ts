import { afterEach } from '@jest/globals';
import { DefaultMQPushConsumer } from '../../libs/broker-core/src/client/consumer/default-mq-push-consumer.js';
import type {
  MessageListenerConcurrently,
  MessageListenerOrderly,
} from '../../libs/broker-core/src/client/consumer/listeners.js';
import type { PushConsumerOptions } from '../../libs/broker-core/src/client/options.js';
import type { MessageExt } from '../../libs/broker-core/src/protocol/message.js';
import { ManualTime } from '../../libs/broker-core/src/runtime/manual-time.js';
import { FakeCluster } from './fake-cluster.js';

type Options = Partial<PushConsumerOptions>;

/** Group G, its members, and a broker that has the topic T for them; made to be taken apart: `const { time, seen } = …`. */
export class ConsumerGroup {
  readonly time = new ManualTime();
  readonly cluster = new FakeCluster(this.time);
  readonly broker = this.cluster.addBroker('a');
  /** Bodies of the messages that were heard of, in order. */
  readonly seen: string[] = [];
  readonly #members: { shutdown(): Promise<void> }[] = [];

  constructor(queues: number) {
    this.cluster.addTopic('T', queues);
    this.cluster.addTopic('%RETRY%G', 1);
  }

  readonly note = (messages: readonly MessageExt[]) =>
    void this.seen.push(...messages.map(({ body }) => body.toString()));

  /** Has no complaints. */
  readonly good: MessageListenerConcurrently = (messages) => {
    this.note(messages);
    return 'CONSUME_SUCCESS';
  };

  /** A consumer that is stopped at the end, whatever becomes of it before. */
  readonly add = <T extends { shutdown(): Promise<void> }>(consumer: T): T => {
    this.#members.push(consumer);
    return consumer;
  };

  /** A member that has not started yet. */
  readonly consumerOf = (listener: MessageListenerConcurrently, options: Options = {}): DefaultMQPushConsumer => {
    const consumer = this.#subscribed(options);
    consumer.registerMessageListener(listener);
    return consumer;
  };

  readonly started = async (
    listener: MessageListenerConcurrently,
    options: Options = {},
  ): Promise<DefaultMQPushConsumer> => this.#start(this.consumerOf(listener, options));

  readonly startedOrderly = async (
    listener: MessageListenerOrderly,
    options: Options = {},
  ): Promise<DefaultMQPushConsumer> => {
    const consumer = this.#subscribed(options);
    consumer.registerMessageListenerOrderly(listener);
    return this.#start(consumer);
  };

  /** How far the group is in a queue of T, as far as the broker knows. */
  readonly committed = (queueId: number) => this.broker.offsets.get(`G T ${queueId}`);

  /** Everybody leaves; nothing that was done to the cluster is in their way any more. */
  async end(): Promise<void> {
    this.cluster.mood = () => undefined;
    const leaving = Promise.all(this.#members.map((member) => member.shutdown()));
    await this.time.advance(60_000);
    await leaving;
  }

  #subscribed(options: Options): DefaultMQPushConsumer {
    const consumer = new DefaultMQPushConsumer('G', { ...this.cluster.consumerOptions(), ...options });
    consumer.subscribe('T');
    return this.add(consumer);
  }

  async #start(consumer: DefaultMQPushConsumer): Promise<DefaultMQPushConsumer> {
    await consumer.start();
    await this.time.advance(1_000);
    return consumer;
  }
}

/** For the head of a spec file: what it returns makes a group for one `it`, which ends behind it. T has so many queues. */
export function useConsumerGroups(queues: number): () => ConsumerGroup {
  const groups: ConsumerGroup[] = [];
  afterEach(async () => {
    for (const group of groups.splice(0)) await group.end();
  });
  return () => {
    const group = new ConsumerGroup(queues);
    groups.push(group);
    return group;
  };
}
