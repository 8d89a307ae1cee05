import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goldenBytes, goldenText } from '../../../../../test/support/golden.js';
import { RequestError } from '../../runtime/errors.js';
import { decodeFrame } from '../command-codec.js';
import { parseJson } from '../json.js';
import { RegisterBrokerRequestHeader } from '../headers/namesrv.headers.js';
import { CURRENT_VERSION } from '../remoting-command.js';
import * as stats from './admin-stats.js';
import * as connections from './client-connection.js';
import * as cluster from './cluster-info.js';
import * as offsets from './consumer-offset-serialize-wrapper.js';
import * as running from './consumer-running-info.js';
import * as heartbeat from './heartbeat-data.js';
import * as tables from './kv-table.js';
import * as locks from './lock-batch-body.js';
import * as register from './register-broker-body.js';
import * as reset from './reset-offset-body.js';
import * as groups from './subscription-group-wrapper.js';
import * as topics from './topic-config-serialize-wrapper.js';
import * as route from './topic-route-data.js';

interface Codec {
  decode(body: Buffer | undefined): unknown;
  encode(value: never): Buffer;
}
const codecs: [string, Codec['decode'], Codec['encode']][] = [
  ['TopicRouteData', route.decodeTopicRouteData, route.encodeTopicRouteData],
  ['ClusterInfo', cluster.decodeClusterInfo, cluster.encodeClusterInfo],
  ['HeartbeatData', heartbeat.decodeHeartbeatData, heartbeat.encodeHeartbeatData],
  ['TopicConfigSerializeWrapper', topics.decodeTopicConfigSerializeWrapper, topics.encodeTopicConfigSerializeWrapper],
  ['SubscriptionGroupWrapper', groups.decodeSubscriptionGroupWrapper, groups.encodeSubscriptionGroupWrapper],
  [
    'ConsumerOffsetSerializeWrapper',
    offsets.decodeConsumerOffsetSerializeWrapper,
    offsets.encodeConsumerOffsetSerializeWrapper,
  ],
  ['ConsumeStats', stats.decodeConsumeStats, stats.encodeConsumeStats],
  ['ResetOffsetBody', reset.decodeResetOffsetBody, reset.encodeResetOffsetBody],
  ['LockBatchRequestBody', locks.decodeLockBatchRequestBody, locks.encodeLockBatchRequestBody],
  ['KVTable', tables.decodeKVTable, tables.encodeKVTable],
  ['TopicList', tables.decodeTopicList, tables.encodeTopicList],
  ['ConsumerConnection', connections.decodeConsumerConnection, connections.encodeConsumerConnection],
  ['ConsumerRunningInfo', running.decodeConsumerRunningInfo, running.encodeConsumerRunningInfo],
  [
    'RegisterBrokerBody',
    (body) => register.decodeRegisterBrokerBody(body, CURRENT_VERSION),
    register.encodeRegisterBrokerBody,
  ],
];

describe.each(['bodies', 'bodies-fastjson1'])('a body of Apache (%s)', (file) => {
  it.each(codecs)('comes out as it went in: %s', (name, decode, encode) => {
    const text = goldenText(file, name);
    const again = encode(decode(Buffer.from(text)) as never).toString();
    if (file === 'bodies') expect(again).toBe(text);
    // fastjson 1 also writes what getters compute; nobody reads that.
    else expect(parseJson(text)).toMatchObject(parseJson(again) as object);
  });

  it('with fractions says the same', () => {
    const text = goldenText(file, 'TopicStatsTable');
    const again = stats.encodeTopicStatsTable(stats.decodeTopicStatsTable(Buffer.from(text)));
    expect(parseJson(again.toString())).toEqual(parseJson(text));
  });

  it('that is a route reads the same in its standard form, and is written in either', () => {
    const decoded = route.decodeTopicRouteData(Buffer.from(goldenText(file, 'TopicRouteData')));
    const standard = goldenText(file, 'TopicRouteData, standard');
    expect(route.decodeTopicRouteData(Buffer.from(standard))).toEqual(decoded);
    const written = route.encodeTopicRouteData(decoded, { standard: true }).toString();
    expect(JSON.parse(written)).toEqual(JSON.parse(standard));
    expect(written.toLowerCase()).toBe(goldenText('bodies-fastjson1', 'TopicRouteData, standard').toLowerCase());
  });

  it('that is a file is indented as Apache indents', () => {
    const text = goldenText(file, 'ConsumerOffsetSerializeWrapper, pretty');
    const decoded = offsets.decodeConsumerOffsetSerializeWrapper(Buffer.from(text));
    expect(decoded.offsetTable.get('TopicTest@CG')).toEqual(
      new Map([
        [0, 12],
        [1, 9],
      ]),
    );
    const written = offsets.encodeConsumerOffsetSerializeWrapper(decoded, { pretty: true }).toString();
    expect(written).toBe(goldenText('bodies', 'ConsumerOffsetSerializeWrapper, pretty'));
  });
});

describe('the register body', () => {
  const frameOf = (name: string) => {
    const bytes = goldenBytes('frames', name);
    return decodeFrame(bytes, 0, bytes.length);
  };

  it.each(['register broker JSON', 'register broker, compressed JSON'])(
    'has the checksum its header says: %s',
    (name) => {
      const { extFields, body } = frameOf(name);
      expect(register.registerBodyCrcOf(body ?? Buffer.alloc(0))).toBe(
        RegisterBrokerRequestHeader.decode(extFields).bodyCrc32,
      );
    },
  );

  it('says the same compressed', () => {
    const plain = register.decodeRegisterBrokerBody(frameOf('register broker JSON').body, CURRENT_VERSION);
    const packed = register.decodeRegisterBrokerBody(frameOf('register broker, compressed JSON').body, CURRENT_VERSION);
    const { topicConfigTable, dataVersion } = packed.topicConfigSerializeWrapper;
    expect({ topicConfigTable, dataVersion }).toEqual({
      topicConfigTable: plain.topicConfigSerializeWrapper.topicConfigTable,
      dataVersion: plain.topicConfigSerializeWrapper.dataVersion,
    });
    const again = register.decodeRegisterBrokerBody(
      register.encodeCompressedRegisterBrokerBody(plain),
      CURRENT_VERSION,
    );
    expect(again).toEqual(packed);
  });

  it('is refused when it is neither, or cut off', () => {
    const packed = frameOf('register broker, compressed JSON').body!;
    for (const body of [undefined, Buffer.from('x'), packed.subarray(0, 40), Buffer.from('{"topicConfig')]) {
      expect(() => register.decodeRegisterBrokerBody(body, CURRENT_VERSION)).toThrow(RequestError);
    }
  });
});

describe('a body from a stranger', () => {
  it.each([
    ['no JSON', 'x'],
    ['an array', '[]'],
    ['a list where a map is', '{"offsetTable":[]}'],
    ['a key that is no number', '{"offsetTable":{"t@g":{"x":1}}}'],
    ['a value that is no number', '{"offsetTable":{"t@g":{0:{}}}}'],
    ['nothing', ''],
  ])('is refused: %s', (_, text) => {
    expect(() => offsets.decodeConsumerOffsetSerializeWrapper(Buffer.from(text))).toThrow(RequestError);
  });

  it('keeps odd names as names', () => {
    const body = Buffer.from('{"table":{"__proto__":"1","constructor":"2"}}');
    expect([...tables.decodeKVTable(body).table]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('reads as a bean of defaults when it says nothing', () => {
    expect(heartbeat.decodeHeartbeatData(Buffer.from('{"consumerDataSet":[{"groupName":"g"}]}'))).toMatchObject({
      clientID: '',
      consumerDataSet: [{ groupName: 'g', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING' }],
    });
    expect(groups.decodeSubscriptionGroupConfig(Buffer.from('{"groupName":"g"}'))).toMatchObject({
      consumeEnable: true,
      retryMaxTimes: 16,
      retryQueueNums: 1,
    });
  });

  it('ends in a value or a RequestError, whatever it says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codecs), fc.jsonValue(), (codec, value) => {
        try {
          codec[1](Buffer.from(JSON.stringify(value)));
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
        }
      }),
    );
  });
});

describe('offsets', () => {
  it('are kept, whatever the names and numbers', () => {
    const tables = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.array(fc.tuple(fc.nat(), fc.maxSafeNat()))));
    fc.assert(
      fc.property(tables, fc.boolean(), (entries, pretty) => {
        const offsetTable = new Map(entries.map(([name, queues]) => [name, new Map(queues)]));
        const body = offsets.encodeConsumerOffsetSerializeWrapper({ offsetTable }, { pretty });
        expect(offsets.decodeConsumerOffsetSerializeWrapper(body).offsetTable).toEqual(offsetTable);
      }),
    );
  });
});
