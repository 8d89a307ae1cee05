import { describe, expect, it } from '@jest/globals';
import type { FakeBroker } from '../../../../../test/support/fake-broker.js';
import { FakeCluster } from '../../../../../test/support/fake-cluster.js';
import { createResponse } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { type Random, seededRandom } from '../../runtime/random.js';
import { DefaultMQPushConsumer } from './default-mq-push-consumer.js';
import type { ConsumeOrderlyStatus } from './listeners.js';

const STORMS = 24;
const QUEUES = 3;
/** Routes are another spec's matter, and the locks of this broker do not end by themselves. */
const SPARED: ReadonlySet<number> = new Set([RequestCode.GET_ROUTEINFO_BY_TOPIC, RequestCode.UNLOCK_BATCH_MQ]);
const THIEF = 'a thief';
/** A client that spins would ask for more in a storm of three minutes. */
const FUSE = 30_000;

/** Two members of a group, and everything that can happen to them. */
class Storm {
  readonly time = new ManualTime();
  readonly cluster = new FakeCluster(this.time);
  readonly broker: FakeBroker = this.cluster.addBroker('a');
  readonly random: Random;
  readonly members: DefaultMQPushConsumer[] = [];
  /** What was done with success, in order, by queue. */
  readonly done = Array.from({ length: QUEUES }, () => [] as number[]);
  readonly problems: string[] = [];
  readonly #running = new Set<number>();
  #sent = 0;
  isCalm = false;

  /** `hasThief`: locks are stolen from members, as by a broker that lost its memory; then two may consume for a while. */
  constructor(
    seed: number,
    private readonly hasThief: boolean,
  ) {
    this.random = seededRandom(seed);
    this.cluster.addTopic('T', QUEUES);
    this.cluster.addTopic('%RETRY%G', 1);
    this.cluster.mood = ({ code }) => {
      if (this.cluster.seen.length > FUSE) return 'silent';
      if (this.isCalm || SPARED.has(code) || this.random.int(12) > 0) return undefined;
      const [broken, refused] = [this.random.int(3) === 0, createResponse(ResponseCode.SYSTEM_ERROR, 'a storm')];
      return broken ? 'broken' : refused;
    };
  }

  async join(): Promise<void> {
    const consumer = new DefaultMQPushConsumer('G', {
      ...this.cluster.consumerOptions(),
      random: this.random,
      maxReconsumeTimes: -1,
    });
    consumer.subscribe('T');
    consumer.registerMessageListenerOrderly((messages, context) => {
      context.suspendCurrentQueueTimeMillis = 10 + this.random.int(500);
      return this.#consume(Number(messages[0]?.body), messages[0]?.queueId ?? -1);
    });
    this.members.push(consumer);
    await consumer.start();
  }

  async #consume(number: number, queueId: number): Promise<ConsumeOrderlyStatus> {
    if (this.#running.has(queueId) && !this.hasThief)
      this.problems.push(`queue ${queueId} is consumed by two at a time`);
    this.#running.add(queueId);
    const ms = this.random.int(4) === 0 ? this.random.int(300) : 0;
    if (ms > 0) await new Promise<void>((resolve) => void this.time.after(ms, resolve));
    this.#running.delete(queueId);
    if (!this.isCalm && this.random.int(6) === 0) return 'SUSPEND_CURRENT_QUEUE_A_MOMENT';
    this.done[queueId]?.push(number);
    return 'SUCCESS';
  }

  /** Whatever comes next: messages, a lock that is stolen or given back, a connection that breaks, time. */
  async weather(): Promise<void> {
    const queueId = this.random.int(QUEUES);
    switch (this.random.int(5)) {
      case 0:
        for (let left = this.random.int(20); left > 0; left--) this.broker.store('T', queueId, String(this.#sent++));
        break;
      case 1: {
        const key = `G T ${queueId}`;
        if (this.hasThief || !this.broker.locks.has(key)) this.broker.locks.set(key, THIEF);
        break;
      }
      case 2:
        this.broker.notify('G');
        break;
      default:
        this.#arrestThief();
    }
    await this.time.advance(this.random.int(3_000));
  }

  #arrestThief(): void {
    for (const [key, owner] of this.broker.locks) if (owner === THIEF) this.broker.locks.delete(key);
  }

  async end(): Promise<void> {
    this.isCalm = true;
    this.#arrestThief();
    await this.time.advance(60_000);
    const leaving = Promise.all(this.members.map((member) => member.shutdown()));
    await this.time.advance(60_000);
    await leaving;
  }
}

describe('orderly consumption in a storm', () => {
  it.each(Array.from({ length: STORMS }, (_, index) => index + 1))(
    'gets through everything in order, and never spins (seed %d)',
    async (seed) => {
      const storm = new Storm(seed, seed % 2 === 0);
      await storm.join();
      for (let round = 0; round < 20; round++) await storm.weather();
      await storm.join().catch(() => undefined);
      for (let round = 0; round < 20; round++) await storm.weather();
      await storm.end();
      expect(storm.cluster.seen.length).toBeLessThan(FUSE);
      expect(storm.problems).toEqual([]);
      for (let queueId = 0; queueId < QUEUES; queueId++) {
        const sent = storm.broker.topics.get('T')?.[queueId]?.records.map(({ body }) => Number(body)) ?? [];
        // What was done may be done again after a queue changed hands; what is new comes in the order it was sent.
        const firsts = [...new Set(storm.done[queueId])];
        expect(firsts).toEqual(sent);
        expect(storm.broker.offsets.get(`G T ${queueId}`) ?? 0).toBe(sent.length);
      }
    },
  );
});
