import { MessageBuilder } from 'rocketmq-nest';

import { equal, sameSet, until } from '../typescript/check.mjs';
import { User } from './nest-shop.mjs';

/**
 * Both applications, and the prefix of their topics.
 *
 * @typedef {{ run: string, spring: import('./client.mjs').SpringShop, nest: Awaited<ReturnType<typeof import('./nest-shop.mjs').startNestShop>> }} Shops
 */

/** Values that a listener heard. @param {{ heard: { listener: string, value: unknown }[] }} shop @param {string} listener */
const heardBy = (shop, listener) => shop.heard.filter((one) => one.listener === listener).map(({ value }) => value);

/** @param {{ heard: { listener: string, value: unknown }[] }} shop @param {string} listener @param {number} count */
async function awaitHeard(shop, listener, count) {
  await until(`${count} for ${listener}`, () => heardBy(shop, listener).length >= count);
  return heardBy(shop, listener);
}

const MESSY = 'Grüße, 世界 "quoted" {"a":1}';
const li = { name: 'Li 李', age: 21 };

/** What a Spring Boot application and a Nest application send each other. @type {Map<string, (shops: Shops) => Promise<void>>} */
export const scenarios = new Map([
  [
    'text-spring-to-nest',
    async ({ run, spring, nest }) => {
      for (const tag of ['a', 'c', 'b'])
        equal('SEND_OK', await spring.ask('text', `${run}_nest_text:${tag}`, `${tag} ${MESSY}`), 'status');
      sameSet([`a ${MESSY}`, `b ${MESSY}`], /** @type {string[]} */ (await awaitHeard(nest, 'text', 2)), 'texts');
    },
  ],
  [
    'text-nest-to-spring',
    async ({ run, spring, nest }) => {
      for (const tag of ['a', 'c', 'b']) await nest.template.syncSend(`${run}_spring_text:${tag}`, `${tag} ${MESSY}`);
      sameSet([`a ${MESSY}`, `b ${MESSY}`], /** @type {string[]} */ (await awaitHeard(spring, 'text', 2)), 'texts');
    },
  ],
  [
    'object-spring-to-nest',
    async ({ run, spring, nest }) => {
      equal('SEND_OK', await spring.ask('user', `${run}_nest_user`, li.name, li.age), 'status');
      equal([li], await awaitHeard(nest, 'user', 1), 'users');
    },
  ],
  [
    'object-nest-to-spring',
    async ({ run, spring, nest }) => {
      await nest.template.syncSend(`${run}_spring_user`, Object.assign(new User(), li));
      equal([li], await awaitHeard(spring, 'user', 1), 'users');
    },
  ],
  [
    'headers-spring-to-nest',
    async ({ run, spring, nest }) => {
      await spring.ask('ext', `${run}_nest_ext:t`, 'body', 'key-1', 'red');
      equal([{ body: 'body', tags: 't', keys: 'key-1', colour: 'red' }], await awaitHeard(nest, 'ext', 1), 'message');
    },
  ],
  [
    'headers-nest-to-spring',
    async ({ run, spring, nest }) => {
      const message = MessageBuilder.withPayload('body').setHeader('KEYS', 'key-1').setHeader('colour', 'red').build();
      await nest.template.syncSend(`${run}_spring_ext:t`, message);
      equal([{ body: 'body', colour: 'red', keys: 'key-1', tags: 't' }], await awaitHeard(spring, 'ext', 1), 'message');
    },
  ],
  [
    'order-spring-to-nest',
    async ({ run, spring, nest }) => {
      const wanted = Array.from({ length: 10 }, (_, index) => `m${index}`);
      const queues = new Set();
      for (const text of wanted) queues.add(await spring.ask('order', `${run}_nest_order`, text, 'one key'));
      equal(1, queues.size, 'queues of one key');
      equal(wanted, await awaitHeard(nest, 'order', 10), 'order');
    },
  ],
  [
    'order-nest-to-spring',
    async ({ run, spring, nest }) => {
      const wanted = Array.from({ length: 10 }, (_, index) => `m${index}`);
      for (const text of wanted) await nest.template.syncSendOrderly(`${run}_spring_order`, text, 'one key');
      equal(wanted, await awaitHeard(spring, 'order', 10), 'order');
    },
  ],
  [
    'same-key-same-queue',
    async ({ run, spring, nest }) => {
      for (const key of ['one key', 'another', '李', '']) {
        const ofSpring = await spring.ask('order', `${run}_keys`, 'from Spring', key);
        const { messageQueue } = await nest.template.syncSendOrderly(`${run}_keys`, 'from Nest', key);
        equal(ofSpring, messageQueue.queueId, `queue of ${JSON.stringify(key)}`);
      }
    },
  ],
  [
    'request-spring-to-nest',
    async ({ run, spring }) => {
      const reply = await spring.ask('ask', `${run}_nest_ask`, li.name, li.age);
      equal({ name: `${li.name} of Nest`, age: li.age + 1 }, reply, 'reply');
    },
  ],
  [
    'request-nest-to-spring',
    async ({ run, nest }) => {
      const reply = await nest.template.sendAndReceive(`${run}_spring_ask`, li, User, { timeout: 15_000 });
      equal({ name: `${li.name} of Spring`, age: li.age + 1 }, { ...reply }, 'reply');
    },
  ],
  [
    'retry-spring-to-nest',
    async ({ run, spring, nest }) => {
      await spring.ask('text', `${run}_nest_fail`, 'fails twice');
      equal([0, 1], await awaitHeard(nest, 'fail', 2), 'attempts');
    },
  ],
  [
    'retry-nest-to-spring',
    async ({ run, spring, nest }) => {
      await nest.template.syncSend(`${run}_spring_fail`, 'fails twice');
      equal([0, 1], await awaitHeard(spring, 'fail', 2), 'attempts');
    },
  ],
]);

/** Topics, and their queues. */
export const topics = ['nest', 'spring']
  .flatMap((side) => ['text', 'user', 'ext', 'order', 'ask', 'fail'].map((name) => `${side}_${name}`))
  .concat('keys');
