import { FakeBroker } from './fake-broker.js';
import {
  encodeTopicRouteData,
  type TopicRouteData,
} from '../../libs/broker-core/src/protocol/bodies/topic-route-data.js';
import { createResponse, type RemotingCommand } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import { ResponseCode } from '../../libs/broker-core/src/protocol/response-code.js';
import type { Connection, RequestProcessor } from '../../libs/broker-core/src/remoting/connection.js';
import { ConnectionError, TimeoutError } from '../../libs/broker-core/src/runtime/errors.js';
import type { ManualTime } from '../../libs/broker-core/src/runtime/manual-time.js';
import { seededRandom } from '../../libs/broker-core/src/runtime/random.js';
import type { Transport } from '../../libs/broker-core/src/client/instance/transport.js';

/** One request that a fake server got. */
export interface Seen {
  readonly address: string;
  readonly code: number;
  readonly ext: { readonly [name: string]: string };
  readonly body: Buffer | undefined;
}

/** What happens to a request: an answer of the spec's own, silence, a broken connection, or (undefined) the usual. */
export type Mood = (seen: Seen) => RemotingCommand | 'silent' | 'broken' | undefined;

/**
 * A name server and brokers without sockets, for specs of the client: they know the requests a client makes, answer in the
 * same turn, and can be told to fail. Time is the spec's.
 */
export class FakeCluster {
  readonly nameServers = ['ns:1'];
  readonly brokers = new Map<string, FakeBroker>();
  readonly topics = new Map<string, TopicRouteData>();
  readonly seen: Seen[] = [];
  /** Asked before every request is answered. */
  mood: Mood = () => undefined;

  #clients = 0;

  constructor(readonly time: ManualTime) {}

  /** Options of one more client of this cluster, a consumer or a producer: its time, no chance, nothing shared with others. */
  clientOptions() {
    return {
      namesrvAddr: 'ns:1',
      instanceName: `client-${this.#clients++}`,
      clientIP: '10.0.0.1',
      clock: this.time,
      scheduler: this.time,
      random: seededRandom(1),
      transport: () => this.connect(),
    };
  }

  /** The same for one that consumes what was there before it. */
  consumerOptions() {
    return { ...this.clientOptions(), consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' as const };
  }

  /** A broker that is its own master. */
  addBroker(name: string, address = `${name}:1`): FakeBroker {
    const broker = new FakeBroker(name, address, this.time);
    this.brokers.set(address, broker);
    return broker;
  }

  /** Gives the topic so many queues on every broker there is now, or on those named. */
  addTopic(
    topic: string,
    queues = 4,
    on: readonly string[] = [...this.brokers.values()].map(({ name }) => name),
  ): void {
    const chosen = [...this.brokers.values()].filter(({ name }) => on.includes(name));
    this.topics.set(topic, {
      queueDatas: chosen.map(({ name }) => ({
        brokerName: name,
        readQueueNums: queues,
        writeQueueNums: queues,
        perm: 6,
        topicSysFlag: 0,
      })),
      brokerDatas: chosen.map(({ name, address }) => ({
        cluster: 'DefaultCluster',
        brokerName: name,
        brokerAddrs: new Map([[0, address]]),
        enableActingMaster: false,
      })),
      filterServerTable: new Map(),
    });
    for (const broker of chosen) broker.addTopic(topic, queues);
  }

  /** How often a code was asked, of one server or of all. */
  count(code: number, address?: string): number {
    return this.seen.filter((seen) => seen.code === code && (address === undefined || seen.address === address)).length;
  }

  /** Sockets of one client. */
  connect(): Transport {
    return new FakeTransport(this);
  }

  answer(address: string, request: RemotingCommand, client: FakeTransport): Promise<RemotingCommand> | RemotingCommand {
    if (this.nameServers.includes(address)) return this.#answerAsNameServer(request);
    const broker = this.brokers.get(address);
    if (!broker) throw new ConnectionError(`cannot connect to ${address}: there is nobody`);
    return broker.answer(request, client);
  }

  #answerAsNameServer({ code, extFields }: RemotingCommand): RemotingCommand {
    if (code !== RequestCode.GET_ROUTEINFO_BY_TOPIC)
      return createResponse(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, 'no');
    const route = this.topics.get(extFields?.['topic'] ?? '');
    if (!route) return createResponse(ResponseCode.TOPIC_NOT_EXIST, 'no topic route info in name server');
    return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeTopicRouteData(route));
  }
}

/** One client's end. */
export class FakeTransport implements Transport {
  readonly #processors = new Map<number, RequestProcessor>();
  readonly #closed: ((address: string) => void)[] = [];
  readonly #waiting = new Set<(error: unknown) => void>();

  constructor(private readonly cluster: FakeCluster) {}

  async invoke(
    address: string,
    request: RemotingCommand,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<RemotingCommand> {
    signal?.throwIfAborted();
    const seen: Seen = { address, code: request.code, ext: request.extFields ?? {}, body: request.body };
    this.cluster.seen.push(seen);
    const mood = this.cluster.mood(seen);
    if (mood === 'broken') throw new ConnectionError(`the connection to ${address} broke`);
    if (mood !== undefined && mood !== 'silent') return mood;
    const answer =
      mood === 'silent' ? new Promise<never>(() => undefined) : this.cluster.answer(address, request, this);
    return answer instanceof Promise ? this.#within(answer, address, timeoutMs, signal) : answer;
  }

  async invokeOneWay(address: string, request: RemotingCommand): Promise<void> {
    const seen: Seen = { address, code: request.code, ext: request.extFields ?? {}, body: request.body };
    this.cluster.seen.push(seen);
    const mood = this.cluster.mood(seen);
    if (mood === 'broken') throw new ConnectionError(`the connection to ${address} broke`);
    if (mood === undefined) await this.cluster.answer(address, request, this);
  }

  registerProcessor(code: number, processor: RequestProcessor): void {
    this.#processors.set(code, processor);
  }

  closeConnection(address: string): void {
    this.breakConnection(address);
  }

  onConnectionClosed(listener: (address: string) => void): void {
    this.#closed.push(listener);
  }

  async shutdown(): Promise<void> {
    for (const reject of this.#waiting) reject(new ConnectionError('the client shuts down'));
  }

  /** The broker asks the client something. */
  async ask(request: RemotingCommand): Promise<RemotingCommand | undefined> {
    return this.#processors.get(request.code)?.(request, undefined as unknown as Connection);
  }

  breakConnection(address: string): void {
    for (const listener of this.#closed) listener(address);
  }

  /** The answer, a time-out, or the signal's reason. */
  #within(
    answer: Promise<RemotingCommand>,
    address: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<RemotingCommand> {
    return new Promise((resolve, reject) => {
      const cancel = this.cluster.time.after(timeoutMs, () =>
        fail(new TimeoutError(`no answer from ${address} in ${timeoutMs} ms`)),
      );
      const onAbort = () => fail(signal?.reason);
      const leave = () => {
        cancel();
        this.#waiting.delete(fail);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown) => {
        leave();
        reject(error);
      };
      this.#waiting.add(fail);
      signal?.addEventListener('abort', onAbort, { once: true });
      answer.then((value) => {
        leave();
        resolve(value);
      }, fail);
    });
  }
}
