import { equal, sameSet, until } from '../check.mjs';
import { byNumber, Message, numbered, Received } from '../context.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** subscribe, poll, commitSync; the next member of the group goes on after the commit. @param {Context} context */
export async function liteSubscribe(context) {
  const topic = await context.topic(4);
  const group = context.group();
  const producer = await context.producer();
  const first = context.litePull(group, { autoCommit: false });
  first.subscribe(topic, 'TagA');
  await first.start();
  const wanted = [];
  for (let i = 0; i < 40; i++) {
    const tags = i % 2 === 0 ? 'TagA' : 'TagB';
    await producer.send(new Message(topic, Buffer.from(`${tags}${i}`), { tags }));
    if (i % 2 === 0) wanted.push(`${tags}${i}`);
  }
  const received = new Received();
  await until('twenty of TagA', async () => {
    received.add(await first.poll(500));
    return received.size >= 20;
  });
  sameSet(wanted, received.bodies, 'messages of TagA');
  await first.commitSync();
  await first.shutdown();

  await producer.send(new Message(topic, Buffer.from('later'), { tags: 'TagA' }));
  const second = context.litePull(group);
  second.subscribe(topic, 'TagA');
  await second.start();
  const rest = new Received();
  await until('the later one', async () => {
    rest.add(await second.poll(500));
    return rest.bodies.includes('later');
  });
  equal(['later'], rest.bodies, 'what the second consumer polled');
}

/** assign, seek to begin, to an offset, to the end; pause; by time; commit and read the commit back. @param {Context} context */
export async function liteAssign(context) {
  const topic = await context.topic(2);
  const group = context.group();
  const producer = await context.producer();
  const consumer = context.litePull(group, { autoCommit: false });
  await consumer.start();
  const queue = /** @type {any} */ ((await consumer.fetchMessageQueues(topic)).find(({ queueId }) => queueId === 1));
  const sendTo1 = (/** @type {string} */ body) =>
    producer.sendBySelector(new Message(topic, Buffer.from(body)), byNumber, 1);
  for (const body of numbered('m', 20)) await sendTo1(body);
  consumer.assign([queue]);
  await until('the assignment', () => consumer.assignment().length === 1);
  await consumer.seekToBegin(queue);
  equal(numbered('m', 20), await poll(consumer, 20), 'from the beginning');

  await consumer.seek(queue, 15);
  equal(numbered('m', 20).slice(15), await poll(consumer, 5), 'from offset 15');
  await consumer.commitSync();
  equal(20, await consumer.committed(queue), 'committed offset');

  consumer.pause([queue]);
  await sendTo1('paused');
  consumer.resume([queue]);
  equal(['paused'], await poll(consumer, 1), 'after a pause');

  await consumer.seekToEnd(queue);
  await sendTo1('end');
  equal(['end'], await poll(consumer, 1), 'from the end');
  equal(0, await consumer.offsetForTimestamp(queue, Date.now() - 3_600_000), 'offset an hour ago');
  await consumer.commitSync();
  equal(22, await consumer.committed(queue), 'committed offset');
  const stats = await context.admin.consumeStats(group, topic);
  const mine = [...stats.offsetTable].find(([{ queueId }]) => queueId === 1);
  equal(22, mine?.[1].consumerOffset, 'committed offset as the tools see it');
}

/** @param {any} consumer @param {number} count */
async function poll(consumer, count) {
  const received = new Received();
  await until(`${count} messages`, async () => {
    received.add(await consumer.poll(500));
    return received.size >= count;
  });
  return received.bodies;
}
