import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeBroker } from '../../../../../test/support/fake-broker.js';
import { FakeCluster, type Mood } from '../../../../../test/support/fake-cluster.js';
import { createResponse } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { DefaultLitePullConsumer } from '../lite/default-lite-pull-consumer.js';
import { DefaultMQPushConsumer } from './default-mq-push-consumer.js';

/** More requests than this would be a client that spins; the fuse ends such a run instead of hanging it. */
const FUSE = 20_000;
const SECONDS = 10;
/** Fourteen queues in three consumers, each asked three times a second. */
const DECENT = 14 * 3 * SECONDS;
/** A broker that sheds load (FLOW_CONTROL) is asked again every 20 ms, as RocketMQ's client does. */
const SHEDDING = 14 * 50 * SECONDS;

let time: ManualTime;
let cluster: FakeCluster;
let broker: FakeBroker;
let stop: (() => Promise<void>)[];

beforeEach(() => {
  time = new ManualTime();
  cluster = new FakeCluster(time);
  broker = cluster.addBroker('a');
  cluster.addTopic('T', 4);
  cluster.addTopic('%RETRY%G', 1);
  cluster.addTopic('%RETRY%O', 1);
  stop = [];
});

afterEach(async () => {
  cluster.mood = () => undefined;
  const leaving = Promise.all(stop.map((one) => one()));
  await time.advance(60_000);
  await leaving;
});

async function startConsumers(): Promise<void> {
  const concurrent = new DefaultMQPushConsumer('G', cluster.consumerOptions());
  concurrent.registerMessageListener(() => 'CONSUME_SUCCESS');
  const orderly = new DefaultMQPushConsumer('O', cluster.consumerOptions());
  orderly.registerMessageListenerOrderly(() => 'SUCCESS');
  const lite = new DefaultLitePullConsumer('L', cluster.consumerOptions());
  for (const consumer of [concurrent, orderly, lite]) {
    consumer.subscribe('T');
    stop.push(() => consumer.shutdown());
    await consumer.start();
  }
  await time.advance(5_000);
}

/** Nothing answers any more once the fuse is blown: whatever spins stands still then. */
function fused(mood: Mood): { readonly isBlown: () => boolean } {
  let left = FUSE;
  cluster.mood = (seen) => (left-- > 0 ? mood(seen) : 'silent');
  return { isBlown: () => left <= 0 };
}

const pulls: readonly number[] = [RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE];
const pulled = (code: number, nextBeginOffset?: number) =>
  createResponse(code, undefined, {
    suggestWhichBrokerId: '0',
    minOffset: '0',
    maxOffset: '0',
    ...(nextBeginOffset === undefined ? {} : { nextBeginOffset: String(nextBeginOffset) }),
  });

const moods: { readonly [name: string]: Mood } = {
  'moves every pull to the same place': ({ code }) =>
    pulls.includes(code) ? pulled(ResponseCode.PULL_OFFSET_MOVED, 7) : undefined,
  'moves every pull and says not where': ({ code }) =>
    pulls.includes(code) ? pulled(ResponseCode.PULL_OFFSET_MOVED) : undefined,
  'has nothing and does not hold pulls': ({ code, ext }) =>
    pulls.includes(code) ? pulled(ResponseCode.PULL_NOT_FOUND, Number(ext['queueOffset'])) : undefined,
  'asks to pull again at once, for ever': ({ code, ext }) =>
    pulls.includes(code) ? pulled(ResponseCode.PULL_RETRY_IMMEDIATELY, Number(ext['queueOffset'])) : undefined,
  'finds no messages and says found': ({ code, ext }) =>
    pulls.includes(code) ? pulled(ResponseCode.SUCCESS, Number(ext['queueOffset'])) : undefined,
  'refuses every pull': ({ code }) =>
    pulls.includes(code) ? createResponse(ResponseCode.SYSTEM_ERROR, 'no') : undefined,
  'sheds every pull': ({ code }) =>
    pulls.includes(code) ? createResponse(ResponseCode.FLOW_CONTROL, 'no') : undefined,
  'grants no locks': ({ code }) =>
    code === RequestCode.LOCK_BATCH_MQ ? createResponse(ResponseCode.SYSTEM_ERROR, 'no') : undefined,
  'knows no offsets': ({ code }) =>
    code === RequestCode.QUERY_CONSUMER_OFFSET ? createResponse(ResponseCode.SYSTEM_ERROR, 'no') : undefined,
  'hears no heartbeats': ({ code }) => (code === RequestCode.HEART_BEAT ? 'broken' : undefined),
  'refuses everything': () => createResponse(ResponseCode.SYSTEM_ERROR, 'no'),
  'breaks every connection': () => 'broken',
  'is silent': () => 'silent',
};

describe('whatever a broker does, a client keeps its pace when it', () => {
  it.each(Object.keys(moods))('%s', async (name) => {
    await startConsumers();
    const before = cluster.seen.length;
    const { isBlown } = fused(moods[name] as Mood);
    for (let queueId = 0; queueId < 4; queueId++) broker.store('T', queueId, 'wakes the pulls that are held');
    await time.advance(SECONDS * 1_000);
    expect(isBlown()).toBe(false);
    expect(cluster.seen.length - before).toBeLessThan(name === 'sheds every pull' ? SHEDDING : DECENT);
  });
});
