import { describe, expect, it } from '@jest/globals';
import { encodeMessageBatch } from '../../protocol/batch-codec.js';
import { compressBody } from '../../protocol/compression.js';
import { Message } from '../../protocol/message.js';
import { encodeRecord, type RecordFields, recordLength } from '../../protocol/message-record.js';
import { silentLogger } from '../../runtime/logger.js';
import { pulledMessages } from './pulled-messages.js';

const host = { address: '127.0.0.1', port: 10_911 };

function record(queueOffset: number, body: Buffer, sysFlag = 0): Buffer {
  const fields: RecordFields = {
    topic: 'T',
    queueId: 0,
    flag: 0,
    queueOffset,
    commitLogOffset: 0,
    sysFlag,
    bornTimestamp: 1,
    bornHost: host,
    storeTimestamp: 1,
    storeHost: host,
    reconsumeTimes: 0,
    body,
    propertiesString: '',
  };
  const target = Buffer.alloc(recordLength(fields));
  encodeRecord(fields, target, 0);
  return target;
}

describe('pulledMessages', () => {
  it('unpacks bodies', () => {
    const [message] = pulledMessages(record(1, compressBody(Buffer.from('hello')), 0x301), silentLogger);
    expect(message?.body.toString()).toBe('hello');
  });

  it('lets one broken body hold up nothing, and says so', () => {
    const lines: unknown[] = [];
    const logger = { ...silentLogger, error: (line: string) => void lines.push(line) };
    const answer = Buffer.concat([
      record(1, compressBody(Buffer.from('before')), 0x1),
      record(2, Buffer.from('no zlib'), 0x1),
      record(3, Buffer.from('after')),
    ]);
    expect(pulledMessages(answer, logger).map(({ body }) => body.toString())).toEqual(['before', 'no zlib', 'after']);
    expect(lines.length).toBe(1);
  });

  it('unpacks no more than 64 MiB of one answer, however little they take packed', () => {
    const lines: unknown[] = [];
    const logger = { ...silentLogger, error: (line: string) => void lines.push(line) };
    const bomb = compressBody(Buffer.alloc(10 * 1024 * 1024));
    const packed = Array.from({ length: 20 }, (_, i) => record(i, bomb, 0x1));
    const answer = Buffer.concat([record(98, Buffer.from('no zlib'), 0x1), ...packed, record(99, Buffer.from('last'))]);
    const sizes = pulledMessages(answer, logger).map(({ body }) => body.length);
    expect(sizes).toEqual([7, ...Array(6).fill(10 * 1024 * 1024), ...Array(14).fill(bomb.length), 4]);
    expect(lines.length).toBe(15);
  });

  it('takes batches apart that were stored as one', () => {
    const batch = encodeMessageBatch(['x', 'y'].map((body) => new Message('T', Buffer.from(body))));
    const answer = Buffer.concat([record(5, batch, 0x40 | 0x80), record(7, Buffer.from('z'))]);
    const messages = pulledMessages(answer, silentLogger);
    expect(messages.map(({ body, queueOffset }) => `${queueOffset}${body}`)).toEqual(['5x', '6y', '7z']);
  });

  it('has nothing of no body', () => {
    expect(pulledMessages(undefined, silentLogger)).toEqual([]);
  });
});
