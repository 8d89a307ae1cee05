import { equal, that, until } from '../check.mjs';
import { Message, Received } from '../context.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** Longer than 4,096 bytes: the producer compresses it, and it must stay readable wherever it is stored again. */
const POISON = 'poison '.repeat(1_000);

/** Refused three times with two retries allowed: seen three times, then in the dead-letter topic. @param {Context} context */
export async function retryThenDlq(context) {
  const topic = await context.topic(2);
  const group = context.group();
  const received = new Received();
  const consumer = context.pushConsumer(group, { maxReconsumeTimes: 2 });
  consumer.subscribe(topic);
  consumer.registerMessageListener((/** @type {any} */ messages, /** @type {any} */ status) => {
    received.add(messages);
    // Level 1 is one second; without it the first retry would take ten.
    status.delayLevelWhenNextConsume = 1;
    if (messages[0].tags === 'Good') return 'CONSUME_SUCCESS';
    if (messages[0].reconsumeTimes === 1) throw new Error('as good as "later"');
    return 'RECONSUME_LATER';
  });
  await consumer.start();
  const producer = await context.producer();
  const sent = await producer.send(new Message(topic, Buffer.from(POISON), { tags: 'Bad', keys: 'retry-key' }));
  await producer.send(new Message(topic, Buffer.from('fine'), { tags: 'Good' }));
  const arrivals = (await received.await(4)).filter(({ body }) => body === POISON);
  equal(3, arrivals.length, 'deliveries of the poisonous message');
  for (const [i, { message, reconsumeTimes, atMs }] of arrivals.entries()) {
    equal(i, reconsumeTimes, `reconsumeTimes at delivery ${i}`);
    equal(
      [topic, 'Bad', 'retry-key', sent.msgId],
      [message.topic, message.tags, message.keys, message.msgId],
      `delivery ${i}`,
    );
    if (i === 0) continue;
    equal(topic, message.getProperty('RETRY_TOPIC'), `RETRY_TOPIC at delivery ${i}`);
    equal(sent.offsetMsgId, message.getProperty('ORIGIN_MESSAGE_ID'), `ORIGIN_MESSAGE_ID at delivery ${i}`);
    const pause = atMs - /** @type {number} */ (arrivals[i - 1]?.atMs);
    that(pause >= 950, `delivery ${i} came ${pause} ms after the one before; level 1 is 1,000`);
  }
  const dlq = `%DLQ%${group}`;
  await until('the dead letter', async () => (await context.stored(dlq)) === 1);
  await letRead(context, dlq);
  const [dead] = await context.drain(dlq, 1);
  equal(
    [POISON, 3, 'Bad', 'retry-key', sent.msgId],
    [dead?.body.toString(), dead?.reconsumeTimes, dead?.tags, dead?.keys, dead?.msgId],
    'the dead letter',
  );
  equal(
    [topic, sent.offsetMsgId],
    [dead?.getProperty('RETRY_TOPIC'), dead?.getProperty('ORIGIN_MESSAGE_ID')],
    'where the dead letter came from',
  );
  equal(2, await context.stored(`%RETRY%${group}`), 'messages in the retry topic');
  equal(4, received.size, 'deliveries in all');
}

/** A dead-letter topic is made for writing; operators open it to read. @param {Context} context @param {string} dlq */
export async function letRead(context, dlq) {
  await context.settleTopic({ topicName: dlq, readQueueNums: 1, writeQueueNums: 1, perm: 6 });
}

/** Levels 1, 2 and 3 (1, 5 and 10 seconds): not early, not much late, and where they were sent to. @param {Context} context */
export async function delayLevel(context) {
  const delays = [0, 1_000, 5_000, 10_000];
  const topic = await context.topic(4);
  const received = new Received();
  const consumer = context.pushConsumer(context.group());
  consumer.subscribe(topic);
  consumer.registerMessageListener((/** @type {any} */ messages) => {
    received.add(messages);
    return 'CONSUME_SUCCESS';
  });
  await consumer.start();
  const producer = await context.producer();
  const sent = new Map();
  for (const [level] of delays.entries()) {
    for (let i = 0; i < 4; i++) {
      const body = `${level}:${i}`;
      const message = new Message(topic, Buffer.from(body), { tags: `Tag${level}`, keys: body });
      if (level > 0) message.delayTimeLevel = level;
      sent.set(body, { atMs: Date.now(), result: await producer.send(message) });
    }
  }
  for (const { body, message, atMs } of await received.await(16)) {
    const level = Number(body[0]);
    const took = atMs - sent.get(body).atMs;
    const delay = /** @type {number} */ (delays[level]);
    that(took >= delay - 50 && took <= delay + 10_000, `level ${level} came after ${took} ms`);
    const { result } = sent.get(body);
    equal(
      [topic, `Tag${level}`, result.messageQueue.queueId, result.msgId],
      [message.topic, message.tags, message.queueId, message.msgId],
      body,
    );
  }
  equal(16, new Set(received.bodies).size, 'different messages');
  await until('16 records in the topic', async () => (await context.stored(topic)) === 16);
}
