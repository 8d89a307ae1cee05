import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goldenBytes } from '../../../../../test/support/golden.js';
import { RequestError } from '../../runtime/errors.js';
import { decodeFrame } from '../command-codec.js';
import type { ExtFields } from '../remoting-command.js';
import { boolean, defineHeader, double, int, long, string } from './define-header.js';
import { RegisterBrokerRequestHeader } from './namesrv.headers.js';
import { SearchOffsetRequestHeader } from './offset.headers.js';
import { PullMessageRequestHeader, PullMessageResponseHeader } from './pull-message.headers.js';
import {
  SendMessageRequestHeader,
  SendMessageRequestHeaderV2,
  SendMessageResponseHeader,
} from './send-message.headers.js';

const goldenFields = (name: string): ExtFields => {
  const frame = goldenBytes('frames', name);
  return decodeFrame(frame, 0, frame.length).extFields ?? {};
};

/** A header says the same in any order of its fields. */
const sorted = (ext: ExtFields) => Object.fromEntries(Object.entries(ext).sort(([a], [b]) => (a < b ? -1 : 1)));

const Sample = defineHeader({
  text: string,
  count: int,
  size: long,
  share: double,
  flag: boolean,
  note: string.optional,
  tries: int.or(3),
});
const whole = { text: 't', count: '1', size: '2', share: '0.5', flag: 'true' };

describe('a header', () => {
  it('reads its kinds, and what is absent', () => {
    expect(Sample.decode(whole)).toEqual({
      text: 't',
      count: 1,
      size: 2,
      share: 0.5,
      flag: true,
      note: undefined,
      tries: 3,
    });
  });

  it('names the field that is missing', () => {
    expect(() => Sample.decode({ text: 't' })).toThrow(new RequestError(29, 'the header field "count" is missing'));
    expect(() => Sample.decode(undefined)).toThrow('the header field "text" is missing');
  });

  it.each(['', ' 1', '1.5', '0x10', '1e3', 'NaN', '12345678901234567890', '2147483648', '-2147483649'])(
    'takes %j for no int',
    (count) => {
      expect(() => Sample.decode({ ...whole, count })).toThrow('"count" is not a number');
    },
  );

  it('takes Long.MAX_VALUE for the largest number there is', () => {
    expect(Sample.decode({ ...whole, size: '9223372036854775807' }).size).toBe(Number.MAX_SAFE_INTEGER);
    expect(Sample.decode({ ...whole, size: '-9223372036854775808' }).size).toBe(Number.MIN_SAFE_INTEGER);
    expect(Sample.decode({ ...whole, size: '-12' }).size).toBe(-12);
    expect(Sample.decode({ ...whole, size: '9007199254740991' }).size).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('takes anything but "true" for false', () => {
    expect(Sample.decode({ ...whole, flag: 'TRUE' }).flag).toBe(true);
    expect(Sample.decode({ ...whole, flag: '1' }).flag).toBe(false);
  });

  it('finds no field in a prototype', () => {
    const Tricky = defineHeader({ constructor: string.optional, toString: string.optional });
    expect(Tricky.decode({})).toEqual({ constructor: undefined, toString: undefined });
  });

  it('keeps every value', () => {
    const values = fc.record({
      text: fc.string(),
      count: fc.integer(),
      size: fc.maxSafeInteger(),
      share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      flag: fc.boolean(),
      note: fc.option(fc.string(), { nil: undefined }),
      tries: fc.integer(),
    });
    fc.assert(fc.property(values, (value) => expect(Sample.decode(Sample.encode(value))).toEqual(value)));
  });
});

describe('headers of Apache', () => {
  it('of a send are the same in both versions', () => {
    const v1 = SendMessageRequestHeader.decode(goldenFields('send V1 JSON'));
    const v2 = SendMessageRequestHeaderV2.decode(goldenFields('send V2 JSON'));
    expect(v1).toEqual(v2);
    expect(v2).toMatchObject({ producerGroup: 'PG', queueId: 3, bornTimestamp: 1700000000123, maxReconsumeTimes: 16 });
  });

  it('of a send are written as Apache writes them', () => {
    const ext = goldenFields('send V2 ROCKETMQ');
    expect(SendMessageRequestHeaderV2.encode(SendMessageRequestHeaderV2.decode(ext))).toEqual(ext);
    const old = goldenFields('send V1 ROCKETMQ');
    expect(sorted(SendMessageRequestHeader.encode(SendMessageRequestHeader.decode(old)))).toEqual(sorted(old));
  });

  it.each([
    ['pull JSON', PullMessageRequestHeader],
    ['pulled JSON', PullMessageResponseHeader],
    ['sent JSON', SendMessageResponseHeader],
    ['register broker JSON', RegisterBrokerRequestHeader],
  ] as const)('come out as they went in: %s', (name, header) => {
    const ext = goldenFields(name);
    const typed = header as { decode(ext: ExtFields): object; encode(value: object): ExtFields };
    expect(sorted(typed.encode(typed.decode(ext)))).toEqual(sorted(ext));
  });

  it('of a search take any case of UPPER, and LOWER for all else', () => {
    const search = (boundaryType?: string) =>
      SearchOffsetRequestHeader.decode({
        topic: 't',
        queueId: '0',
        timestamp: '1',
        ...(boundaryType === undefined ? {} : { boundaryType }),
      }).boundaryType;
    expect([search('upper'), search('LOWER'), search('?'), search()]).toEqual(['UPPER', 'LOWER', 'LOWER', 'LOWER']);
  });

  it('of a hot request name what is missing, as all others do', () => {
    expect(() => SendMessageRequestHeaderV2.decode({ a: 'PG' })).toThrow('the header field "b" is missing');
    expect(() => PullMessageRequestHeader.decode({})).toThrow('the header field "consumerGroup" is missing');
    expect(() => SendMessageRequestHeaderV2.decode({ ...goldenFields('send V2 JSON'), e: 'x' })).toThrow('"e"');
  });
});
