import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { brokerStamp, readSentProperties, type SentProperties } from './sent-properties.js';

const stamp = brokerStamp('R', true, 'C');
const read = (text: string): SentProperties => ({ ...readSentProperties(text, stamp, () => 'MADE') });
const text = (properties: Record<string, string>) => encodeProperties(new Map(Object.entries(properties)));
const stored = (properties: Record<string, string>) =>
  Object.fromEntries(decodeProperties(read(text(properties)).text));

describe('properties of a sent message', () => {
  it('are read in one pass and get the broker’s own', () => {
    const found = read(text({ TAGS: 'a', KEYS: 'k1 k2', UNIQ_KEY: 'U', DELAY: '3', WAIT: 'false', own: 'x' }));
    expect(found).toMatchObject({
      tags: 'a',
      keys: 'k1 k2',
      uniqKey: 'U',
      delayLevel: 3,
      waitStoreMsgOK: false,
      isPrepared: false,
      isTimed: false,
      isInnerBatch: false,
    });
    expect(found.text).toBe(
      text({ TAGS: 'a', KEYS: 'k1 k2', UNIQ_KEY: 'U', DELAY: '3', WAIT: 'false', own: 'x' }) + stamp.text,
    );
  });

  it('get an id when they have none', () => {
    expect(read('')).toMatchObject({ uniqKey: 'MADE', waitStoreMsgOK: true });
    expect(stored({})).toEqual({ MSG_REGION: 'R', TRACE_ON: 'true', CLUSTER: 'C', UNIQ_KEY: 'MADE' });
  });

  it('cannot say what is the broker’s to say', () => {
    const claimed = { MSG_REGION: 'x', TRACE_ON: 'false', CLUSTER: 'y', POP_CK: 'z', UNIQ_KEY: 'U', TAGS: 't' };
    expect(stored(claimed)).toEqual({ MSG_REGION: 'R', TRACE_ON: 'true', CLUSTER: 'C', UNIQ_KEY: 'U', TAGS: 't' });
  });

  it('lose what is malformed, as RocketMQ loses it', () => {
    const found = read('TAGS\u0001\u0002noValue\u0002\u0001noName\u0002KEYS\u0001k');
    expect(found).toMatchObject({ tags: undefined, keys: 'k' });
    expect([...decodeProperties(found.text).keys()].sort()).toEqual([
      'CLUSTER',
      'KEYS',
      'MSG_REGION',
      'TRACE_ON',
      'UNIQ_KEY',
    ]);
  });

  it('say whether a message is timed; a delay level wins over a timer', () => {
    expect(read(text({ TIMER_DELAY_SEC: '3' })).isTimed).toBe(true);
    expect(read(text({ TIMER_DELAY_MS: '3' })).isTimed).toBe(true);
    expect(read(text({ TIMER_DELIVER_MS: '3' })).isTimed).toBe(true);
    expect(read(text({ TIMER_DELIVER_MS: '3', TIMER_OUT_MS: '2' })).isTimed).toBe(false);
    expect(read(text({ TIMER_DELIVER_MS: '3', DELAY: '2' }))).toMatchObject({ isTimed: false, delayLevel: 2 });
    expect(stored({ TIMER_DELIVER_MS: '3', DELAY: '2' })).not.toHaveProperty('TIMER_DELIVER_MS');
  });

  it('say whether a message is half of a transaction, in whatever case', () => {
    expect(read(text({ TRAN_MSG: 'TRUE' })).isPrepared).toBe(true);
    expect(read(text({ TRAN_MSG: 'yes' })).isPrepared).toBe(false);
  });

  it('mean the same whether they go the short way or the long one', () => {
    const names = fc.constantFrom(
      'TAGS',
      'KEYS',
      'WAIT',
      'DELAY',
      'UNIQ_KEY',
      'TRAN_MSG',
      'INNER_NUM',
      'own',
      'TIMER_OUT_MS',
    );
    const values = fc.oneof(
      fc.constantFrom('true', 'false', '3', '0'),
      fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme-ascii' }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 8 }), (pairs) => {
        const short = pairs.map(([name, value]) => `${name}\u0001${value}\u0002`).join('');
        const a = read(short);
        const b = read(`${short}\u0002`); // an empty segment sends it the long way
        expect({ ...a, text: decodeProperties(a.text) }).toEqual({ ...b, text: decodeProperties(b.text) });
      }),
    );
  });
});
