import { Injectable, type OnModuleDestroy, type OnModuleInit, type Type } from '@nestjs/common';
import { ConsumeFromWhere, DefaultLitePullConsumer, dlqTopicOf, RouteError } from 'rocketmq-broker-core/client';
import type { Subscription } from 'rxjs';
import { fromNative } from '../driver/native-message.js';
import type { ListenerOutcome } from '../interfaces/listener-outcome.js';
import type { ConsumeResult, Millis } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { delay } from '../options/delay.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQConnections } from '../rocketmq.connections.js';
import { RocketMQListenerRegistry } from '../rocketmq.listener-registry.js';

const DEFAULT_TIMEOUT_MS = 5000;
const LOOK_AGAIN_MS = 20;
const POLL_MS = 100;
/** Outcomes kept for `handled`; a test that makes more is asked to look sooner. */
const MOST_OUTCOMES = 10_000;

/** Which outcomes are meant; everything that is left out matches. */
export interface OutcomeFilter {
  /** The listener's class, or its name (`Class` or `Class.method`). */
  listener?: Type<unknown> | string;
  topic?: string;
  consumerGroup?: string;
  result?: ConsumeResult;
}

/** What a test wants to wait for. */
export interface WaitOptions {
  /** Default 1. */
  count?: number;
  /** Default 5000. */
  timeout?: Millis;
}

/** Gives every reader a group of its own. */
let readers = 0;

/** What tests want to know about messages: did they arrive, were they handled, are they dead letters. */
@Injectable()
export class RocketMQTestKit implements OnModuleInit, OnModuleDestroy {
  readonly #outcomes: ListenerOutcome[] = [];
  readonly #waiting = new Set<() => void>();
  #subscription: Subscription | undefined;

  constructor(
    private readonly connections: RocketMQConnections,
    private readonly registry: RocketMQListenerRegistry,
  ) {}

  /** `host:port` of the broker's name server, for other clients. */
  nameServerAddress(connection?: string): string {
    return this.connections.get(connection).addressText;
  }

  /** What became of messages so far, in the order of their handlers' ends. */
  handled(filter: OutcomeFilter = {}): readonly ListenerOutcome[] {
    return this.#outcomes.filter((outcome) => matches(outcome, filter));
  }

  /** Throws  an Error saying how many there were, when `count` outcomes did not happen in time */
  async waitForHandled(options: OutcomeFilter & WaitOptions = {}): Promise<readonly ListenerOutcome[]> {
    const { count = 1, timeout = DEFAULT_TIMEOUT_MS, ...filter } = options;
    const { clock } = this.connections.get();
    const deadline = clock.monotonicMs() + timeout;
    while (this.handled(filter).length < count) {
      const left = deadline - clock.monotonicMs();
      if (left <= 0)
        throw new Error(`waited ${timeout} ms for ${count} handled messages, saw ${this.handled(filter).length}`);
      await this.#nextOutcome(left);
    }
    return this.handled(filter);
  }

  /**
   * Reads a topic from its first message on, in a group of its own, until there are `count` messages.
   *
   * Throws  an Error saying how many there were, when they did not come in time
   */
  async waitForMessages(
    topic: string,
    options: WaitOptions & { tag?: string; connection?: string } = {},
  ): Promise<MessageExt[]> {
    const { count = 1, timeout = DEFAULT_TIMEOUT_MS, tag, connection } = options;
    const found = await this.#read(this.connections.get(connection), topic, { count, timeout, tag });
    if (found.length < count)
      throw new Error(`waited ${timeout} ms for ${count} messages of ${topic}, saw ${found.length}`);
    return found;
  }

  /** Waits for dead letters of a group. */
  async waitForDeadLetters(consumerGroup: string, options: WaitOptions = {}): Promise<MessageExt[]> {
    return this.waitForMessages(dlqTopicOf(consumerGroup), options);
  }

  onModuleInit(): void {
    this.#subscription = this.registry.outcomes.subscribe((outcome) => {
      this.#outcomes.push(outcome);
      if (this.#outcomes.length > MOST_OUTCOMES) this.#outcomes.shift();
      for (const wake of this.#waiting) wake();
    });
  }

  onModuleDestroy(): void {
    this.#subscription?.unsubscribe();
  }

  #nextOutcome(timeout: Millis): Promise<void> {
    const { scheduler } = this.connections.get();
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = scheduler.after(timeout, wake);
      this.#waiting.add(wake);
    });
  }

  async #read(
    connection: RocketMQConnection,
    topic: string,
    { count, timeout, tag }: { count: number; timeout: Millis; tag: string | undefined },
  ): Promise<MessageExt[]> {
    const { clock } = connection;
    const deadline = clock.monotonicMs() + timeout;
    const { nameServer } = connection.address;
    const consumer = new DefaultLitePullConsumer(`rocketmq-nest-test-${++readers}`, {
      namesrvAddr: nameServer,
      autoCommit: false,
      consumeFromWhere: ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET,
      pullBatchSize: 32,
    });
    await consumer.start();
    const found: MessageExt[] = [];
    try {
      if (!(await this.#assign(consumer, topic, connection, deadline))) return found;
      while (found.length < count && clock.monotonicMs() < deadline) {
        const polled = (await consumer.poll(POLL_MS)).map(fromNative);
        found.push(...polled.filter((message) => tag === undefined || message.tags === tag));
      }
      return found;
    } finally {
      await consumer.shutdown();
    }
  }

  /** The topic may only come to be with its first message. */
  async #assign(
    consumer: DefaultLitePullConsumer,
    topic: string,
    connection: RocketMQConnection,
    deadline: Millis,
  ): Promise<boolean> {
    while (connection.clock.monotonicMs() < deadline) {
      try {
        const queues = await consumer.fetchMessageQueues(topic);
        consumer.assign(queues);
        return true;
      } catch (error) {
        if (!(error instanceof RouteError)) throw error;
        await delay(connection.scheduler, LOOK_AGAIN_MS);
      }
    }
    return false;
  }
}

function matches(outcome: ListenerOutcome, { listener, topic, consumerGroup, result }: OutcomeFilter): boolean {
  const name = typeof listener === 'function' ? listener.name : listener;
  const isListener = name === undefined || outcome.listenerName === name || outcome.listenerName.startsWith(`${name}.`);
  return (
    isListener &&
    (topic === undefined || outcome.message.topic === topic) &&
    (consumerGroup === undefined || outcome.consumerGroup === consumerGroup) &&
    (result === undefined || outcome.result === result)
  );
}
