import { describe, expect, it } from '@jest/globals';
import { LentBuffers } from './lent-buffers.js';

describe('lent buffers', () => {
  it('are as long as was asked, and lent again after they were given back', () => {
    const buffers = new LentBuffers();
    const first = buffers.take(40_000);
    const second = buffers.take(40_000);
    expect([first.length, second.length]).toEqual([40_000, 40_000]);
    expect(second.buffer).not.toBe(first.buffer);
    buffers.give(first);
    expect(buffers.take(50_000).buffer).toBe(first.buffer);
  });

  it('are taken back once, and only from here', () => {
    const buffers = new LentBuffers();
    const lent = buffers.take(40_000);
    buffers.give(lent);
    buffers.give(lent);
    buffers.give(Buffer.alloc(64 * 1024));
    expect(buffers.take(40_000).buffer).toBe(lent.buffer);
    expect(buffers.take(40_000).buffer).not.toBe(lent.buffer);
  });

  it('are made anew when they are very large or not worth it', () => {
    const buffers = new LentBuffers();
    for (const sizeBytes of [10, 1024 * 1024]) {
      const lent = buffers.take(sizeBytes);
      buffers.give(lent);
      expect(buffers.take(sizeBytes).buffer).not.toBe(lent.buffer);
    }
  });

  it('wait in bounded number', () => {
    const buffers = new LentBuffers();
    const lent = Array.from({ length: 40 }, () => buffers.take(40_000));
    for (const one of lent) buffers.give(one);
    const memory = new Set(lent.map(({ buffer }) => buffer));
    const again = Array.from({ length: 40 }, () => buffers.take(40_000).buffer);
    expect(again.filter((one) => memory.has(one))).toHaveLength(32);
  });
});
