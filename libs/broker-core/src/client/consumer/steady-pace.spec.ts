import { describe, expect, it } from '@jest/globals';
import { type ConsumerGroup, useConsumerGroups } from '../../../../../test/support/consumer-groups.js';
import type { FakeCluster, Mood } from '../../../../../test/support/fake-cluster.js';
import { createResponse } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { DefaultLitePullConsumer } from '../lite/default-lite-pull-consumer.js';
import { DefaultMQPushConsumer } from './default-mq-push-consumer.js';

/** More requests than this would be a client that spins; the fuse ends such a run instead of hanging it. */
const FUSE = 20_000;
const SECONDS = 10;
/** Fourteen queues in three consumers, each asked three times a second. */
const DECENT = 14 * 3 * SECONDS;
/** A broker that sheds load (FLOW_CONTROL) is asked again every 20 ms, as RocketMQ's client does. */
const SHEDDING = 14 * 50 * SECONDS;

const aGroup = useConsumerGroups(4);

/** One consumer of each kind. */
async function startConsumers({ time, cluster, add, started }: ConsumerGroup): Promise<void> {
  cluster.addTopic('%RETRY%O', 1);
  await started(() => 'CONSUME_SUCCESS');
  const orderly = add(new DefaultMQPushConsumer('O', cluster.consumerOptions()));
  orderly.registerMessageListenerOrderly(() => 'SUCCESS');
  const lite = add(new DefaultLitePullConsumer('L', cluster.consumerOptions()));
  for (const consumer of [orderly, lite]) {
    consumer.subscribe('T');
    await consumer.start();
  }
  await time.advance(5_000);
}

/** Nothing answers any more once the fuse is blown: whatever spins stands still then. */
function fused(cluster: FakeCluster, mood: Mood): { readonly isBlown: () => boolean } {
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
    const group = aGroup();
    const { time, cluster, broker } = group;
    await startConsumers(group);
    const before = cluster.seen.length;
    const { isBlown } = fused(cluster, moods[name] as Mood);
    for (let queueId = 0; queueId < 4; queueId++) broker.store('T', queueId, 'wakes the pulls that are held');
    await time.advance(SECONDS * 1_000);
    expect(isBlown()).toBe(false);
    expect(cluster.seen.length - before).toBeLessThan(name === 'sheds every pull' ? SHEDDING : DECENT);
  });
});
