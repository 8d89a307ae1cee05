import { equal, sameSet, that, thrown, until } from '../check.mjs';
import { Message, numbered } from '../context.mjs';

const MESSAGE_ILLEGAL = 13;

/** @typedef {import('../context.mjs').Context} Context */

/** Each answer names the queue, the next offset in it and an id that leads back to the record. @param {Context} context */
export async function sync(context) {
  const topic = await context.topic(4);
  const producer = await context.producer();
  const next = new Map();
  const sent = new Map();
  for (let i = 0; i < 40; i++) {
    const result = await producer.send(new Message(topic, Buffer.from(`body${i}`), { tags: 'TagA', keys: `key${i}` }));
    equal('SEND_OK', result.sendStatus, 'status');
    that(/^[0-9A-F]{32}$/.test(result.msgId), `msgId of 32 hex digits: ${result.msgId}`);
    that(/^[0-9A-F]{32}$/.test(result.offsetMsgId), `offsetMsgId of 32 hex digits: ${result.offsetMsgId}`);
    const { queueId } = result.messageQueue;
    equal(next.get(queueId) ?? 0, result.queueOffset, `queueOffset in queue ${queueId}`);
    equal('DefaultRegion', result.regionId, 'regionId');
    equal(true, result.traceOn, 'traceOn');
    next.set(queueId, result.queueOffset + 1);
    sent.set(`body${i}`, result);
  }
  equal([10, 10, 10, 10], [...next.values()], 'messages in each queue');
  const stored = await context.drain(topic, 40);
  equal(40, stored.length, 'stored messages');
  for (const message of stored) {
    const result = sent.get(message.body.toString());
    equal(result.msgId, message.msgId, 'msgId');
    equal(result.offsetMsgId, message.offsetMsgId, 'offsetMsgId');
    equal(result.queueOffset, message.queueOffset, 'queueOffset');
    equal(result.messageQueue.queueId, message.queueId, 'queueId');
    equal(result.messageQueue.brokerName, message.brokerName, 'brokerName');
    equal('TagA', message.tags, 'tags');
    equal(message.body.toString().replace('body', 'key'), message.keys, 'keys');
    equal(0, message.reconsumeTimes, 'reconsumeTimes');
    that(message.storeTimestamp >= message.bornTimestamp, 'stored after it was born');
    that(message.bornHost.startsWith('127.0.0.1:'), `bornHost ${message.bornHost}`);
  }
}

/** @param {Context} context */
export async function async(context) {
  const topic = await context.topic(4);
  const producer = await context.producer();
  await Promise.all(
    numbered('async', 100).map(
      (body) =>
        new Promise((resolve, reject) => {
          producer.sendAsync(new Message(topic, Buffer.from(body)), { onSuccess: resolve, onException: reject });
        }),
    ),
  );
  await context.expectBodies(topic, numbered('async', 100));
}

/** @param {Context} context */
export async function oneway(context) {
  const topic = await context.topic(4);
  const producer = await context.producer();
  for (const body of numbered('oneway', 60)) await producer.sendOneWay(new Message(topic, Buffer.from(body)));
  await until('60 stored', async () => (await context.stored(topic)) === 60);
  await context.expectBodies(topic, numbered('oneway', 60));
}

/** One request, many records: each with its own offset, id and properties. @param {Context} context */
export async function batch(context) {
  const topic = await context.topic(1);
  const producer = await context.producer();
  const messages = numbered('batch', 20).map((body, i) => {
    const properties = /** @type {[string, string][]} */ ([['number', String(i)]]);
    return new Message(topic, Buffer.from(body), {
      tags: i % 2 === 0 ? 'Even' : 'Odd',
      keys: `batchkey${i}`,
      properties,
    });
  });
  await context.send(producer, topic, 'before', 3);
  const result = await producer.sendBatch(messages);
  equal('SEND_OK', result.sendStatus, 'status');
  equal(3, result.queueOffset, 'queueOffset of the first');
  const [ids, offsetIds] = [result.msgId.split(','), result.offsetMsgId.split(',')];
  equal([20, 20], [ids.length, offsetIds.length], 'ids');
  const [after] = await context.send(producer, topic, 'after', 1);
  equal(23, after?.queueOffset, 'queueOffset after the batch');
  const stored = await context.drain(topic, 24);
  equal(24, stored.length, 'stored messages');
  for (let i = 0; i < 20; i++) {
    const message = /** @type {NonNullable<typeof stored[0]>} */ (stored[3 + i]);
    equal(`batch${i}`, message.body.toString(), 'body');
    equal(3 + i, message.queueOffset, 'queueOffset');
    equal(i % 2 === 0 ? 'Even' : 'Odd', message.tags, 'tags');
    equal(`batchkey${i}`, message.keys, 'keys');
    equal(String(i), message.getProperty('number'), 'user property');
    equal(ids[i], message.msgId, 'msgId');
    equal(offsetIds[i], message.offsetMsgId, 'offsetMsgId');
  }
  equal(
    'batch7',
    (await context.admin.viewMessage(topic, offsetIds[7]))?.body.toString(),
    'view by the eighth offsetMsgId',
  );
}

/** Small, compressed (from 4096 bytes on) and as large as a broker takes. @param {Context} context */
export async function sizes(context) {
  const topic = await context.topic(1);
  const plain = await context.producer(context.group('plain'), { compressMsgBodyOverHowmuch: 0 });
  const compressing = await context.producer(context.group('compressing'));
  const bodies = [];
  for (const size of [1, 4095, 4096, 100_000]) {
    bodies.push(text(size));
    await compressing.send(new Message(topic, text(size)));
  }
  for (const size of [4096, 1 << 20, 4 << 20]) {
    bodies.push(noise(size));
    await plain.send(new Message(topic, noise(size)));
  }
  const stored = await context.drain(topic, bodies.length);
  equal(bodies.length, stored.length, 'messages');
  for (const [i, body] of bodies.entries()) {
    const message = /** @type {NonNullable<typeof stored[0]>} */ (stored[i]);
    that(body.equals(message.body), `body of ${body.length} bytes came back as ${message.body.length}`);
    const isPacked = i < 4 && body.length >= 4096;
    equal(isPacked, message.storeSize < body.length, `stored compressed at ${body.length} bytes`);
  }
}

/** What the broker itself refuses, past the client's own checks. @param {Context} context */
export async function refused(context) {
  const topic = await context.topic(1);
  const options = { compressMsgBodyOverHowmuch: 0, maxMessageSize: 8 << 20, retryTimesWhenSendFailed: 0 };
  const producer = await context.producer(context.group('producer'), options);
  const tooLarge = await thrown('a body of 4 MiB + 1', () => producer.send(new Message(topic, noise((4 << 20) + 1))));
  equal(['RemoteError', MESSAGE_ILLEGAL], [tooLarge.name, tooLarge.responseCode], 'a body of 4 MiB + 1');
  const wordy = new Message(topic, Buffer.from('body')).putProperty('long', 'x'.repeat(33_000));
  const tooWordy = await thrown('33,000 characters of properties', () => producer.send(wordy));
  equal(['RemoteError', MESSAGE_ILLEGAL], [tooWordy.name, tooWordy.responseCode], '33,000 characters of properties');
  equal(0, await context.stored(topic), 'stored after refusals');
  await context.send(producer, topic, 'fine', 1);
}

/** The first send to an unknown topic creates it with the queues of the producer's default. @param {Context} context */
export async function autoCreate(context) {
  const topic = context.name();
  const producer = await context.producer();
  await context.send(producer, topic, 'first', 8);
  await until('route', async () => (await context.admin.route(topic))?.queueDatas.length === 1);
  const queues = (await context.admin.route(topic))?.queueDatas[0];
  equal([4, 4, 6], [queues?.readQueueNums, queues?.writeQueueNums, queues?.perm], 'queues and permission');
  await context.expectBodies(topic, numbered('first', 8));
}

/** Properties survive in any script. @param {Context} context */
export async function properties(context) {
  const topic = await context.topic(1);
  const producer = await context.producer();
  const wanted = new Map([
    ['plain', 'value'],
    ['umlaut-ключ-鍵', 'Grüße, 世界 🚀'],
    ['json', '{"a":[1,2],"b":"c=d;e,f"}'],
    ['spaces', '  two  spaces  '],
    ['long', 'y'.repeat(5_000)],
  ]);
  const keys = ['one', 'two', 'three'];
  await producer.send(
    new Message(topic, Buffer.from('body'), { tags: 'Tag-ü', keys, flag: 0x1234, properties: wanted }),
  );
  const [stored] = await context.drain(topic, 1);
  for (const [name, value] of wanted) equal(value, stored?.getProperty(name), `property ${name}`);
  equal(['Tag-ü', 'one two three', 0x1234], [stored?.tags, stored?.keys, stored?.flag], 'tags, keys and flag');
}

/** Calls that cannot work are refused before anything is sent, and say what to do. @param {Context} context */
export async function misuse(context) {
  const topic = await context.topic(1);
  const producer = await context.producer();
  const attempts = [
    () => producer.send(new Message(topic, Buffer.alloc(0))),
    () => producer.send(new Message('no spaces allowed', Buffer.from('x'))),
    () => producer.send(new Message('SCHEDULE_TOPIC_XXXX', Buffer.from('x'))),
    () => producer.sendBatch([]),
    () => producer.sendBatch([new Message(topic, Buffer.from('x')), new Message('other', Buffer.from('x'))]),
  ];
  for (const attempt of attempts) equal('ClientError', (await thrown('misuse', attempt)).name, 'kind of error');
  equal(0, await context.stored(topic), 'stored');
  sameSet([], (await context.drain(topic)).map(String), 'messages');
}

/** @param {number} size */
const text = (size) => Buffer.from(Array.from({ length: size }, (_, i) => 97 + (i % 26)));

/** The same noise for the same size. @param {number} size */
function noise(size) {
  const bytes = Buffer.alloc(size);
  let state = size >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
