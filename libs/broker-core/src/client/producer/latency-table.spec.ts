import { describe, expect, it } from '@jest/globals';
import { avoidanceOf, LatencyTable } from './latency-table.js';

describe('LatencyTable', () => {
  it('avoids a broker the longer, the longer it took', () => {
    expect([100, 549, 550, 1799, 1800, 3000, 5000, 15_000].map(avoidanceOf)).toEqual([
      0, 0, 2000, 2000, 5000, 6000, 10_000, 30_000,
    ]);
  });

  it('leaves a failed broker alone for ten seconds, and not a millisecond more', () => {
    const table = new LatencyTable();
    table.note('broker-a', 3, true, 1000);
    expect(table.isAvailable('broker-a', 10_999)).toBe(false);
    expect(table.isAvailable('broker-a', 11_000)).toBe(true);
    expect(table.isAvailable('broker-b', 1000)).toBe(true);
  });

  it('trusts a broker again as soon as it answers quickly', () => {
    const table = new LatencyTable();
    table.note('broker-a', 20_000, false, 0);
    table.note('broker-a', 5, false, 1);
    expect(table.isAvailable('broker-a', 2)).toBe(true);
  });
});
