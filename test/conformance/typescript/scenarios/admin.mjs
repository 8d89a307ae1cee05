import { equal, that, thrown, until } from '../check.mjs';
import { numbered, queuesHeld, Received } from '../context.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/** Create, change, list, delete. @param {Context} context */
export async function topic(context) {
  const { admin } = context;
  const name = await context.topic(2);
  that((await admin.topicList()).includes(name), 'the topic is listed');
  await context.settleTopic({ topicName: name, readQueueNums: 3, writeQueueNums: 3, perm: 4 });
  await admin.deleteTopic(name);
  await until('the end of the topic', async () => (await admin.route(name)) === undefined);
  equal(
    'ClientError',
    (await thrown('a bad name', () => admin.createTopic({ topicName: '../x' }))).name,
    'kind of error',
  );
}

/** What runs, who is connected, and what goes on inside a consumer. @param {Context} context */
export async function connections(context) {
  const { admin } = context;
  const name = await context.topic(2);
  const group = context.group();
  const received = new Received();
  const consumer = context.pushConsumer(group);
  consumer.subscribe(name, 'TagA');
  consumer.registerMessageListener((/** @type {any} */ messages) => {
    received.add(messages);
    return 'CONSUME_SUCCESS';
  });
  await consumer.start();
  await until('two queues', () => queuesHeld(consumer, name) === 2);
  const clusters = await admin.clusterInfo();
  that(clusters.brokerAddrTable.size > 0, 'a broker in the cluster');
  await until('the connection', async () => (await admin.consumerConnection(group)).connectionSet.length === 1);
  const { connectionSet, messageModel, consumeType } = await admin.consumerConnection(group);
  equal(consumer.clientId, connectionSet[0]?.clientId, 'clientId');
  equal(['CLUSTERING', 'CONSUME_PASSIVELY'], [messageModel, consumeType], 'model and type');
  equal([consumer.clientId], await admin.consumerIds(group, name), 'client ids');
  const info = await admin.consumerRunningInfo(group, consumer.clientId);
  equal(2, [...info.mqTable.keys()].filter((queue) => queue.topic === name).length, 'queues in the running info');
  equal('CONSUME_PASSIVELY', info.properties.get('PROP_CONSUME_TYPE'), 'PROP_CONSUME_TYPE');
}

/** An operator sets a running group back: it sees everything again. @param {Context} context */
export async function resetOffset(context) {
  const name = await context.topic(2);
  const group = context.group();
  const received = new Received();
  const consumer = context.pushConsumer(group, { persistConsumerOffsetIntervalMs: 500 });
  consumer.subscribe(name);
  consumer.registerMessageListener((/** @type {any} */ messages) => {
    received.add(messages);
    return 'CONSUME_SUCCESS';
  });
  await consumer.start();
  const beganAt = Date.now();
  await context.send(await context.producer(), name, 'm', 10);
  await received.awaitBodies(numbered('m', 10));
  await until('the commit', async () => (await context.admin.lag(group, name)) === 0);
  const table = await context.admin.resetOffsetByTimestamp(group, name, beganAt - 60_000);
  equal([0, 0], [...table.values()], 'new offsets');
  await until('everything twice', () => received.size >= 20);
}
