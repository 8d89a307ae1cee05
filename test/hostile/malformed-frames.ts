import { encodeCommand } from '../../libs/broker-core/src/protocol/command-codec.js';
import {
  createRequest,
  type ExtFields,
  markOneWay,
  SerializeType,
} from '../../libs/broker-core/src/protocol/remoting-command.js';
import type { Random } from '../../libs/broker-core/src/runtime/random.js';

/** Bytes that a server must survive, and what they try, for the report of a failure. */
export interface Malformed {
  readonly name: string;
  readonly bytes: Buffer;
}

const SEND_FIELDS: ExtFields = {
  a: 'hostile_producer',
  b: 'HostileTopic',
  c: 'TBW102',
  d: '4',
  e: '0',
  f: '0',
  g: '1700000000000',
  h: '0',
  i: 'UNIQ_KEY\u00010A000001\u0002WAIT\u0001true\u0002',
  j: '0',
  k: 'false',
  m: 'false',
  n: 'broker-a',
};

/** Good frames of many kinds: what mutations start from. */
function corpus(): Buffer[] {
  const requests = [
    createRequest(310, SEND_FIELDS, Buffer.alloc(200, 'x')),
    createRequest(11, {
      consumerGroup: 'g',
      topic: 'HostileTopic',
      queueId: '0',
      queueOffset: '0',
      maxMsgNums: '32',
      sysFlag: '0',
      commitOffset: '0',
      suspendTimeoutMillis: '0',
      subscription: '*',
      subVersion: '0',
    }),
    createRequest(34, {}, Buffer.from('{"clientID":"c","consumerDataSet":[],"producerDataSet":[{"groupName":"p"}]}')),
    createRequest(
      103,
      { brokerName: 'b', brokerAddr: '1.1.1.1:1', clusterName: 'c', brokerId: '0', haServerAddr: '1.1.1.1:2' },
      Buffer.from('{"topicConfigSerializeWrapper":{"topicConfigTable":{},"dataVersion":{}},"filterServerList":[]}'),
    ),
    createRequest(105, { topic: 'HostileTopic' }),
    createRequest(100, { namespace: 'n', key: 'k', value: 'v' }),
    createRequest(17, {
      topic: 'HostileTopic',
      defaultTopic: 'TBW102',
      readQueueNums: '4',
      writeQueueNums: '4',
      perm: '6',
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: '0',
      order: 'false',
    }),
    markOneWay(createRequest(15, { consumerGroup: 'g', topic: 'HostileTopic', queueId: '0', commitOffset: '1' })),
    createRequest(31_999, { a: 'b' }),
  ];
  return requests.flatMap((request) => {
    const json = encodeCommand(request);
    request.serializeType = SerializeType.ROCKETMQ;
    return [json, encodeCommand(request)];
  });
}

const i32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A frame of these parts whose length fields may lie. */
function frame(
  header: Buffer | string,
  options: { type?: number; length?: number; headerLength?: number; body?: Buffer } = {},
): Buffer {
  const head = Buffer.from(header as string);
  const body = options.body ?? Buffer.alloc(0);
  const length = options.length ?? 4 + head.length + body.length;
  const mark = ((options.type ?? 0) << 24) | ((options.headerLength ?? head.length) & 0xffffff);
  return Buffer.concat([i32(length), i32(mark), head, body]);
}

const GOOD = '{"code":105,"flag":0,"language":"JAVA","opaque":1,"version":513,"extFields":{"topic":"T"}}';

/** Frames made by hand: each known way to lie about a length, a type or a text. */
export function handmade(): Malformed[] {
  const lengths = [0, 1, 2, 3, -1, -2_147_483_648, 2_147_483_647, 16_777_217, 0x47455420].map((length) => ({
    name: `a frame that announces ${length} bytes`,
    bytes: Buffer.concat([i32(length), Buffer.alloc(64, 'x')]),
  }));
  const types = [2, 3, 0x7f, 0x80, 0xff].map((type) => ({
    name: `serialisation ${type}`,
    bytes: frame(GOOD, { type }),
  }));
  const headerLengths = [0, 1, 4096, 0xffffff].map((headerLength) => ({
    name: `a header that announces ${headerLength} bytes`,
    bytes: frame(GOOD, { headerLength }),
  }));
  const texts = [
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '42',
    '{',
    '{"code":',
    '{"code":"x"}',
    '{"code":1e99}',
    '{"code":105,"flag":1.5}',
    '\0',
    '\ufffd',
    '{"code":105,"extFields":[]}',
    '{"code":105,"extFields":{"topic":{"a":1}}}',
    '{"code":105,"extFields":{"topic":null}}',
    '{"__proto__":{"code":105},"code":105}',
    '{"code":105,"extFields":{"__proto__":{"topic":"x"}}}',
    '{"code":105,"extFields":{"__proto__":"x","constructor":"y","topic":"toString"}}',
    '{"$ref":"$"}',
    '{"code":105,"extFields":{"$ref":".."}}',
    `{"code":105,"a":${'['.repeat(5000)}`,
    `{"code":105,"a":${'{"a":'.repeat(5000)}`,
    `{"code":105,"extFields":{${Array.from({ length: 5000 }, (_, i) => `"k${i}":"v"`).join(',')}}}`,
    `{"code":105,"remark":"${'x'.repeat(200_000)}"}`,
    `{"code":105,"extFields":{"topic":"${'t'.repeat(100_000)}"}}`,
  ].map((text) => ({ name: `a JSON header ${text.slice(0, 40)}`, bytes: frame(text) }));
  return [...lengths, ...types, ...headerLengths, ...texts, ...binaryLies(), ...foreign()];
}

/** Binary headers whose inner lengths point elsewhere. */
function binaryLies(): Malformed[] {
  const header = (remarkLength: number, extLength: number, ext: Buffer) =>
    Buffer.concat([Buffer.from([0, 105, 0, 2, 1]), i32(1), i32(0), i32(remarkLength), i32(extLength), ext]);
  const ext = Buffer.from('0005746f70696300000001', 'hex');
  const field = Buffer.concat([ext, Buffer.from('T')]);
  const lies: [string, Buffer][] = [
    ['a negative remark', header(-1, field.length, field)],
    ['a remark of 2 GiB', header(2_147_483_647, field.length, field)],
    ['negative ext fields', header(0, -5, field)],
    ['ext fields beyond the header', header(0, 1_000_000, field)],
    ['a name of 65535 bytes', header(0, 6, Buffer.from('ffff00000000', 'hex'))],
    ['a name of 32767 bytes', header(0, 6, Buffer.from('7fff00000000', 'hex'))],
    ['a value of -1 bytes', header(0, 7, Buffer.from('000161ffffffff', 'hex'))],
    ['a value of 2 GiB', header(0, 7, Buffer.from('0001617fffffff', 'hex'))],
    ['half a field', header(0, 3, Buffer.from('000161', 'hex'))],
    ['nothing', Buffer.alloc(0)],
    ['sixteen bytes', Buffer.alloc(16)],
  ];
  return lies.map(([name, bytes]) => ({ name: `a binary header with ${name}`, bytes: frame(bytes, { type: 1 }) }));
}

/** What belongs to other protocols. */
function foreign(): Malformed[] {
  return [
    { name: 'TLS', bytes: Buffer.from('1603010200010001fc0303', 'hex') },
    { name: 'HTTP', bytes: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n') },
    { name: 'HTTP/2', bytes: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') },
    { name: 'PROXY v1', bytes: Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n') },
    { name: 'PROXY v2', bytes: Buffer.from('0d0a0d0a000d0a515549540a2111000c', 'hex') },
    { name: 'SSH', bytes: Buffer.from('SSH-2.0-OpenSSH_9.0\r\n') },
    { name: 'a Redis PING', bytes: Buffer.from('*1\r\n$4\r\nPING\r\n') },
    { name: 'zeros', bytes: Buffer.alloc(4096) },
    { name: 'ones', bytes: Buffer.alloc(4096, 0xff) },
  ];
}

/** `count` good frames, each broken somewhere; the same for the same random. */
export function mutated(random: Random, count: number): Malformed[] {
  const good = corpus();
  return Array.from({ length: count }, (_, index) => {
    const start = good[random.int(good.length)]!;
    return { name: `mutation ${index}`, bytes: mutate(start, good, random) };
  });
}

function mutate(start: Buffer, good: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(start);
  for (let left = 1 + random.int(3); left > 0; left--) bytes = mutateOnce(bytes, good, random);
  return bytes;
}

function mutateOnce(bytes: Buffer, good: readonly Buffer[], random: Random): Buffer {
  if (bytes.length < 12) return Buffer.concat([bytes, good[random.int(good.length)]!]);
  const at = random.int(bytes.length);
  switch (random.int(8)) {
    case 0:
      bytes[at] = random.int(256);
      return bytes;
    case 1:
      bytes[at]! ^= 1 << random.int(8);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), randomBytes(random, 1 + random.int(40)), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.int(8)))]);
    case 5:
      bytes.writeInt32BE(random.int(2) === 0 ? random.int(200) : -random.int(2_000_000_000), random.int(2) * 4);
      return bytes;
    case 6:
      return Buffer.concat([bytes, bytes.subarray(at), good[random.int(good.length)]!]);
    default:
      return randomBytes(random, 1 + random.int(200));
  }
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(256)));
}
