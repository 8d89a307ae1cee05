import { describe, expect, it } from '@jest/globals';
import { ConsumeFromWhere } from '../options.js';
import { parseConsumeTimestamp, startingPointOf } from './consume-from-where.js';

const input = (topic: string, consumeFromWhere: ConsumeFromWhere, perTopic?: Map<string, ConsumeFromWhere>) => ({
  group: 'G',
  topic,
  consumeFromWhere,
  perTopic,
  timestamp: 42,
  missedAt: undefined,
});

describe('startingPointOf', () => {
  it('begins where the group said', () => {
    expect(startingPointOf(input('T', 'CONSUME_FROM_FIRST_OFFSET'))).toEqual({ kind: 'offset', queueOffset: 0 });
    expect(startingPointOf(input('T', 'CONSUME_FROM_LAST_OFFSET'))).toEqual({ kind: 'end' });
    expect(startingPointOf(input('T', 'CONSUME_FROM_TIMESTAMP'))).toEqual({ kind: 'time', timestamp: 42 });
  });

  it('misses nothing of its own retry topic', () => {
    expect(startingPointOf(input('%RETRY%G', 'CONSUME_FROM_LAST_OFFSET'))).toEqual({ kind: 'offset', queueOffset: 0 });
    expect(startingPointOf(input('%RETRY%G', 'CONSUME_FROM_TIMESTAMP'))).toEqual({ kind: 'end' });
  });

  it('has no end in a topic that came after it was looked for', () => {
    const missedAt = 1_000_000;
    const late = { ...input('T', 'CONSUME_FROM_LAST_OFFSET'), missedAt };
    expect(startingPointOf(late)).toEqual({ kind: 'time', timestamp: missedAt - 60_000 });
    const first = { ...input('T', 'CONSUME_FROM_FIRST_OFFSET'), missedAt };
    expect(startingPointOf(first)).toEqual({ kind: 'offset', queueOffset: 0 });
  });

  it('lets a topic differ from its group', () => {
    const perTopic = new Map([['T', ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET]]);
    expect(startingPointOf(input('T', 'CONSUME_FROM_LAST_OFFSET', perTopic)).kind).toBe('offset');
    expect(startingPointOf(input('U', 'CONSUME_FROM_LAST_OFFSET', perTopic)).kind).toBe('end');
  });
});

describe('parseConsumeTimestamp', () => {
  it('reads local time', () => {
    expect(parseConsumeTimestamp('20260131180509')).toBe(new Date(2026, 0, 31, 18, 5, 9).getTime());
  });

  it.each(['', '2026-01-31', '20261331180000', '20260230000000', '20260101250000'])(
    'refuses %j and says how',
    (text) => {
      expect(() => parseConsumeTimestamp(text)).toThrow(/yyyyMMddHHmmss/);
    },
  );
});
