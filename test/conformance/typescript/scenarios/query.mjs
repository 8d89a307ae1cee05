import { equal, sameSet, sleep, until } from '../check.mjs';
import { Message } from '../context.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** @param {Context} context */
export async function byKey(context) {
  const topic = await context.topic(4);
  const other = await context.topic(1, 'other');
  const producer = await context.producer();
  const beganAt = Date.now();
  for (let i = 0; i < 12; i++) {
    await producer.send(new Message(topic, Buffer.from(`body${i}`), { keys: ['all', `order${i}`, `mod${i % 3}`] }));
  }
  await producer.send(new Message(other, Buffer.from('elsewhere'), { keys: 'all' }));
  const bodies = async (/** @type {string} */ where, /** @type {string} */ key, more = {}) => {
    const query = { topic: where, key, beginTimestamp: beganAt - 60_000, endTimestamp: Date.now() + 60_000, ...more };
    return (await producer.queryMessage(query)).map(({ body }) => body.toString());
  };
  await until('twelve by a shared key', async () => (await bodies(topic, 'all')).length === 12);
  sameSet(['body7'], await bodies(topic, 'order7'), 'by a single key');
  sameSet(['body1', 'body4', 'body7', 'body10'], await bodies(topic, 'mod1'), 'by a key of four');
  equal(5, (await bodies(topic, 'all', { maxNum: 5 })).length, 'at most five');
  sameSet(['elsewhere'], await bodies(other, 'all'), 'the same key in another topic');
  sameSet([], await bodies(topic, 'absent'), 'an absent key');
  const earlier = { beginTimestamp: beganAt - 7_200_000, endTimestamp: beganAt - 3_600_000 };
  sameSet([], await bodies(topic, 'order7', earlier), 'a key an hour before');
}

/** @param {Context} context */
export async function byUniqueKey(context) {
  const topic = await context.topic(4);
  const sent = await context.send(await context.producer(), topic, 'unique', 8);
  for (const [i, { msgId, queueOffset }] of sent.entries()) {
    await until(`message ${msgId}`, async () => (await context.admin.viewMessage(topic, msgId)) !== undefined);
    const found = await context.admin.viewMessage(topic, msgId);
    equal(
      [`unique${i}`, msgId, queueOffset],
      [found?.body.toString(), found?.msgId, found?.queueOffset],
      `message ${i}`,
    );
  }
}

/** @param {Context} context */
export async function byOffsetMsgId(context) {
  const topic = await context.topic(4);
  const sent = await context.send(await context.producer(), topic, 'view', 8);
  for (const [i, { offsetMsgId, messageQueue, queueOffset }] of sent.entries()) {
    const found = await context.admin.viewMessage(topic, offsetMsgId);
    const wanted = [`view${i}`, topic, messageQueue.queueId, queueOffset];
    equal(wanted, [found?.body.toString(), found?.topic, found?.queueId, found?.queueOffset], `message ${i}`);
  }
}

/** minOffset, maxOffset, the offset at a time and the time of the first message. @param {Context} context */
export async function offsets(context) {
  const topic = await context.topic(1);
  const producer = await context.producer();
  const { admin } = context;
  const queue = /** @type {any} */ ((await admin.fetchMessageQueues(topic))[0]);
  equal([0, 0], [await admin.maxOffset(queue), await admin.minOffset(queue)], 'ends of an empty queue');
  for (let i = 0; i < 10; i++) {
    // Each in a millisecond of its own, or a search by time could not tell them apart.
    await sleep(3);
    await context.send(producer, topic, `m${i}-`, 1);
  }
  const stored = await context.drain(topic, 10);
  equal([10, 0], [await admin.maxOffset(queue), await admin.minOffset(queue)], 'ends');
  equal(stored[0]?.storeTimestamp, await admin.earliestStoreTime(queue), 'earliestStoreTime');
  for (const [i, { storeTimestamp }] of stored.entries()) {
    equal(i, await admin.searchOffset(queue, storeTimestamp), `searchOffset at the time of message ${i}`);
  }
  equal(0, await admin.searchOffset(queue, Date.now() - 3_600_000), 'searchOffset an hour before the first');
  equal(10, await admin.searchOffset(queue, Date.now() + 3_600_000), 'searchOffset an hour after the last');
}
