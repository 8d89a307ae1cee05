import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { remotingCall } from '../../support/apache/remoting-call.mjs';

/**
 * What is used of ali-ons, which has no types.
 *
 * @typedef {{ topic: string, tags: string, keys: string, body: Buffer, properties: Record<string, string>, delayTimeLevel: number,
 *   reconsumeTimes: number }} Message
 * @typedef {{ ready(): Promise<void>, close(): Promise<void>, on(event: 'error', listener: (error: Error) => void): void }} Client
 * @typedef {Client & { send(message: Message): Promise<{ sendStatus: string }> }} Producer
 * @typedef {Client & { subscribe(topic: string, expression: string, listener: (message: Message) => Promise<void>): void }} Consumer
 * @typedef {{ Producer: new (options: object) => Producer, Consumer: new (options: object) => Consumer,
 *   Message: new (topic: string, tags: string, body: string) => Message }} AliOns
 */

const UPDATE_AND_CREATE_TOPIC = 17;
const WAIT_MS = 60_000;
const QUEUES = 4;
const FIRST = 'first of its queue';

/** Waits for something that others bring about. @param {() => boolean} holds @param {() => string} what asked if it does not come */
export async function until(holds, what) {
  const deadline = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${WAIT_MS} ms: ${what()}`);
    await pause(20);
  }
}

/** One scenario: names of its own and the clients it starts. */
export class Context {
  /** @type {Client[]} */
  #clients = [];
  /** @type {Producer | undefined} */
  #producer;
  #servers;
  #aliOns;
  #httpclient;

  /** @param {{ nameServer: string, broker: string, packages: string }} servers @param {string} runId @param {string} scenario */
  constructor(servers, runId, scenario) {
    this.#servers = servers;
    this.topic = `AliOns-${scenario}-${runId}`;
    this.group = `GID-ali-ons-${scenario}-${runId}`;
    const load = createRequire(join(servers.packages, 'package.json'));
    this.#aliOns = /** @type {AliOns} */ (load('ali-ons'));
    this.#httpclient = load('urllib');
  }

  /** Makes the topic: this client sends to none that is not there. */
  async start() {
    const config = { defaultTopic: 'TBW102', readQueueNums: `${QUEUES}`, writeQueueNums: `${QUEUES}`, perm: '6' };
    const fields = { topic: this.topic, ...config, topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false' };
    const answer = await remotingCall(this.#servers.broker, UPDATE_AND_CREATE_TOPIC, fields);
    if (answer.code !== 0) throw new Error(`topic ${this.topic}: ${answer.code} ${answer.remark}`);
  }

  /** @template {Client} T @param {T} client @returns {Promise<T>} */
  async #started(client) {
    // It says here that a new group has no offset and no retry topic yet, and that listeners refused messages.
    client.on('error', () => undefined);
    this.#clients.push(client);
    await client.ready();
    return client;
  }

  /** With an instance name for each client: those that share one also share their connections, and the first close ends all. */
  #options() {
    const instanceName = `${this.group}-${this.#clients.length}`;
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const credentials = { accessKeyId: 'nobody', accessKeySecret: 'asks' };
    return {
      httpclient: this.#httpclient,
      nameSrv: this.#servers.nameServer,
      instanceName,
      logger: silent,
      ...credentials,
    };
  }

  /** The first puts a message into each queue: a group that is new there begins with it, whenever its consumer starts. */
  async producer() {
    if (!this.#producer) {
      const group = { producerGroup: `${this.group}-producer` };
      this.#producer = await this.#started(new this.#aliOns.Producer({ ...this.#options(), ...group }));
      for (let queue = 0; queue < QUEUES; queue++) await this.send(this.#producer, FIRST);
    }
    return this.#producer;
  }

  /** @param {(message: Message) => Promise<void>} listener @param {{ expression?: string, isBroadcast?: boolean }} [plan] */
  async consumer(listener, { expression = '*', ...rest } = {}) {
    const consumer = new this.#aliOns.Consumer({ ...this.#options(), consumerGroup: this.group, ...rest });
    consumer.subscribe(this.topic, expression, async (message) => {
      if (message.body.toString() !== FIRST) await listener(message);
    });
    return this.#started(consumer);
  }

  /** @param {Producer} producer @param {string} body @param {Partial<Omit<Message, 'keys'> & { keys: string[] }>} [rest] */
  async send(producer, body, { properties, ...rest } = {}) {
    const message = Object.assign(new this.#aliOns.Message(this.topic, 'any', body), rest);
    Object.assign(message.properties, properties);
    const result = await producer.send(message);
    if (result.sendStatus !== 'SEND_OK') throw new Error(`${body}: ${result.sendStatus}`);
  }

  async close() {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
