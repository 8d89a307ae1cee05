/**
 * What the codecs of one send and one pull cost: nanoseconds per operation, the best of several rounds, one thread.
 *
 *   node bench/micro/run.mjs codec [--only NAME-PART] [--rounds 7]
 */
import { parseArgs } from 'node:util';
import { decodeFrame, encodeCommand, encodeCommandInto } from '../../libs/broker-core/src/protocol/command-codec.js';
import { FrameDecoder } from '../../libs/broker-core/src/protocol/frame-decoder.js';
import { PullMessageRequestHeader } from '../../libs/broker-core/src/protocol/headers/pull-message.headers.js';
import {
  SendMessageRequestHeaderV2,
  SendMessageResponseHeader,
} from '../../libs/broker-core/src/protocol/headers/send-message.headers.js';
import { formatOffsetMessageId, UniqueIdGenerator } from '../../libs/broker-core/src/protocol/message-id.js';
import {
  decodeProperties,
  encodeProperties,
  getPropertyFrom,
} from '../../libs/broker-core/src/protocol/message-properties.js';
import {
  bodyCrcOf,
  decodeMessage,
  encodeRecord,
  recordLength,
} from '../../libs/broker-core/src/protocol/message-record.js';
import { createRequest, createResponse, SerializeType } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import { javaStringHash } from '../../libs/broker-core/src/protocol/string-hash.js';
import { systemClock } from '../../libs/broker-core/src/runtime/clock.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { only: { type: 'string', default: '' }, rounds: { type: 'string', default: '7' } },
});
const ROUND_MS = 120;

/** Whatever a case computes ends here, so that nothing is optimised away. */
let sink: unknown;

function nanosecondsPer(run: () => unknown): number {
  for (let index = 0; index < 20_000; index++) sink = run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = performance.now();
    let count = 0;
    let elapsed = 0;
    do {
      for (let index = 0; index < 1000; index++) sink = run();
      count += 1000;
      elapsed = performance.now() - start;
    } while (elapsed < ROUND_MS);
    best = Math.min(best, (elapsed * 1e6) / count);
  }
  return best;
}

function bench(name: string, run: () => unknown): void {
  if (!name.includes(values.only)) return;
  console.log(`${name.padEnd(58)} ${nanosecondsPer(run).toFixed(0).padStart(7)} ns`);
}

const properties =
  'UNIQ_KEY\u00010A0000010000000000000000000000F1\u0002WAIT\u0001true\u0002TAGS\u0001tagA\u0002KEYS\u0001order-4711\u0002';
const header = {
  producerGroup: 'load_producer',
  topic: 'LoadTopic',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: 4,
  queueId: 1,
  sysFlag: 0,
  bornTimestamp: 1700000000000,
  flag: 0,
  properties,
  reconsumeTimes: 0,
  unitMode: false,
  batch: false,
  maxReconsumeTimes: 16,
  bname: 'broker-a',
};
const body = Buffer.alloc(1024, 'x');
const host = { address: '10.0.0.1', port: 10911 };
const fields = {
  topic: 'LoadTopic',
  queueId: 1,
  flag: 0,
  queueOffset: 1_234_567,
  commitLogOffset: 123_456_789_012,
  sysFlag: 0,
  bornTimestamp: 1700000000000,
  bornHost: host,
  storeTimestamp: 1700000000123,
  storeHost: host,
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body,
  propertiesString: properties,
};
const staging = Buffer.alloc(64 * 1024);
const record = Buffer.alloc(recordLength(fields));
encodeRecord(fields, record, 0);

for (const [name, serializeType] of Object.entries(SerializeType)) {
  const send = createRequest(RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2.encode(header), body);
  send.serializeType = serializeType;
  const frame = encodeCommand(send);
  const pull = createRequest(
    RequestCode.PULL_MESSAGE,
    PullMessageRequestHeader.encode({
      consumerGroup: 'load_consumer',
      topic: 'LoadTopic',
      queueId: 1,
      queueOffset: 1_234_567,
      maxMsgNums: 32,
      sysFlag: 3,
      commitOffset: 1_234_500,
      suspendTimeoutMillis: 15_000,
      subVersion: 1700000000000,
      expressionType: 'TAG',
    }),
  );
  pull.serializeType = serializeType;
  const pullFrame = encodeCommand(pull);
  const answer = () => {
    const ext = SendMessageResponseHeader.encode({
      msgId: '0A00000100002A9F0000001CBE991A14',
      queueId: 1,
      queueOffset: 1_234_567,
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    });
    const response = createResponse(0, undefined, ext);
    response.serializeType = serializeType;
    return response;
  };
  const answered = answer();
  bench(`${name}: send V2 frame → command`, () => decodeFrame(frame, 0, frame.length));
  const ext = decodeFrame(frame, 0, frame.length).extFields;
  bench(`${name}: send V2 ext fields → header`, () => SendMessageRequestHeaderV2.decode(ext));
  bench(`${name}: send V2 frame → header`, () =>
    SendMessageRequestHeaderV2.decode(decodeFrame(frame, 0, frame.length).extFields),
  );
  bench(`${name}: send V2 header → frame`, () => {
    const command = createRequest(RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2.encode(header), body);
    command.serializeType = serializeType;
    return encodeCommand(command);
  });
  bench(`${name}: send response command → staging buffer`, () => encodeCommandInto(answered, staging, 0));
  bench(`${name}: send response header → staging buffer`, () => encodeCommandInto(answer(), staging, 0));
  bench(`${name}: pull frame → header`, () =>
    PullMessageRequestHeader.decode(decodeFrame(pullFrame, 0, pullFrame.length).extFields),
  );
  const many = Buffer.concat(Array.from({ length: 40 }, () => frame));
  const decoder = new FrameDecoder({ maxFrameBytes: 1 << 24 });
  bench(`${name}: 40 frames of one chunk (per chunk)`, () => {
    decoder.push(many);
    let count = 0;
    while (decoder.next() !== undefined) count++;
    return count;
  });
}
bench('record: length', () => recordLength(fields));
bench('record: fields → staging buffer (1 KiB body, CRC)', () => encodeRecord(fields, staging, 0));
bench('record: CRC of 1 KiB', () => bodyCrcOf(body));
bench('record: bytes → message', () => decodeMessage(record));
const map = decodeProperties(properties);
bench('properties: string → Map', () => decodeProperties(properties));
bench('properties: Map → string', () => encodeProperties(map));
bench('properties: one out of the string', () => getPropertyFrom(properties, 'TAGS'));
bench('ids: offset id', () => formatOffsetMessageId(host, 123_456_789_012));
const ids = new UniqueIdGenerator({ clock: systemClock, ip: '10.0.0.1', pid: 4711, salt: 42 });
bench('ids: unique id', () => ids.next());
bench('hash of a tag', () => javaStringHash('tagA'));
if (sink === undefined) console.log('nothing ran');
