import { describe, expect, it } from '@jest/globals';
import { PutTimes } from './put-times.js';

describe('the times that puts take', () => {
  it('are 0 while nothing was put', () => {
    expect(new PutTimes().percentile(0.99)).toBe(0);
  });

  it('name the time that 99 of 100 puts stay under', () => {
    const times = new PutTimes();
    for (let count = 0; count < 990; count++) times.add(0.2);
    for (let count = 0; count < 10; count++) times.add(42);
    expect(times.percentile(0.5)).toBeLessThanOrEqual(0.5);
    expect(times.percentile(0.99)).toBeLessThanOrEqual(0.5);
    expect(times.percentile(0.999)).toBeGreaterThan(40);
    expect(times.percentile(0.999)).toBeLessThanOrEqual(50);
  });

  it('say what is off the scale as its end', () => {
    const times = new PutTimes();
    times.add(60_000);
    expect(times.percentile(0.99)).toBe(10_000);
  });

  it('forget what is two turns old', () => {
    const times = new PutTimes();
    times.add(42);
    times.turn();
    expect(times.percentile(0.99)).toBeGreaterThan(40);
    times.turn();
    expect(times.percentile(0.99)).toBe(0);
  });
});
