import { equal, that, thrown, until } from '../check.mjs';
import { Message, queuesHeld, rocketmq } from '../context.mjs';

const { createReplyMessage } = rocketmq;

/** @typedef {import('../context.mjs').Context} Context */

/** The reply finds the producer that asked, by the broker's push to its connection. @param {Context} context */
export async function requestReply(context) {
  const topic = await context.topic(2);
  const replier = await context.producer(context.group('replier'));
  const consumer = context.pushConsumer(context.group());
  consumer.subscribe(topic);
  consumer.registerMessageListener(async (/** @type {any} */ messages) => {
    for (const message of messages) {
      const reply = createReplyMessage(message, Buffer.from(`re: ${message.body}`));
      reply.putProperty('answers', message.getProperty('number'));
      if (Number(message.getProperty('number')) % 3 === 0) await consumer.sendReply(reply);
      else await replier.send(reply);
    }
    return 'CONSUME_SUCCESS';
  });
  await consumer.start();
  await until("the replier's queues", () => queuesHeld(consumer, topic) === 2);
  const askers = [await context.producer(context.group('one')), await context.producer(context.group('two'))];
  for (let i = 0; i < 10; i++) {
    const request = new Message(topic, Buffer.from(`question ${i}`)).putProperty('number', String(i));
    const reply = await /** @type {any} */ (askers[i % 2]).request(request, 30_000);
    equal([`re: question ${i}`, String(i)], [reply.body.toString(), reply.getProperty('answers')], `reply ${i}`);
  }
  const question = new Message(topic, Buffer.from('async question')).putProperty('number', 'async');
  const later = await new Promise((resolve, reject) => {
    askers[0]?.requestAsync(question, { onSuccess: resolve, onException: reject }, 30_000);
  });
  equal('re: async question', later.body.toString(), 'reply to the async request');
}

/** Nobody replies: the request is stored, and the caller hears of the time-out. @param {Context} context */
export async function requestTimeout(context) {
  const topic = await context.topic(1);
  const producer = await context.producer();
  await context.send(producer, topic, 'warm', 1);
  const began = Date.now();
  const error = await thrown('a request without a replier', () =>
    producer.request(new Message(topic, Buffer.from('anyone?')), 3_000),
  );
  equal('TimeoutError', error.name, 'kind of error');
  that(Date.now() - began >= 2_900, `time-out after ${Date.now() - began} ms`);
  await until('the request in the topic', async () => (await context.stored(topic)) === 2);
}
