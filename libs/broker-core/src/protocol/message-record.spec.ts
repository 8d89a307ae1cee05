import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goldenBytes, goldenText } from '../../../../test/support/golden.js';
import { CorruptRecordError } from '../runtime/errors.js';
import { decodeMessageBatch, encodeMessageBatch, unwrapBatchRecord } from './batch-codec.js';
import { compressBody, sysFlagOfCompression } from './compression.js';
import { parseHost } from './host-address.js';
import { Message } from './message.js';
import { decodeProperties, encodeProperties } from './message-properties.js';
import { decodeMessage, decodeMessages, encodeRecord, type RecordFields, recordLength } from './message-record.js';
import { MessageSysFlag } from './sys-flag.js';

function encode(fields: RecordFields): Buffer {
  const target = Buffer.alloc(recordLength(fields) + 7, 0xee);
  expect(encodeRecord(fields, target, 3)).toBe(target.length - 4);
  expect(target.subarray(target.length - 4)).toEqual(Buffer.alloc(4, 0xee));
  return target.subarray(3, target.length - 4);
}

const properties = goldenText('records', 'properties');
const goldenFields: RecordFields = {
  topic: 'TopicTest',
  queueId: 3,
  flag: 7,
  queueOffset: 42,
  commitLogOffset: 100,
  sysFlag: 0,
  bornTimestamp: 1700000000123,
  bornHost: { address: '10.0.0.1', port: 54321 },
  storeTimestamp: 1700000000456,
  storeHost: { address: '10.0.0.1', port: 10911 },
  reconsumeTimes: 2,
  preparedTransactionOffset: 5,
  body: Buffer.from('Hello RocketMQ'),
  propertiesString: properties,
};

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const port = fc.integer({ min: 0, max: 65_535 });
const hosts = fc.record({ address: fc.oneof(ipv4, ipv6), port });
const fieldsOfAnyRecord: fc.Arbitrary<RecordFields> = fc.record({
  topic: fc.oneof(fc.stringMatching(/^[%|a-zA-Z0-9_-]{1,127}$/), fc.stringMatching(/^[a-z]{128,255}$/)),
  queueId: fc.nat(),
  flag: fc.integer(),
  queueOffset: fc.maxSafeNat(),
  commitLogOffset: fc.maxSafeNat(),
  sysFlag: fc.constantFrom(0, 2, 4, 8, 12),
  bornTimestamp: fc.maxSafeNat(),
  bornHost: hosts,
  storeTimestamp: fc.maxSafeNat(),
  storeHost: hosts,
  reconsumeTimes: fc.nat(),
  preparedTransactionOffset: fc.maxSafeInteger(),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  propertiesString: fc
    .dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), {
      noNullPrototype: true,
    })
    .map((table) => encodeProperties(new Map(Object.entries(table)))),
});

describe('a stored record', () => {
  it('is, byte for byte, what Apache stores', () => {
    expect(encode(goldenFields).toString('hex')).toBe(goldenText('records', 'stored'));
    const longTopic = { ...goldenFields, topic: 'T'.repeat(200) };
    expect(encode(longTopic).toString('hex')).toBe(goldenText('records', 'stored, long topic'));
    const address = '2001:db8::1';
    const v6 = { ...goldenFields, bornHost: { address, port: 54321 }, storeHost: { address, port: 10911 } };
    expect(encode(v6).toString('hex')).toBe(goldenText('records', 'stored, IPv6'));
  });

  it('reads as Apache meant it', () => {
    const message = decodeMessage(goldenBytes('records', 'stored, IPv6'));
    expect(message).toMatchObject({
      topic: 'TopicTest',
      queueId: 3,
      flag: 7,
      queueOffset: 42,
      commitLogOffset: 100,
      bornHost: '[2001:db8::1]:54321',
      storeHost: '[2001:db8::1]:10911',
      reconsumeTimes: 2,
      preparedTransactionOffset: 5,
      tags: 'TagA',
      keys: 'order-1 order-2',
      msgId: '0A0000010001AABBCCDD000000010000',
      offsetMsgId: '20010DB800000000000000000000000100002A9F0000000000000064',
    });
    expect(message.getProperty('colour')).toBe('grün 你好');
    expect(message.body.toString()).toBe('Hello RocketMQ');
  });

  it('comes out as it went in, whatever it holds', () => {
    fc.assert(
      fc.property(fieldsOfAnyRecord, (fields) => {
        const record = encode(fields);
        const message = decodeMessage(record);
        expect(message.storeSize).toBe(record.length);
        const again: RecordFields = {
          ...fields,
          ...message,
          bornHost: parseHost(message.bornHost),
          storeHost: parseHost(message.storeHost),
          propertiesString: encodeProperties(message.properties),
        };
        expect(encode(again)).toEqual(record);
      }),
    );
  });

  it('gives its body unpacked', () => {
    const packed = goldenBytes('records', 'encoded by a client, compressed');
    expect(decodeMessage(packed).body.toString()).toBe('zip me '.repeat(100));
    expect(decodeMessage(packed, 0, { decompress: false }).body.length).toBeLessThan(100);
    expect(decodeMessage(packed, 0, { readBody: false }).body.length).toBe(0);
  });

  it('does not unpack more than it may', () => {
    const bomb = compressBody(Buffer.alloc(1024 * 1024));
    const record = encode({ ...goldenFields, body: bomb, sysFlag: sysFlagOfCompression('ZLIB') });
    expect(() => decodeMessage(record, 0, { maxBodyBytes: 1024 })).toThrow(CorruptRecordError);
    expect(decodeMessage(record).body.length).toBe(1024 * 1024);
  });

  it('says so when nobody knows the compression', () => {
    const sysFlag = MessageSysFlag.COMPRESSED_FLAG | MessageSysFlag.COMPRESSION_TYPE_COMPARATOR;
    expect(() => decodeMessage(encode({ ...goldenFields, sysFlag }))).toThrow('names no compression');
  });

  it('stands in a row with others', () => {
    const rows = [goldenBytes('records', 'stored'), goldenBytes('records', 'stored, long topic')];
    expect(decodeMessages(Buffer.concat(rows)).map((message) => message.topic.length)).toEqual([9, 200]);
    expect(() => decodeMessages(Buffer.concat(rows).subarray(0, -1))).toThrow(CorruptRecordError);
  });

  it('ends in a message or a CorruptRecordError, whatever its bytes are', () => {
    const seed = fc.constantFrom('stored', 'stored, long topic', 'stored, IPv6', 'encoded by a client, compressed');
    fc.assert(
      fc.property(seed, fc.nat(500), fc.integer({ min: 0, max: 255 }), (name, at, byte) => {
        const record = goldenBytes('records', name);
        record[at % record.length] = byte;
        try {
          decodeMessage(record);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptRecordError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a batch', () => {
  const first = new Message('TopicTest', Buffer.from('Hello RocketMQ'), {
    flag: 7,
    properties: decodeProperties(properties),
  });
  const second = new Message('TopicTest', Buffer.alloc(0), { flag: -1, properties: [['WAIT', 'true']] });

  it('is, byte for byte, what Apache sends', () => {
    expect(encodeMessageBatch([first, second]).toString('hex')).toBe(goldenText('records', 'batch'));
  });

  it('comes apart again', () => {
    const parts = decodeMessageBatch(goldenBytes('records', 'batch'));
    expect(parts).toEqual([
      { flag: 7, body: first.body, propertiesString: properties },
      { flag: -1, body: second.body, propertiesString: 'WAIT\u0001true\u0002' },
    ]);
  });

  it('that is stored as one record comes apart with offsets that count on', () => {
    const body = goldenBytes('records', 'batch');
    const record = decodeMessage(encode({ ...goldenFields, body, sysFlag: 0xc0 }));
    expect(unwrapBatchRecord(record)).toMatchObject([
      { queueOffset: 42, flag: 7, tags: 'TagA', storeHost: '10.0.0.1:10911', body: first.body },
      { queueOffset: 43, flag: -1, commitLogOffset: 100 },
    ]);
  });

  it('keeps all bodies, flags and properties', () => {
    const messages = fc.array(
      fc
        .record({ body: fc.uint8Array(), flag: fc.integer(), key: fc.string({ unit: 'grapheme' }) })
        .map(({ body, flag, key }) => new Message('t', Buffer.from(body), { flag, keys: key })),
    );
    fc.assert(
      fc.property(messages, (batch) => {
        expect(decodeMessageBatch(encodeMessageBatch(batch))).toEqual(
          batch.map(({ flag, body, properties }) => ({ flag, body, propertiesString: encodeProperties(properties) })),
        );
      }),
    );
  });

  it('is refused when it lies or has too many', () => {
    const honest = goldenBytes('records', 'batch');
    expect(() => decodeMessageBatch(honest, 1)).toThrow('more than 1 messages');
    for (const [at, value] of [
      [0, -1],
      [0, 10],
      [0, honest.length + 1],
      [16, -1],
      [16, 0x7fffffff],
      [34, 0x7fff0000],
    ] as const) {
      const lying = Buffer.from(honest);
      lying.writeInt32BE(value, at);
      expect(() => decodeMessageBatch(lying)).toThrow(CorruptRecordError);
    }
  });
});
