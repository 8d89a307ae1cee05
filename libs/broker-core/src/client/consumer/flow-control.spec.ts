import { describe, expect, it } from '@jest/globals';
import { reasonToWait, sharedLimit } from './flow-control.js';

const MIB = 1024 * 1024;
const limits = { maxMessages: 1000, maxMiB: 100, maxSpan: 2000 };

describe('reasonToWait', () => {
  it.each([
    [1000, 0, 0, undefined],
    [1001, 0, 0, /1000 messages/],
    [1, 100 * MIB, 0, undefined],
    [1, 101 * MIB, 0, /100 MiB/],
    [2, 0, 2000, undefined],
    [2, 0, 2001, /span/],
  ])('%d messages, %d bytes, span %d', (messageCount, bodyBytes, span, wanted) => {
    const reason = reasonToWait({ messageCount, bodyBytes, span }, limits);
    if (wanted === undefined) expect(reason).toBeUndefined();
    else expect(reason).toMatch(wanted);
  });

  it('does not mind the span of orderly queues', () => {
    expect(
      reasonToWait({ messageCount: 2, bodyBytes: 0, span: 1e6 }, { ...limits, maxSpan: undefined }),
    ).toBeUndefined();
  });
});

describe('sharedLimit', () => {
  it('divides a topic’s limit among its queues, leaving each at least one', () => {
    expect([sharedLimit(-1, 1000, 4), sharedLimit(2000, 1000, 4), sharedLimit(2, 1000, 4)]).toEqual([1000, 500, 1]);
  });
});
