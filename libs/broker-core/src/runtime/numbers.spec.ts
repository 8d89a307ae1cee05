import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readInt64, writeInt64 } from './numbers.js';

describe('i64 in two halves', () => {
  it('reads back every safe integer, as BigInt does', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const buffer = Buffer.alloc(8);
        writeInt64(buffer, value, 0);
        expect(readInt64(buffer, 0)).toBe(value);
        expect(buffer.readBigInt64BE(0)).toBe(BigInt(value));
      }),
    );
  });
});
