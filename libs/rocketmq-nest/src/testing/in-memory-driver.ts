import { TimeoutError } from 'rocketmq-broker-core/client';
import { createConverter } from '../conversion/converter.js';
import type {
  ConsumeVerdict,
  DriverMessageHandler,
  DriverProducer,
  DriverPullConsumer,
  DriverPullConsumerOptions,
  DriverPushConsumer,
  DriverPushConsumerOptions,
  EncodedMessage,
  RocketMQDriver,
} from '../interfaces/driver.js';
import type { RocketMQHeaders } from '../interfaces/message-options.js';
import type { SendResult } from '../interfaces/send-options.js';
import {
  ConsumeFromWhere,
  ConsumeMode,
  ConsumeResult,
  type Destination,
  MessageModel,
  type Millis,
} from '../interfaces/vocabulary.js';
import { parseSelectorExpression } from '../listeners/selector-expression.js';
import { DELAY_LEVELS } from '../messages/delay.js';
import { encodeMessage } from '../messages/message-encoder.js';
import { MessageExt } from '../messages/message-ext.js';
import { MemoryTimers } from './memory-timers.js';

const BROKER = 'memory';
const QUEUES = 4;
const DEFAULT_MAX_RECONSUME_TIMES = 16;
/** The broker's own choice for a first retry is level 3 (10 s), then one more each time. */
const FIRST_RETRY_LEVEL = 3;
const QUEUE_LIST = Array.from({ length: QUEUES }, (_, queueId) => ({ brokerName: BROKER, queueId }));

interface Consumer {
  readonly options: DriverPushConsumerOptions;
  readonly handler: DriverMessageHandler;
  isPaused: boolean;
  readonly waiting: MessageExt[];
  /** Orderly: the end of each queue's chain of handler calls. */
  readonly chains: Map<string, Promise<unknown>>;
}

/**
 * RocketMQ without a network, for unit tests of listeners and senders: groups, tags, retries with their delays, order,
 * dead letters and replies. Time stands still until `advanceTime`. For anything about storage or several processes use
 * the embedded broker (RocketMQTestingModule).
 */
export class InMemoryRocketMQDriver implements RocketMQDriver {
  readonly name = 'memory';
  /** Everything that was sent, in order. */
  readonly sent: EncodedMessage[] = [];
  readonly #log: MessageExt[] = [];
  readonly #consumers = new Set<Consumer>();
  readonly #pulls = new Map<string, MessageExt[]>();
  readonly #deadLetters = new Map<string, MessageExt[]>();
  readonly #replies = new Map<string, (reply: MessageExt) => void>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #time = new MemoryTimers();
  #nextQueue = 0;
  #nextId = 1;

  createProducer(): DriverProducer {
    return {
      start: async () => {},
      shutdown: async () => {},
      unwrap: () => this,
      send: async (message, options) => this.#accept(message, options.selectQueue?.(QUEUE_LIST)),
      sendBatch: async (batch, options) => {
        const queueId = options.selectQueue?.(QUEUE_LIST) ?? this.#nextQueue++ % QUEUES;
        const results = batch.map((message) => this.#accept(message, queueId));
        return { ...(results[0] as SendResult), msgId: results.map(({ msgId }) => msgId).join(',') };
      },
      sendOneWay: async (message, options) => void this.#accept(message, options.selectQueue?.(QUEUE_LIST)),
      request: (message, options) => this.#request(message, options.timeout, options.selectQueue?.(QUEUE_LIST)),
      reply: async (request, body, properties) => this.#reply(request, body, properties),
      prefetchRoutes: async () => {},
    };
  }

  createPushConsumer(options: DriverPushConsumerOptions): DriverPushConsumer {
    const consumer: Consumer = { options, handler: options.handler, isPaused: false, waiting: [], chains: new Map() };
    return {
      start: async () => this.#join(consumer),
      shutdown: async () => {
        this.#consumers.delete(consumer);
        await this.settle();
      },
      pause: () => {
        consumer.isPaused = true;
      },
      resume: () => {
        consumer.isPaused = false;
        for (const message of consumer.waiting.splice(0)) this.#hand(consumer, message);
      },
      unwrap: () => this,
    };
  }

  createPullConsumer(options: DriverPullConsumerOptions): DriverPullConsumer {
    const key = `${options.group}\n${options.topic}`;
    const start =
      options.consumeFromWhere === ConsumeFromWhere.FIRST_OFFSET
        ? this.#log.filter((message) => wants(options, message))
        : [];
    return {
      start: async () => void this.#pulls.set(key, this.#pulls.get(key) ?? [...start]),
      shutdown: async () => {},
      poll: async () => this.#pulls.get(key)?.splice(0, options.pullBatchSize ?? 10) ?? [],
      commit: async () => {},
      unwrap: () => this,
    };
  }

  async ping(): Promise<Millis> {
    return 0;
  }

  /** Gives one message to the listener that wants it, as if it had been sent, and says what became of it. */
  async deliver(destination: Destination, payload: unknown, headers?: RocketMQHeaders): Promise<ConsumeResult> {
    const encoded = encodeMessage(destination, payload, { converter: createConverter(), charset: 'utf8' }, headers);
    const message = this.#stored(encoded, 0, {});
    const consumer = [...this.#consumers].find(({ options }) => subscribes(options, message));
    if (!consumer) throw new Error(`no listener wants ${destination}`);
    const [verdict] = await consumer.handler([message], new AbortController());
    return verdict?.result ?? ConsumeResult.RETRY;
  }

  deadLetters(consumerGroup: string): readonly MessageExt[] {
    return this.#deadLetters.get(consumerGroup) ?? [];
  }

  /** Moves time: delayed messages and retries that fall due are delivered, one after the other. */
  async advanceTime(millis: Millis): Promise<void> {
    await this.#time.advance(millis, () => this.settle());
  }

  /** Resolves when no handler runs. Retries wait for their time. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #accept(
    encoded: EncodedMessage,
    queueId = this.#nextQueue++ % QUEUES,
    properties: Record<string, string> = {},
  ): SendResult {
    this.sent.push(encoded);
    const message = this.#stored(encoded, queueId, properties);
    const { delayLevel } = encoded;
    if (delayLevel === undefined) this.#publish(message);
    else this.#time.after(DELAY_LEVELS[delayLevel - 1] ?? 0, () => this.#publish(message));
    const messageQueue = { topic: encoded.topic, brokerName: BROKER, queueId };
    return {
      sendStatus: 'SEND_OK',
      msgId: message.msgId,
      offsetMsgId: message.msgId,
      messageQueue,
      queueOffset: message.queueOffset,
    };
  }

  #stored(encoded: EncodedMessage, queueId: number, properties: Record<string, string>): MessageExt {
    const queueOffset = this.#log.filter(
      (message) => message.topic === encoded.topic && message.queueId === queueId,
    ).length;
    return new MessageExt({
      topic: encoded.topic,
      tags: encoded.tag,
      keys: encoded.keys,
      body: encoded.body,
      msgId: `memory-${this.#nextId++}`,
      queueId,
      queueOffset,
      brokerName: BROKER,
      bornTimestamp: this.#time.now,
      storeTimestamp: this.#time.now,
      reconsumeTimes: 0,
      flag: encoded.flag,
      sysFlag: 0,
      properties: new Map(Object.entries({ ...encoded.properties, ...properties })),
    });
  }

  #publish(message: MessageExt): void {
    this.#log.push(message);
    for (const [key, queue] of this.#pulls) if (key.endsWith(`\n${message.topic}`)) queue.push(message);
    const groups = new Set([...this.#consumers].map(({ options }) => options.group));
    for (const group of groups) this.#give(group, message);
  }

  /** Clustering: to one member of the group; broadcasting: to all. */
  #give(group: string, message: MessageExt): void {
    const members = [...this.#consumers].filter(
      ({ options }) => options.group === group && subscribes(options, message),
    );
    const [first] = members;
    if (!first) return;
    const isForAll = first.options.messageModel === MessageModel.BROADCASTING;
    const chosen = isForAll ? members : [members[message.queueId % members.length] as Consumer];
    for (const consumer of chosen) this.#hand(consumer, message);
  }

  #join(consumer: Consumer): void {
    this.#consumers.add(consumer);
    consumer.options.onQueues?.(QUEUES * consumer.options.subscriptions.length);
    const fromStart = consumer.options.subscriptions.filter(
      ({ consumeFromWhere }) => consumeFromWhere === ConsumeFromWhere.FIRST_OFFSET,
    );
    const old = this.#log.filter((message) => fromStart.some((subscription) => wants(subscription, message)));
    for (const message of old) this.#hand(consumer, message);
  }

  #hand(consumer: Consumer, message: MessageExt): void {
    if (consumer.isPaused) {
      consumer.waiting.push(message);
      return;
    }
    const isOrderly = consumer.options.consumeMode === ConsumeMode.ORDERLY;
    const queue = `${message.topic}\n${message.queueId}`;
    const before = isOrderly ? (consumer.chains.get(queue) ?? Promise.resolve()) : Promise.resolve();
    const call = before.then(() => this.#call(consumer, message, isOrderly));
    if (isOrderly) consumer.chains.set(queue, call);
    const running: Promise<unknown> = call.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #call(consumer: Consumer, message: MessageExt, isOrderly: boolean): Promise<void> {
    if (!this.#consumers.has(consumer)) return;
    const [verdict = { result: ConsumeResult.RETRY }] = await consumer.handler([message], new AbortController());
    if (verdict.result === ConsumeResult.SUCCESS || consumer.options.messageModel === MessageModel.BROADCASTING) return;
    const { maxReconsumeTimes = -1, group } = consumer.options;
    const limit =
      maxReconsumeTimes >= 0 ? maxReconsumeTimes : isOrderly ? Number.MAX_SAFE_INTEGER : DEFAULT_MAX_RECONSUME_TIMES;
    if (verdict.result === ConsumeResult.DEAD_LETTER || message.reconsumeTimes >= limit) {
      this.#deadLetters.set(group, [...this.deadLetters(group), message]);
      return;
    }
    const again = retried(message);
    if (isOrderly) await this.#call(consumer, again, true);
    else this.#time.after(retryDelay(verdict, message), () => this.#give(group, again));
  }

  #request(encoded: EncodedMessage, timeout: Millis, queueId: number | undefined): Promise<MessageExt> {
    const correlationId = `correlation-${this.#nextId++}`;
    return new Promise((resolve, reject) => {
      const cancel = this.#time.after(timeout, () =>
        reject(new TimeoutError(`no reply to ${encoded.topic} within ${timeout} ms`)),
      );
      this.#replies.set(correlationId, (reply) => {
        cancel();
        resolve(reply);
      });
      this.#accept(encoded, queueId, { REPLY_TO_CLIENT: 'memory', CORRELATION_ID: correlationId, CLUSTER: 'memory' });
    });
  }

  #reply(request: MessageExt, body: Buffer, properties: Readonly<Record<string, string>>): void {
    const correlationId = request.getProperty('CORRELATION_ID') ?? '';
    const encoded = { topic: 'reply', keys: [], body, flag: 0, waitStoreMsgOk: true, properties };
    this.#replies.get(correlationId)?.(this.#stored(encoded, 0, {}));
    this.#replies.delete(correlationId);
  }
}

function subscribes(options: DriverPushConsumerOptions, message: MessageExt): boolean {
  return options.subscriptions.some((subscription) => wants(subscription, message));
}

function wants({ topic, expression }: { topic: string; expression: string }, message: MessageExt): boolean {
  if (topic !== message.topic) return false;
  const selection = parseSelectorExpression(expression);
  return selection.kind === 'all' || (message.tags !== undefined && selection.tags.includes(message.tags));
}

function retryDelay({ delayLevel = 0 }: ConsumeVerdict, { reconsumeTimes }: MessageExt): Millis {
  const level = delayLevel > 0 ? delayLevel : FIRST_RETRY_LEVEL + reconsumeTimes;
  return DELAY_LEVELS[Math.min(level, DELAY_LEVELS.length) - 1] ?? 0;
}

function retried(message: MessageExt): MessageExt {
  const properties = new Map(Object.entries(message.properties));
  return new MessageExt({ ...message, reconsumeTimes: message.reconsumeTimes + 1, properties });
}
