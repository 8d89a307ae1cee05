import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeCluster } from '../../../../../test/support/fake-cluster.js';
import { compressBody } from '../../protocol/compression.js';
import { formatOffsetMessageId } from '../../protocol/message-id.js';
import { encodeRecord, type RecordFields, recordLength } from '../../protocol/message-record.js';
import { createResponse } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { silentLogger } from '../../runtime/logger.js';
import { MQAdmin } from './mq-admin.js';

const MIB = 1024 * 1024;
const storeHost = { address: '127.0.0.1', port: 10_911 };
const COMPRESSED = 1;

function record(index: number, body: Buffer, sysFlag = COMPRESSED): Buffer {
  const fields: RecordFields = {
    ...{ topic: 'T', queueId: 0, flag: 0, queueOffset: index, commitLogOffset: index * 1000, sysFlag },
    ...{ bornTimestamp: 1, bornHost: storeHost, storeTimestamp: index, storeHost, reconsumeTimes: 0, body },
    propertiesString: 'KEYS\u0001k\u0002',
  };
  const target = Buffer.alloc(recordLength(fields));
  encodeRecord(fields, target, 0);
  return target;
}

let cluster: FakeCluster;
let admin: MQAdmin;
let errors: string[];

beforeEach(async () => {
  cluster = new FakeCluster(new ManualTime());
  cluster.addBroker('a', '127.0.0.1:10911');
  cluster.addTopic('T', 1);
  errors = [];
  const logger = { ...silentLogger, error: (line: string) => void errors.push(line) };
  admin = new MQAdmin({ ...cluster.clientOptions(), logger });
  await admin.start();
});

afterEach(() => admin.shutdown());

function answerWith(...records: Buffer[]): void {
  const codes: readonly number[] = [RequestCode.QUERY_MESSAGE, RequestCode.VIEW_MESSAGE_BY_ID];
  cluster.mood = ({ code }) =>
    codes.includes(code)
      ? createResponse(ResponseCode.SUCCESS, undefined, undefined, Buffer.concat(records))
      : undefined;
}

describe('messages that are asked for', () => {
  it('come with their bodies unpacked', async () => {
    answerWith(record(1, compressBody(Buffer.from('hello'))), record(2, Buffer.from('plain'), 0));
    const found = await admin.queryMessage({ topic: 'T', key: 'k' });
    expect(found.map(({ body }) => body.toString())).toEqual(['hello', 'plain']);
  });

  it('make no more than 64 MiB of one answer, however little they take packed', async () => {
    const bomb = compressBody(Buffer.alloc(10 * MIB));
    answerWith(...Array.from({ length: 20 }, (_, index) => record(index, bomb)));
    const found = await admin.queryMessage({ topic: 'T', key: 'k' });
    expect(found.map(({ body }) => body.length)).toEqual([...Array(6).fill(10 * MIB), ...Array(14).fill(bomb.length)]);
    expect(errors.length).toBe(14);
  });

  it('stay packed alone when they would be larger than any broker takes', async () => {
    const bomb = compressBody(Buffer.alloc(17 * MIB));
    answerWith(record(1, bomb));
    const found = await admin.viewMessage('T', formatOffsetMessageId(storeHost, 1000));
    expect(found?.body.length).toBe(bomb.length);
    expect(errors.length).toBe(1);
  });
});
