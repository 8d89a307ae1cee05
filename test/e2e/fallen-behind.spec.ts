import { afterAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRequest,
  type EmbeddedRocketMQ,
  RequestCode,
  ResponseCode,
  startEmbeddedRocketMQ,
} from 'rocketmq-broker-core';
import { DefaultMQProducer, DefaultMQPushConsumer, Message } from 'rocketmq-broker-core/client';
import { makeTemporaryDirectory } from '../../libs/broker-core/src/runtime/temporary-directory.js';
import { patientClient } from '../support/patient-client.js';
import { pullFields } from '../support/speak-to.js';

const TOPIC = 'fallen-behind';
const GROUP = 'slow_group';
const MESSAGES = 30;
const overrides = { store: { commitLogFileBytes: 1 << 20 } };

const directory = makeTemporaryDirectory('rocketmq-behind-');
const remoting = patientClient();
let rocketmq: EmbeddedRocketMQ | undefined;
afterAll(async () => {
  await remoting.shutdown();
  await rocketmq?.stop();
  directory.remove();
});

const start = async () => {
  rocketmq = await startEmbeddedRocketMQ({ storePath: directory.path, overrides });
  return rocketmq;
};

async function send(bodies: readonly string[]): Promise<void> {
  const producer = new DefaultMQProducer('filling', {
    namesrvAddr: rocketmq!.nameServerAddress,
    sendMsgTimeoutMs: 60_000,
  });
  await producer.start();
  const queue = { topic: TOPIC, brokerName: rocketmq!.brokerName, queueId: 0 };
  for (const body of bodies)
    await producer.send(new Message(TOPIC, Buffer.concat([Buffer.from(`${body} `), noise])), { queue });
  await producer.shutdown();
}

/** Bytes that packing makes no smaller: with them the messages need several segments. */
const noise = randomBytes(100_000);

const ask = (code: number, fields: Record<string, string>) =>
  remoting.invoke(rocketmq!.brokerAddress, createRequest(code, fields), 30_000);

/** What a member of the group sees until all that is wanted came. */
async function consume(wanted: readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  const consumer = new DefaultMQPushConsumer(GROUP, {
    namesrvAddr: rocketmq!.nameServerAddress,
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  });
  consumer.subscribe(TOPIC);
  const arrived = new Promise<void>((resolve) => {
    consumer.registerMessageListener((messages) => {
      for (const { body } of messages) seen.push(body.toString('utf8', 0, body.indexOf(' ')));
      if (wanted.every((body) => seen.includes(body))) resolve();
      return 'CONSUME_SUCCESS';
    });
  });
  await consumer.start();
  await arrived;
  await consumer.shutdown();
  return seen;
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);

describe('a group that fell behind what is kept', () => {
  it('is told that its offset moved, and goes on with the first message that is left', async () => {
    await start();
    await send(numbered(0, 2));
    expect((await consume(numbered(0, 2))).sort()).toEqual(numbered(0, 2));
    await send(numbered(2, MESSAGES));
    await rocketmq!.stop();
    const log = join(directory.path, 'commitlog');
    rmSync(join(log, readdirSync(log).sort()[0]!));

    await start();
    const place = { topic: TOPIC, queueId: '0' };
    const committed = await ask(RequestCode.QUERY_CONSUMER_OFFSET, { ...place, consumerGroup: GROUP });
    expect(committed.extFields).toMatchObject({ offset: '2' });
    const min = Number((await ask(RequestCode.GET_MIN_OFFSET, place)).extFields?.['offset']);
    expect(min).toBeGreaterThan(2);
    const pulled = await ask(RequestCode.PULL_MESSAGE, pullFields(TOPIC, 2, { group: GROUP }));
    expect(pulled.code).toBe(ResponseCode.PULL_OFFSET_MOVED);
    expect(pulled.extFields).toMatchObject({ nextBeginOffset: String(min), minOffset: String(min) });
    await send(['last']);
    const left = [...numbered(min, MESSAGES), 'last'];
    expect((await consume(left)).sort()).toEqual(left.sort());
  });
});
