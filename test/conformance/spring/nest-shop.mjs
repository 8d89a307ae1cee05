import 'reflect-metadata';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConsumeMode, MessageExt, RocketMQMessageListener, RocketMQModule, RocketMQTemplate } from 'rocketmq-nest';

/** The payload that Spring's User class is read to. */
export class User {
  /** @type {string} */
  name = '';
  /** @type {number} */
  age = 0;
}

/**
 * A Nest application with one listener of each kind, the counterpart of the Spring Boot application beside. Written without
 * decorator syntax, since conformance runs as plain JavaScript.
 *
 * @param {string} nameServer @param {string} run  prefix of topics and groups
 */
export async function startNestShop(nameServer, run) {
  /** @type {{ listener: string, value: unknown }[]} */
  const heard = [];
  /** @param {string} name @param {object} options @param {(payload: any) => unknown} onMessage */
  const listener = (name, options, onMessage) => {
    class Listener {
      /** @param {any} payload */
      onMessage(payload) {
        return onMessage(payload);
      }
    }
    RocketMQMessageListener(`${run}_nest_${name}`, `${run}_nest_${name}_g`, options)(Listener);
    return Listener;
  };
  /** @param {string} name @param {unknown} value */
  const note = (name, value) => void heard.push({ listener: name, value });
  const listeners = [
    listener('text', { payloadType: String, selectorExpression: 'a || b' }, (text) => note('text', text)),
    listener('user', { payloadType: User }, (user) => note('user', user instanceof User ? { ...user } : 'no User')),
    listener('ext', { payloadType: MessageExt }, (message) =>
      note('ext', {
        body: message.text(),
        tags: message.tags,
        keys: message.keys.join(),
        colour: message.properties.colour,
      }),
    ),
    listener('order', { payloadType: String, consumeMode: ConsumeMode.ORDERLY }, (text) => note('order', text)),
    listener('fail', { payloadType: MessageExt, maxReconsumeTimes: 1 }, ({ reconsumeTimes }) => {
      note('fail', reconsumeTimes);
      throw new Error('not this one');
    }),
    listener('ask', { payloadType: User }, ({ name, age }) => ({ name: `${name} of Nest`, age: age + 1 })),
  ];
  class Shop {}
  Module({ imports: [RocketMQModule.forRoot({ nameServer })], providers: listeners })(Shop);
  const application = await NestFactory.createApplicationContext(Shop, { logger: false });
  await application.init();
  return { template: application.get(RocketMQTemplate), heard, close: () => application.close() };
}
