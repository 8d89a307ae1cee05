import { describe, expect, it } from '@jest/globals';
import { DispatchLimit } from './dispatch-limit.js';

/** A driver's limit that counts who looks at it. */
class DriverLimit {
  looks = 0;
  readonly controller = new AbortController();
  get signal(): AbortSignal {
    this.looks++;
    return this.controller.signal;
  }
}

describe('the limit of a dispatch', () => {
  it('makes no signal, and asks the driver for none, until somebody looks', () => {
    const driver = new DriverLimit();
    const limit = new DispatchLimit(driver);
    expect(driver.looks).toBe(0);
    const { signal } = limit;
    expect([driver.looks, signal.aborted, limit.signal === signal]).toEqual([1, false, true]);
  });

  it('is up when the driver says so, with its reason', () => {
    const driver = new DriverLimit();
    const { signal } = new DispatchLimit(driver);
    driver.controller.abort('too long');
    expect([signal.aborted, signal.reason]).toEqual([true, 'too long']);
  });

  it('is up when the stop says so, whatever the driver says later', () => {
    const driver = new DriverLimit();
    const limit = new DispatchLimit(driver);
    const { signal } = limit;
    limit.abort('stopped');
    driver.controller.abort('too long');
    expect([signal.aborted, signal.reason]).toEqual([true, 'stopped']);
  });

  it('is up for those too who look late', () => {
    const stopped = new DispatchLimit(new DriverLimit());
    stopped.abort('stopped');
    expect(stopped.signal).toMatchObject({ aborted: true, reason: 'stopped' });
    const driver = new DriverLimit();
    driver.controller.abort('too long');
    expect(new DispatchLimit(driver).signal).toMatchObject({ aborted: true, reason: 'too long' });
  });
});
