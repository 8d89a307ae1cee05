import { equal, sameSet, sleep, that, until } from '../check.mjs';
import { byNumber, Message, numbered, queuesHeld, Received } from '../context.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** @param {any} consumer @param {...Received} all */
function listen(consumer, ...all) {
  consumer.registerMessageListener((/** @type {any} */ messages) => {
    for (const received of all) received.add(messages);
    return 'CONSUME_SUCCESS';
  });
}

/** @param {Context} context */
export async function tagFilter(context) {
  const topic = await context.topic(4);
  const received = new Received();
  const consumer = context.pushConsumer(context.group());
  consumer.subscribe(topic, 'TagA || TagB');
  listen(consumer, received);
  await consumer.start();
  const producer = await context.producer();
  const tags = ['TagA', 'TagB', 'TagC', ''];
  const wanted = [];
  for (let i = 0; i < 60; i++) {
    const tag = /** @type {string} */ (tags[i % 4]);
    // By three, so that every queue gets every tag.
    await producer.sendBySelector(
      new Message(topic, Buffer.from(`${tag}${i}`), { tags: tag }),
      byNumber,
      Math.floor(i / 3) % 4,
    );
    if (i % 4 < 2) wanted.push(`${tag}${i}`);
  }
  await received.awaitBodies(wanted);
  // A last TagA in each queue: when these arrived, all before them were looked at.
  for (let queue = 0; queue < 4; queue++) {
    wanted.push(`last${queue}`);
    await producer.sendBySelector(new Message(topic, Buffer.from(`last${queue}`), { tags: 'TagA' }), byNumber, queue);
  }
  await received.awaitBodies(wanted);
  equal(wanted.length, received.size, 'messages (none of TagC, none without a tag, none twice)');
}

/** Eight queues move from one consumer to two and back, under load, and nothing is lost. @param {Context} context */
export async function rebalance(context) {
  const topic = await context.topic(8);
  const group = context.group();
  const [received, bySecond] = [new Received(), new Received()];
  const first = context.pushConsumer(group);
  first.subscribe(topic);
  listen(first, received);
  await first.start();
  await until('eight queues with the first', () => queuesHeld(first, topic) === 8);

  const producer = await context.producer();
  /** @type {string[]} */
  const sent = [];
  let isSending = true;
  const sending = (async () => {
    for (let i = 0; isSending; i++) {
      await producer.send(new Message(topic, Buffer.from(`load${i}`)));
      sent.push(`load${i}`);
      await sleep(5);
    }
  })();
  const second = context.pushConsumer(group);
  second.subscribe(topic);
  listen(second, received, bySecond);
  const joinedAt = Date.now();
  await second.start();
  await until('four queues each', () => queuesHeld(first, topic) === 4 && queuesHeld(second, topic) === 4);
  // Consumers look by themselves every 20 s: faster means that the broker told them.
  that(Date.now() - joinedAt < 15_000, `sharing took ${Date.now() - joinedAt} ms; was nobody notified?`);
  await bySecond.await(20);
  const leftAt = Date.now();
  await second.shutdown();
  await until('all eight with the first again', () => queuesHeld(first, topic) === 8);
  that(Date.now() - leftAt < 15_000, `taking over took ${Date.now() - leftAt} ms; was nobody notified?`);
  await received.await(received.size + 20);
  isSending = false;
  await sending;
  await received.awaitBodies(sent);
}

/** @param {Context} context */
export async function broadcast(context) {
  const topic = await context.topic(4);
  const group = context.group();
  const all = [new Received(), new Received()];
  for (const [number, received] of all.entries()) {
    const consumer = context.pushConsumer(group, {
      messageModel: 'BROADCASTING',
      instanceName: context.name(String(number)),
      offsetStorePath: context.folder('offsets'),
    });
    consumer.subscribe(topic);
    listen(consumer, received);
    await consumer.start();
  }
  await context.send(await context.producer(), topic, 'news', 30);
  for (const received of all) {
    await received.awaitBodies(numbered('news', 30));
    equal(30, received.size, 'messages for each');
  }
}

/** A consumer that comes back goes on where its group was. @param {Context} context */
export async function offsetsSurvive(context) {
  const topic = await context.topic(4);
  const group = context.group();
  const producer = await context.producer();
  const [before, after] = [new Received(), new Received()];
  const first = context.pushConsumer(group);
  first.subscribe(topic);
  listen(first, before);
  await first.start();
  await context.send(producer, topic, 'before', 20);
  await before.await(20);
  await first.shutdown();
  equal(0, await context.admin.lag(group, topic), 'lag after the first left');
  await context.send(producer, topic, 'meanwhile', 20);
  const second = context.pushConsumer(group);
  second.subscribe(topic);
  listen(second, after);
  await second.start();
  await context.send(producer, topic, 'after', 20);
  await after.awaitBodies([...numbered('meanwhile', 20), ...numbered('after', 20)]);
  equal([20, 40], [before.size, after.size], 'messages for the first and the second');
  await second.shutdown();
  equal(0, await context.admin.lag(group, topic), 'lag after the second left');
}

/** Where a group without offsets begins. @param {Context} context */
export async function consumeFromWhere(context) {
  const topic = await context.topic(2);
  const producer = await context.producer();
  await context.send(producer, topic, 'old', 10);
  // A clustering group asks the broker, which answers 0 while the queue still begins at 0 and is in memory: all of the old.
  const clustered = await startAt(context, topic, 'cluster', { consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
  // consumeTimestamp is in whole seconds: the boundary is the start of the next one.
  const boundary = (Math.floor(Date.now() / 1000) + 1) * 1000;
  await until('the next second', () => Date.now() >= boundary + 20);
  await context.send(producer, topic, 'recent', 10);
  // Broadcasting consumers keep offsets themselves, so each really begins where it was told to.
  const own = {
    messageModel: /** @type {const} */ ('BROADCASTING'),
    offsetStorePath: context.folder('offsets'),
  };
  const fromFirst = await startAt(context, topic, 'first', { ...own, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' });
  const fromTime = await startAt(context, topic, 'time', {
    ...own,
    consumeFromWhere: 'CONSUME_FROM_TIMESTAMP',
    consumeTimestamp: stamp(new Date(boundary)),
  });
  const fromLast = await startAt(context, topic, 'last', { ...own, consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
  const perTopic = await startAt(context, topic, 'per-topic', {
    ...own,
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    perTopicConsumeFromWhere: new Map([[topic, 'CONSUME_FROM_LAST_OFFSET']]),
  });
  await context.send(producer, topic, 'new', 10);
  const [old, recent, fresh] = ['old', 'recent', 'new'].map((prefix) => numbered(prefix, 10));
  await expectBodies('clustering from last, on a young topic', clustered, old, recent, fresh);
  await expectBodies('from first', fromFirst, old, recent, fresh);
  await expectBodies('from a timestamp', fromTime, recent, fresh);
  await expectBodies('from last', fromLast, fresh);
  await expectBodies('from last for this topic', perTopic, fresh);
}

/** @param {Context} context @param {string} topic @param {string} part @param {any} options */
async function startAt(context, topic, part, options) {
  const received = new Received();
  const consumer = context.pushConsumer(context.group(part), { instanceName: context.name(part), ...options });
  consumer.subscribe(topic);
  listen(consumer, received);
  await consumer.start();
  await until(`queues for ${part}`, () => queuesHeld(consumer, topic) === 2);
  return received;
}

/** @param {string} what @param {Received} received @param {...(string[] | undefined)} parts */
async function expectBodies(what, received, ...parts) {
  const wanted = parts.flatMap((part) => part ?? []);
  await received.awaitBodies(wanted);
  sameSet(wanted, received.bodies, what);
}

/** @param {Date} date */
function stamp(date) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** Calls in flight end before shutdown does, and nothing is delivered twice for it. @param {Context} context */
export async function shutdownDrains(context) {
  const topic = await context.topic(2);
  const group = context.group();
  let finished = 0;
  const begun = new Received();
  const consumer = context.pushConsumer(group);
  consumer.subscribe(topic);
  consumer.registerMessageListener(async (/** @type {any} */ messages) => {
    begun.add(messages);
    await sleep(400);
    finished++;
    return 'CONSUME_SUCCESS';
  });
  await consumer.start();
  await context.send(await context.producer(), topic, 'slow', 20);
  await begun.await(4);
  await consumer.shutdown();
  equal(begun.size, finished, 'calls finished at the end of shutdown');
  const rest = new Received();
  const next = context.pushConsumer(group);
  next.subscribe(topic);
  listen(next, rest);
  await next.start();
  const gone = begun.bodies;
  await rest.awaitBodies(numbered('slow', 20).filter((body) => !gone.includes(body)));
  // Offsets are one number a queue: what was finished behind an unfinished message comes again, what was finished before it does not.
  that(rest.size <= 20 - 1, `only ${20 - rest.size} messages were taken as consumed`);
}
