import { describe, expect, it } from '@jest/globals';
import { DELAY_LEVELS, delayLevelOf } from './delay.js';
import { hashOf, hashSelector, queueChoice } from './queue-selector.js';

describe('delay levels', () => {
  it('are 18, from a second to two hours', () => {
    expect(DELAY_LEVELS).toHaveLength(18);
    expect(delayLevelOf({ delay: 1000 })).toBe(1);
    expect(delayLevelOf({ delay: 7_200_000 })).toBe(18);
    expect(delayLevelOf({ delayLevel: 5 })).toBe(5);
    expect(delayLevelOf({})).toBeUndefined();
  });

  it('refuse what they are not', () => {
    expect(() => delayLevelOf({ delay: 1500 })).toThrow('1500 ms is not supported yet');
    expect(() => delayLevelOf({ deliverAt: 1 })).toThrow('not supported yet');
    expect(() => delayLevelOf({ delayLevel: 19 })).toThrow('levels are 1 (1s) to 18 (2h)');
    expect(() => delayLevelOf({ delayLevel: 1, delay: 1000 })).toThrow('not several');
  });
});

describe('the queue of a hash key', () => {
  it("is Java's: hashCode, remainder, absolute value", () => {
    expect(hashOf('hello')).toBe(99162322);
    expect(hashOf('')).toBe(0);
    const queues = [0, 1, 2, 3].map((queueId) => ({ brokerName: 'a', queueId }));
    expect(hashSelector(queues, {} as never, 'hello')).toBe(2);
  });

  it('must exist', () => {
    expect(() => queueChoice(() => 9, {} as never, 'k')([{ brokerName: 'a', queueId: 0 }])).toThrow('answered 9');
  });
});
