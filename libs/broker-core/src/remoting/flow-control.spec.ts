import { describe, expect, it } from '@jest/globals';
import { type Load, nextGate, openGate, type ReadGate, reasonToClose, type Vitals } from './flow-control.js';
import { limitsFrom } from './limits.js';

const limits = limitsFrom({
  maxInFlightPerConnection: 10,
  maxInFlightBytesPerConnection: 1000,
  pauseUnsentBytes: 100,
  maxUnsentBytes: 500,
  idleTimeoutMs: 120,
  unreadTimeoutMs: 30,
  partialFrameTimeoutMs: 20,
});
const nothing: Load = { inFlight: 0, inFlightBytes: 0, unsentBytes: 0 };
const shut: ReadGate = { kind: 'shut' };

describe('the read gate', () => {
  const loads: [keyof Load, number][] = [
    ['inFlight', 10],
    ['inFlightBytes', 1000],
    ['unsentBytes', 100],
  ];
  it.each(loads)('shuts when %s reaches %i and opens below half of it', (name, limit) => {
    expect(nextGate(openGate, { ...nothing, [name]: limit - 1 }, limits).kind).toBe('open');
    expect(nextGate(openGate, { ...nothing, [name]: limit }, limits).kind).toBe('shut');
    expect(nextGate(shut, { ...nothing, [name]: limit / 2 }, limits).kind).toBe('shut');
    expect(nextGate(shut, { ...nothing, [name]: limit / 2 - 1 }, limits).kind).toBe('open');
  });
});

describe('a connection is closed', () => {
  const well: Vitals = { lastActivityMs: 1000, partialSinceMs: undefined, unreadSinceMs: undefined, unsentBytes: 0 };

  it('not while all is well', () => {
    expect(reasonToClose(well, limits, 1119)).toBeUndefined();
  });

  it('when it was idle, not a moment before', () => {
    expect(reasonToClose(well, limits, 1120)).toMatch(/idle/);
  });

  it('when it does not finish a frame', () => {
    expect(reasonToClose({ ...well, partialSinceMs: 1000 }, limits, 1019)).toBeUndefined();
    expect(reasonToClose({ ...well, partialSinceMs: 1000 }, limits, 1020)).toMatch(/frame/);
  });

  it('when it takes nothing of what waits for it, or too much waits', () => {
    expect(reasonToClose({ ...well, unreadSinceMs: 1000, unsentBytes: 500 }, limits, 1029)).toBeUndefined();
    expect(reasonToClose({ ...well, unreadSinceMs: 1000, unsentBytes: 1 }, limits, 1030)).toMatch(/took none/);
    expect(reasonToClose({ ...well, unsentBytes: 501 }, limits, 1001)).toMatch(/too many bytes/);
  });
});
