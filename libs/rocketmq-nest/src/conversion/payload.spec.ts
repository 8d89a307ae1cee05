import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { MessageExt } from '../messages/message-ext.js';
import { createConverter } from './converter.js';
import { convertPayload } from './payload.js';

class Line {
  readonly sku!: string;
}
class Order {
  readonly id!: string;
  @Type(() => Date) readonly at!: Date;
  @Type(() => Line) readonly lines!: Line[];
  label(): string {
    return `#${this.id}`;
  }
}

const received = (body: string | Buffer, contentType?: string) =>
  new MessageExt({
    topic: 't',
    keys: [],
    body: Buffer.from(body as string),
    msgId: 'id-1',
    queueId: 0,
    queueOffset: 0,
    bornTimestamp: 0,
    storeTimestamp: 0,
    reconsumeTimes: 0,
    flag: 0,
    sysFlag: 0,
    properties: new Map(contentType === undefined ? [] : [['contentType', contentType]]),
  });
const convert = (message: MessageExt, type?: unknown) =>
  convertPayload(message, type as never, createConverter(), 'utf8');

describe('converting a received body', () => {
  it('makes instances of a class, dates and nested classes included', async () => {
    const body = JSON.stringify({ id: '7', at: '2024-01-02T03:04:05.000Z', lines: [{ sku: 'a' }] });
    const order = (await convert(received(body), Order)) as Order;
    expect(order.label()).toBe('#7');
    expect(order.at).toEqual(new Date('2024-01-02T03:04:05.000Z'));
    expect(order.lines[0]).toBeInstanceOf(Line);
    expect(((await convert(received(`[${body}]`), [Order])) as Order[])[0]).toBeInstanceOf(Order);
  });

  it('gives String, Buffer, Number and MessageExt what they ask for', async () => {
    const message = received('{"a":1}');
    expect(await convert(message, String)).toBe('{"a":1}');
    expect(await convert(message, Buffer)).toEqual(Buffer.from('{"a":1}'));
    expect(await convert(received('42'), Number)).toBe(42);
    expect(await convert(message, MessageExt)).toBe(message);
  });

  it('goes by the content type when nothing is asked for, and parses only what looks like JSON without one', async () => {
    expect(await convert(received('{"a":1}', 'text/plain;charset=UTF-8'))).toBe('{"a":1}');
    expect(await convert(received('5', 'application/json'))).toBe(5);
    expect(await convert(received('5'))).toBe('5');
    expect(await convert(received('{"a":1}'))).toEqual({ a: 1 });
    expect(await convert(received('{ not json'))).toBe('{ not json');
    expect(await convert(received(Buffer.from([9]), 'application/octet-stream'))).toEqual(Buffer.from([9]));
  });

  it('asks a Standard Schema, and says what it found wrong', async () => {
    const validate = (value: unknown) =>
      typeof (value as { id?: unknown }).id === 'string'
        ? { value }
        : { issues: [{ message: 'must be a text', path: ['id'] }] };
    const schema = { '~standard': { version: 1, vendor: 'test', validate } };
    expect(await convert(received('{"id":"a"}'), schema)).toEqual({ id: 'a' });
    await expect(convert(received('{"id":1}'), schema)).rejects.toThrow('id: must be a text');
  });

  it('names type, message and topic when it cannot', async () => {
    await expect(convert(received('oops'), Order)).rejects.toMatchObject({
      code: 'ROCKETMQ_PAYLOAD_CONVERSION',
      message: 'the body of message id-1 of topic t cannot become Order',
    });
    await expect(convert(received('null'), Order)).rejects.toMatchObject({ code: 'ROCKETMQ_PAYLOAD_CONVERSION' });
  });
});
