import { describe, expect, it } from '@jest/globals';
import { createConverter } from '../conversion/converter.js';
import { MessageBuilder } from './message-builder.js';
import { encodeMessage } from './message-encoder.js';

const settings = { converter: createConverter(), charset: 'utf8' } as const;
const encode = (destination: string, payload: unknown, headers = {}) =>
  encodeMessage(destination, payload, settings, headers);

describe('encoding a message', () => {
  it('sends texts and buffers as they are, and the rest as JSON, saying which in contentType', () => {
    expect(encode('t', 'hello')).toMatchObject({
      body: Buffer.from('hello'),
      properties: { contentType: 'text/plain' },
    });
    expect(encode('t', Buffer.from([1, 2]))).toMatchObject({
      body: Buffer.from([1, 2]),
      properties: { contentType: 'application/octet-stream' },
    });
    expect(encode('t', [])).toMatchObject({ body: Buffer.from('[]'), properties: { contentType: 'application/json' } });
  });

  it('does not quote a text that is marked as JSON: it is JSON already', () => {
    const message = MessageBuilder.withPayload('{"a":1}').setHeader('contentType', 'application/json').build();
    expect(encode('t', message)).toMatchObject({
      body: Buffer.from('{"a":1}'),
      properties: { contentType: 'application/json' },
    });
  });

  it('takes the names of Spring headers', () => {
    const message = MessageBuilder.withPayload('x')
      .setHeader('KEYS', 'a b')
      .setHeader('rocketmq_TAGS', 'paid')
      .setHeader('FLAG', '7')
      .setHeader('WAIT_STORE_MSG_OK', 'false')
      .setHeader('tenant', 1)
      .build();
    expect(encode('t', message)).toMatchObject({
      keys: ['a', 'b'],
      tag: 'paid',
      flag: 7,
      waitStoreMsgOk: false,
      properties: { tenant: '1' },
    });
  });

  it('leaves blank properties out and writes dates as ISO 8601', () => {
    const { properties } = encode('t', 'x', { properties: { blank: ' ', at: new Date(0), ok: true } });
    expect({ ...properties }).toEqual({ contentType: 'text/plain', at: '1970-01-01T00:00:00.000Z', ok: 'true' });
  });

  it.each([
    ['t:a', 'x', { tag: 'b' }, 'differ'],
    ['t', null, {}, 'null or undefined'],
    ['t', '', {}, 'without a body'],
    ['t/../x', 'x', {}, 'cannot be sent to'],
    ['t', 'x', { properties: { UNIQ_KEY: '1' } }, "RocketMQ's own"],
    ['t', 'x', { properties: { a: 'b\u0002c' } }, 'control character'],
    ['t', 'x', { keys: ['a b'] }, 'spaces separate keys'],
    ['t', Symbol('s'), {}, 'no converter'],
  ])('refuses %p with %p and %p: %s', (destination, payload, headers, sentence) => {
    expect(() => encode(destination, payload, headers)).toThrow(sentence);
  });

  it('keeps a property called __proto__ a property', () => {
    const properties = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect(Object.keys(encode('t', 'x', { properties }).properties)).toContain('__proto__');
  });

  it('takes an object that looks like a message for what it is: a payload', () => {
    const lookalike = { payload: 1, headers: {} };
    expect(encode('t', lookalike).body.toString()).toBe(JSON.stringify(lookalike));
  });
});
