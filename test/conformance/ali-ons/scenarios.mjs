import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { until } from './context.mjs';

/** @typedef {import('./context.mjs').Context} Context @typedef {import('./context.mjs').Message} Message */

/** Collects bodies. @param {string[]} bodies @returns {(message: Message) => Promise<void>} */
const into = (bodies) => async (message) => void bodies.push(message.body.toString());

/** @param {number} count @param {string} prefix */
const numbered = (count, prefix) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Waits for messages and wants each of them once. @param {string[]} bodies @param {string[]} wanted */
async function expectOnce(bodies, wanted) {
  await until(
    () => bodies.length >= wanted.length,
    () => `${bodies.length} of ${wanted.length}`,
  );
  assert.deepEqual([...bodies].sort(), [...wanted].sort());
}

/** @param {Context} context */
async function sendAndReceive(context) {
  const producer = await context.producer();
  /** @type {Message[]} */
  const got = [];
  await context.consumer(async (message) => void got.push(message));
  for (const body of numbered(40, 'b')) {
    await context.send(producer, body, { tags: 'TagA', keys: [`k-${body}`], properties: { color: `red-${body}` } });
  }
  const bodies = () => got.map(({ body }) => body.toString());
  await until(
    () => got.length >= 40,
    () => `${got.length} of 40`,
  );
  assert.deepEqual(bodies().sort(), numbered(40, 'b').sort());
  for (const { body, tags, keys, properties } of got) {
    const wanted = { tags: 'TagA', keys: `k-${body}`, color: `red-${body}` };
    assert.deepEqual({ tags, keys, color: properties.color }, wanted);
  }
}

/** @param {Context} context */
async function sendCompressed(context) {
  const producer = await context.producer();
  /** @type {string[]} */
  const bodies = [];
  await context.consumer(into(bodies));
  const body = 'a body that becomes smaller '.repeat(4000);
  await context.send(producer, body);
  await expectOnce(bodies, [body]);
}

/** @param {Context} context */
async function tagFilter(context) {
  const producer = await context.producer();
  /** @type {string[]} */
  const bodies = [];
  await context.consumer(into(bodies), { expression: 'a || c' });
  const tagged = numbered(30, '').map((number, index) => ({ tag: 'abc'.charAt(index % 3), number }));
  for (const { tag, number } of tagged) await context.send(producer, `${tag}${number}`, { tags: tag });
  // More than one for each of four queues: whoever has them all has passed what came before.
  for (const body of numbered(12, 'a-last')) await context.send(producer, body, { tags: 'a' });
  const wanted = tagged.filter(({ tag }) => tag !== 'b').map(({ tag, number }) => `${tag}${number}`);
  await expectOnce(bodies, [...wanted, ...numbered(12, 'a-last')]);
}

/** @param {Context} context */
async function delayLevel(context) {
  const producer = await context.producer();
  /** @type {number[]} */
  const times = [];
  await context.consumer(async () => void times.push(performance.now()));
  const sentAt = performance.now();
  await context.send(producer, 'late', { delayTimeLevel: 2 });
  await until(
    () => times.length > 0,
    () => 'nothing came',
  );
  const waitedMs = (times[0] ?? 0) - sentAt;
  assert.ok(waitedMs > 4_500 && waitedMs < 20_000, `level 2 is 5 s, it took ${waitedMs} ms`);
}

/** @param {Context} context */
async function retry(context) {
  const producer = await context.producer();
  /** @type {number[]} */
  const times = [];
  await context.consumer(async ({ reconsumeTimes }) => {
    times.push(reconsumeTimes);
    if (reconsumeTimes === 0) throw new Error('once more');
  });
  await context.send(producer, 'again');
  await until(
    () => times.length >= 2,
    () => `delivered ${times.length} times`,
  );
  assert.deepEqual(times, [0, 1]);
}

/**
 * Sends until each of two consumers has received something.
 *
 * @param {Context} context @param {string[][]} received @returns {Promise<string[]>} what was sent
 */
async function sendUntilBothHear(context, received) {
  const producer = await context.producer();
  const sent = [];
  while (received.some((bodies) => bodies.length === 0)) {
    assert.ok(sent.length < 1_000, `received ${received.map((bodies) => bodies.length)}`);
    const body = `probe${sent.length}`;
    await context.send(producer, body);
    sent.push(body);
    await pause(50);
  }
  return sent;
}

/** @param {Context} context */
async function broadcast(context) {
  const producer = await context.producer();
  /** @type {string[][]} */
  const received = [[], []];
  for (const bodies of received) await context.consumer(into(bodies), { isBroadcast: true });
  await sendUntilBothHear(context, received);
  const wanted = numbered(12, 'b');
  for (const body of wanted) await context.send(producer, body);
  for (const bodies of received) {
    await until(
      () => wanted.every((body) => bodies.includes(body)),
      () => String(bodies),
    );
  }
}

/** @param {Context} context */
async function twoConsumers(context) {
  await context.producer();
  /** @type {string[][]} */
  const received = [[], []];
  for (const bodies of received) await context.consumer(into(bodies));
  const sent = await sendUntilBothHear(context, received);
  await until(
    () => sent.every((body) => received.flat().includes(body)),
    () => `${received.flat().length} of ${sent.length}`,
  );
}

/** @param {Context} context */
async function offsetsSurvive(context) {
  const producer = await context.producer();
  /** @type {string[][]} */
  const [before, after] = [[], []];
  const consumer = await context.consumer(into(before));
  for (const body of numbered(20, 'a')) await context.send(producer, body);
  await expectOnce(before, numbered(20, 'a'));
  await consumer.close();
  for (const body of numbered(20, 'b')) await context.send(producer, body);
  await context.consumer(into(after));
  await expectOnce(after, numbered(20, 'b'));
}

/** The slow ones first. @type {Map<string, (context: Context) => Promise<void>>} */
export const scenarios = new Map([
  ['retry', retry],
  ['two-consumers', twoConsumers],
  ['delay-level', delayLevel],
  ['broadcast', broadcast],
  ['offsets-survive', offsetsSurvive],
  ['tag-filter', tagFilter],
  ['send-and-receive', sendAndReceive],
  ['send-compressed', sendCompressed],
]);
