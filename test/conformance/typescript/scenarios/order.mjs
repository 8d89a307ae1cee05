import { equal, that, until } from '../check.mjs';
import { byNumber, Message, queuesHeld, Received } from '../context.mjs';
import { letRead } from './retry.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** All messages of a key go to one queue and are consumed as sent, one at a time in each queue. @param {Context} context */
export async function bySelector(context) {
  const topic = await context.topic(4);
  const received = new Received();
  const busy = new Set();
  const overlaps = new Set();
  const consumer = context.pushConsumer(context.group());
  consumer.subscribe(topic);
  consumer.registerMessageListenerOrderly(async (/** @type {any} */ messages) => {
    const { queueId } = messages[0];
    if (busy.has(queueId)) overlaps.add(queueId);
    busy.add(queueId);
    received.add(messages);
    await new Promise((resolve) => setImmediate(resolve));
    busy.delete(queueId);
    return 'SUCCESS';
  });
  await consumer.start();
  await sendByKey(await context.producer(), topic, 10, 20);
  await received.await(200);
  equal(200, received.size, 'messages');
  equal(0, overlaps.size, 'queues with two calls at once');
  checkOrder(received);
}

/** Two members of an orderly group: the broker's locks keep each queue with one of them. @param {Context} context */
export async function twoConsumers(context) {
  const topic = await context.topic(4);
  const all = [new Received(), new Received()];
  const consumers = [];
  for (const received of all) {
    const consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic);
    consumer.registerMessageListenerOrderly((/** @type {any} */ messages) => {
      received.add(messages);
      return 'SUCCESS';
    });
    await consumer.start();
    consumers.push(consumer);
  }
  await until('two queues each', () => consumers.every((consumer) => queuesHeld(consumer, topic) === 2));
  await sendByKey(await context.producer(), topic, 8, 10);
  const [first, second] = /** @type {[Received, Received]} */ (all);
  await until('80 messages', () => first.size + second.size >= 80);
  const queues = new Set(first.all.map(({ queueId }) => queueId));
  that(!second.all.some(({ queueId }) => queues.has(queueId)), 'both consumed the same queue');
  for (const received of all) checkOrder(received);
  equal(80, first.size + second.size, 'messages');
}

/** A message that fails holds its queue back; past its retries it becomes a dead letter and the queue goes on. @param {Context} context */
export async function suspendThenDlq(context) {
  const topic = await context.topic(1);
  const group = context.group();
  const received = new Received();
  const consumer = context.pushConsumer(group, { maxReconsumeTimes: 2 });
  consumer.subscribe(topic);
  consumer.registerMessageListenerOrderly((/** @type {any} */ messages, /** @type {any} */ status) => {
    received.add(messages);
    status.suspendCurrentQueueTimeMillis = 200;
    return messages[0].body.toString() === 'in1' ? 'SUSPEND_CURRENT_QUEUE_A_MOMENT' : 'SUCCESS';
  });
  await consumer.start();
  await context.send(await context.producer(), topic, 'in', 4);
  await received.awaitBodies(['in3']);
  equal(['in0', 'in1', 'in1', 'in1', 'in2', 'in3'], received.bodies, 'order of consumption');
  const dlq = `%DLQ%${group}`;
  await until('the dead letter', async () => (await context.stored(dlq)) === 1);
  await letRead(context, dlq);
  equal('in1', (await context.drain(dlq))[0]?.body.toString(), 'body of the dead letter');
}

/** @param {any} producer @param {string} topic @param {number} keys @param {number} each */
async function sendByKey(producer, topic, keys, each) {
  for (let number = 0; number < each; number++) {
    for (let key = 0; key < keys; key++) {
      await producer.sendBySelector(
        new Message(topic, Buffer.from(`${key}:${number}`), { keys: `k${key}` }),
        byNumber,
        key,
      );
    }
  }
}

/** @param {Received} received */
function checkOrder(received) {
  const next = new Map();
  const queueOf = new Map();
  for (const { body, queueId } of received.all) {
    const [key, number] = body.split(':');
    equal(next.get(key) ?? 0, Number(number), `next message of key ${key}`);
    next.set(key, Number(number) + 1);
    if (!queueOf.has(key)) queueOf.set(key, queueId);
    equal(queueOf.get(key), queueId, `queue of key ${key}`);
  }
}
