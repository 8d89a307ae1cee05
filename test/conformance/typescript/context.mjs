import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { equal, PATIENCE_MS, sameSet, that, until } from './check.mjs';

// ROCKETMQ_CLIENT: another build of the client, such as one that is just being written.
export const rocketmq = await import(process.env['ROCKETMQ_CLIENT'] ?? 'rocketmq-broker-core/client');
const { DefaultLitePullConsumer, DefaultMQProducer, DefaultMQPushConsumer, Message, MQAdmin } = rocketmq;

const SEND_TIMEOUT_MS = 15_000;

/** Bodies that a listener saw, with when and what they came in. */
export class Received {
  /** @type {{ body: string, message: import('rocketmq-broker-core/client').MessageExt, atMs: number, queueId: number, reconsumeTimes: number }[]} */
  all = [];

  /** @param {readonly import('rocketmq-broker-core/client').MessageExt[]} messages */
  add(messages) {
    for (const message of messages) {
      const { queueId, reconsumeTimes } = message;
      this.all.push({ body: message.body.toString(), message, atMs: Date.now(), queueId, reconsumeTimes });
    }
  }

  get bodies() {
    return this.all.map(({ body }) => body);
  }

  get size() {
    return this.all.length;
  }

  /** @param {number} count */
  async await(count) {
    await until(`${count} messages (there are ${this.size})`, () => this.size >= count);
    return this.all;
  }

  /** @param {readonly string[]} wanted */
  async awaitBodies(wanted) {
    const missing = () => wanted.filter((body) => !this.all.some((one) => one.body === body));
    try {
      await until('bodies', () => missing().length === 0);
    } catch {
      throw new Error(
        `after ${PATIENCE_MS} ms ${missing().length} of ${wanted.length} bodies are missing: ${missing().slice(0, 10)}`,
      );
    }
  }
}

/** What a scenario needs: topics and groups of its own, and clients that are shut down after it. */
export class Context {
  /** @type {(() => Promise<unknown>)[]} */
  #closing = [];

  /** @param {string} nameServer @param {string} runId @param {string} scenario */
  constructor(nameServer, runId, scenario) {
    this.nameServer = nameServer;
    this.runId = runId;
    this.scenario = scenario;
    this.admin = new MQAdmin({ namesrvAddr: nameServer, mqClientApiTimeoutMs: 15_000 });
  }

  async start() {
    await this.admin.start();
    this.closing(() => this.admin.shutdown());
  }

  /** @param {() => Promise<unknown>} work */
  closing(work) {
    this.#closing.push(work);
  }

  async close() {
    for (const work of this.#closing.reverse()) await work();
  }

  /** @param {string} [part] */
  name(part = '') {
    return `ts_${this.scenario}_${this.runId}${part === '' ? '' : `_${part}`}`;
  }

  /** Where a file of this scenario may lie; gone behind it. @param {string} part */
  folder(part) {
    const path = join(tmpdir(), this.name(part));
    this.closing(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  group(part = 'group') {
    return this.name(part);
  }

  /** A fresh topic, known to the name server when this returns. @param {number} queues @param {string} [part] */
  async topic(queues, part = '') {
    const topicName = this.name(part);
    await this.settleTopic({ topicName, readQueueNums: queues, writeQueueNums: queues, perm: 6 });
    return topicName;
  }

  /**
   * Makes the topic so, until the name server says so. Apache's broker registers from several threads: of two changes at the
   * same time the name server may keep the earlier, and then a third is needed.
   *
   * @param {{ topicName: string, readQueueNums: number, writeQueueNums: number, perm: number }} topic
   */
  async settleTopic(topic) {
    const isSo = async () => {
      const queues = (await this.admin.route(topic.topicName))?.queueDatas[0];
      return (
        queues?.readQueueNums === topic.readQueueNums &&
        queues.writeQueueNums === topic.writeQueueNums &&
        queues.perm === topic.perm
      );
    };
    for (let attempt = 1; ; attempt++) {
      await this.admin.createTopic(topic);
      try {
        await until(`${topic.topicName} as wanted`, isSo, 5_000);
        return;
      } catch (error) {
        if (attempt === 4)
          throw new Error(`${error}; the name server says ${JSON.stringify(await this.admin.route(topic.topicName))}`);
      }
    }
  }

  /** @param {string} [group] @param {Partial<import('rocketmq-broker-core/client').ProducerOptions>} [options] */
  async producer(group = this.group('producer'), options = {}) {
    const producer = new DefaultMQProducer(group, {
      namesrvAddr: this.nameServer,
      sendMsgTimeoutMs: SEND_TIMEOUT_MS,
      ...options,
    });
    await producer.start();
    this.closing(() => producer.shutdown());
    return producer;
  }

  /** Not started: the scenario sets it up first. @param {string} group @param {Partial<import('rocketmq-broker-core/client').PushConsumerOptions>} [options] */
  pushConsumer(group, options = {}) {
    const consumer = new DefaultMQPushConsumer(group, {
      namesrvAddr: this.nameServer,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      concurrency: 4,
      ...options,
    });
    this.closing(() => consumer.shutdown());
    return consumer;
  }

  /** @param {string} group @param {Partial<import('rocketmq-broker-core/client').LitePullConsumerOptions>} [options] */
  litePull(group, options = {}) {
    const consumer = new DefaultLitePullConsumer(group, {
      namesrvAddr: this.nameServer,
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      ...options,
    });
    this.closing(() => consumer.shutdown());
    return consumer;
  }

  /** Sends prefix0, prefix1, … and checks that each was stored. @param {any} producer @param {string} topic @param {string} prefix @param {number} count */
  async send(producer, topic, prefix, count) {
    const results = [];
    for (const body of numbered(prefix, count)) {
      const result = await producer.send(new Message(topic, Buffer.from(body)));
      equal('SEND_OK', result.sendStatus, `status of ${body}`);
      results.push(result);
    }
    return results;
  }

  /**
   * Everything in a topic, queue by queue, in order, once there are so many messages: Apache's broker answers a send before
   * its queue shows the message.
   *
   * @param {string} topic @param {number} [expected]
   */
  async drain(topic, expected = 0) {
    const consumer = this.litePull(this.group(`drain${Math.random().toString(36).slice(2, 8)}`), {
      autoCommit: false,
      pullBatchSize: 32,
    });
    const queues = await this.admin.fetchMessageQueues(topic);
    await until(`${expected} messages stored in ${topic}`, async () => (await this.stored(topic)) >= expected);
    const wanted = await this.stored(topic);
    consumer.assign(queues);
    await consumer.start();
    /** @type {import('rocketmq-broker-core/client').MessageExt[]} */
    const found = [];
    await until(`${wanted} messages of ${topic}`, async () => {
      if (found.length < wanted) found.push(...(await consumer.poll(1_000)));
      return found.length >= wanted;
    });
    await consumer.shutdown();
    return found.sort((left, right) => left.queueId - right.queueId || left.queueOffset - right.queueOffset);
  }

  /** Sum of the maximum offsets of all queues. @param {string} topic */
  async stored(topic) {
    let sum = 0;
    for (const { maxOffset } of (await this.admin.topicStats(topic)).offsetTable.values()) sum += maxOffset;
    return sum;
  }

  /** @param {string} topic @param {readonly string[]} expected */
  async expectBodies(topic, expected) {
    const bodies = (await this.drain(topic, expected.length)).map(({ body }) => body.toString());
    equal(expected.length, bodies.length, `messages in ${topic}`);
    sameSet(expected, bodies, `bodies in ${topic}`);
  }
}

/** Queues of a topic that a push consumer holds. @param {any} consumer @param {string} topic */
export const queuesHeld = (consumer, topic) =>
  consumer.assignment().filter((/** @type {{ topic: string }} */ queue) => queue.topic === topic).length;

/** @param {string} prefix @param {number} count */
export const numbered = (prefix, count) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** A queue by its number: a selector. @param {readonly any[]} queues @param {unknown} _message @param {number} id */
export const byNumber = (queues, _message, id) => queues[id % queues.length];

export { Message, that };
