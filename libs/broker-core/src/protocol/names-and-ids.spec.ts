import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { golden, goldenText } from '../../../../test/support/golden.js';
import { ManualTime } from '../runtime/manual-time.js';
import { hostBytes, parseHost, readHost, writeHost } from './host-address.js';
import { formatOffsetMessageId, parseOffsetMessageId, timeOfUniqueId, UniqueIdGenerator } from './message-id.js';
import {
  appendProperty,
  decodeProperties,
  encodeProperties,
  getPropertyFrom,
  withoutProperty,
} from './message-properties.js';
import { javaStringHash } from './string-hash.js';
import { buildSubscriptionData, matchesTag, matchesTagExactly, tagsCodeOf } from './tag-filter.js';
import {
  groupOfTopic,
  isForbiddenToSend,
  isSystemGroup,
  isSystemTopic,
  validateGroup,
  validateTopic,
} from './topic-names.js';

describe('offset ids', () => {
  const commitLogOffset = 123_456_789_012;

  it('are those of Apache', () => {
    const v4 = { address: '10.0.0.1', port: 10911 };
    const v6 = { address: '2001:db8::1', port: 10911 };
    expect(formatOffsetMessageId(v4, commitLogOffset)).toBe(goldenText('ids', 'offset id, IPv4'));
    expect(formatOffsetMessageId(v6, commitLogOffset)).toBe(goldenText('ids', 'offset id, IPv6'));
    expect(parseOffsetMessageId(goldenText('ids', 'offset id, IPv4'))).toEqual({ storeHost: v4, commitLogOffset });
    expect(parseOffsetMessageId(goldenText('ids', 'offset id, IPv6'))).toEqual({ storeHost: v6, commitLogOffset });
  });

  it.each(['', 'x', '0A00', 'G'.repeat(32), `${'0'.repeat(31)}g`, '0'.repeat(55), 'F'.repeat(32)])(
    'are not %j',
    (text) => {
      expect(parseOffsetMessageId(text)).toBeUndefined();
    },
  );
});

describe('unique ids', () => {
  const id = goldenText('ids', 'unique id');
  const saltAt = id.length - 20;
  const generator = (now: number) => {
    const time = new ManualTime(now);
    const ids = new UniqueIdGenerator({
      clock: time,
      ip: goldenText('ids', 'unique id: ip'),
      pid: Number(goldenText('ids', 'unique id: pid')),
      salt: Number.parseInt(id.slice(saltAt, saltAt + 8), 16),
    });
    return { ids, time };
  };

  it('are those of Apache for the same machine, process and moment', () => {
    const sinceMonthStart = Number.parseInt(id.slice(-12, -4), 16);
    const now = new Date(2026, 11, 1).getTime() + sinceMonthStart;
    expect(generator(now).ids.next()).toBe(id);
    expect(timeOfUniqueId(id, now + 1)).toBe(now);
  });

  it('begin a new month at its first moment', async () => {
    const start = new Date(2026, 11, 1).getTime();
    const { ids, time } = generator(start - 1);
    const before = ids.next();
    await time.advance(1);
    expect(ids.next().slice(-12)).toBe('000000000001');
    expect(timeOfUniqueId(before, start + 5)).toBe(start - 1);
  });

  it('never repeat within 65,536', () => {
    const { ids } = generator(1_700_000_000_000);
    const seen = new Set(Array.from({ length: 65_536 }, () => ids.next()));
    expect(seen.size).toBe(65_536);
  });
});

describe('Java hashes', () => {
  const prefix = 'hash of ';
  const cases = [...golden('ids')].filter(([name]) => name.startsWith(prefix));
  it.each(cases)('%s', (name, hash) => {
    expect(javaStringHash(name.slice(prefix.length))).toBe(Number(hash));
  });
});

describe('hosts', () => {
  it.each([
    ['10.0.0.1:10911', '10.0.0.1', 10911],
    ['[2001:db8::1]:10911', '2001:db8::1', 10911],
    ['host', 'host', 0],
  ])('%s', (text, address, port) => {
    expect(parseHost(text)).toEqual({ address, port });
  });

  it('keep their bytes', () => {
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(addresses, fc.integer({ min: 0, max: 65_535 }), (address, port) => {
        const first = Buffer.alloc(20);
        expect(writeHost({ address, port }, first, 0)).toBe(hostBytes(address));
        const second = Buffer.alloc(20);
        writeHost(readHost(first, 0, address.includes(':')), second, 0);
        expect(second).toEqual(first);
      }),
    );
  });

  it('are 0.0.0.0 when they are no address', () => {
    for (const address of ['localhost', '1.2.3', '', '1.2.3.4.5']) {
      const target = Buffer.alloc(8, 0xff);
      expect(writeHost({ address, port: 1 }, target, 0)).toBe(8);
      if (address !== '1.2.3.4.5') expect(target.readInt32BE(0)).toBe(0);
    }
  });
});

describe('properties', () => {
  const NAME_END = '\u0001';
  const END = '\u0002';

  it('pass over segments that have no name or no value', () => {
    const text = `a${NAME_END}1${END}${END}x${END}${NAME_END}2${END}b${NAME_END}${END}c${NAME_END}3`;
    expect([...decodeProperties(text)]).toEqual([
      ['a', '1'],
      ['c', '3'],
    ]);
    expect(getPropertyFrom(text, 'c')).toBe('3');
    expect(getPropertyFrom(text, 'b')).toBeUndefined();
  });

  it('find a name that is the end of another', () => {
    const text = encodeProperties(
      new Map([
        ['ORIGIN_KEYS', '1'],
        ['KEYS', '2'],
        ['x', 'KEYS'],
      ]),
    );
    expect(getPropertyFrom(text, 'KEYS')).toBe('2');
    expect(getPropertyFrom(text, 'EYS')).toBeUndefined();
  });

  it('are kept, and can be found, added and taken away in the string', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\u0001\u0002]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts)), texts, texts, (entries, name, value) => {
        const properties = new Map(entries);
        const text = encodeProperties(properties);
        expect(decodeProperties(text)).toEqual(properties);
        expect(getPropertyFrom(text, name)).toBe(properties.get(name));
        const without = withoutProperty(text, name);
        expect(decodeProperties(without).has(name)).toBe(false);
        expect(getPropertyFrom(appendProperty(without, name, value), name)).toBe(value);
      }),
    );
  });
});

describe('names', () => {
  it.each(['TopicTest', '%RETRY%group', 'a|b', 'x'.repeat(127), `%DLQ%${'x'.repeat(120)}`])(
    'of topics may be %s',
    (name) => {
      expect(validateTopic(name)).toBeUndefined();
    },
  );

  it.each([
    undefined,
    '',
    '  ',
    '../x',
    'a/b',
    'a\0b',
    'grün',
    'a b',
    'a\n',
    '__proto__/',
    'x'.repeat(128),
    'x'.repeat(300),
  ])('of topics may not be %j', (name) => {
    expect(validateTopic(name)).toEqual(expect.any(String));
  });

  it('of groups are shorter', () => {
    expect(validateGroup('x'.repeat(120))).toBeUndefined();
    expect(validateGroup('x'.repeat(121))).toContain('121 characters');
  });

  it('tell what belongs to RocketMQ', () => {
    expect([isSystemTopic('TBW102'), isSystemTopic('rmq_sys_x'), isSystemTopic('TopicTest')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isForbiddenToSend('SCHEDULE_TOPIC_XXXX'), isForbiddenToSend('TBW102')]).toEqual([true, false]);
    expect([isSystemGroup('CID_RMQ_SYS_TRANS'), isSystemGroup('mine')]).toEqual([true, false]);
    expect([groupOfTopic('%RETRY%g'), groupOfTopic('%DLQ%g'), groupOfTopic('g')]).toEqual(['g', 'g', undefined]);
  });
});

describe('tags', () => {
  it('are split at || and hashed', () => {
    const subscription = buildSubscriptionData('t', ' TagA ||TagB|| ', undefined, 5);
    expect(subscription).toMatchObject({ tagsSet: new Set(['TagA', 'TagB']), codeSet: new Set([2598919, 2598920]) });
    expect(matchesTag(subscription, tagsCodeOf('TagA'))).toBe(true);
    expect(matchesTag(subscription, tagsCodeOf('TagC'))).toBe(false);
    expect(matchesTag(subscription, tagsCodeOf(undefined))).toBe(false);
  });

  it('with one hash are told apart by the client', () => {
    const subscription = buildSubscriptionData('t', 'Aa', 'TAG', 5);
    expect(matchesTag(subscription, tagsCodeOf('BB'))).toBe(true);
    expect(matchesTagExactly(subscription, 'BB')).toBe(false);
    expect(matchesTagExactly(subscription, 'Aa')).toBe(true);
    expect(matchesTagExactly(subscription, undefined)).toBe(false);
  });

  it.each(['*', '', undefined])('all match %j', (expression) => {
    const subscription = buildSubscriptionData('t', expression, 'TAG', 5);
    expect(subscription.subString).toBe('*');
    expect(matchesTag(subscription, 0)).toBe(true);
    expect(matchesTagExactly(subscription, undefined)).toBe(true);
  });

  it('are not looked for in SQL', () => {
    const subscription = buildSubscriptionData('t', "a > 1 AND b = 'x||y'", 'SQL92', 5);
    expect(subscription).toMatchObject({ expressionType: 'SQL92', tagsSet: new Set() });
  });

  it('must be there when something is written', () => {
    expect(() => buildSubscriptionData('t', '||', 'TAG', 5)).toThrow('names no tag');
  });
});
