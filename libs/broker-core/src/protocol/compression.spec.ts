import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goldenBytes } from '../../../../test/support/golden.js';
import { CorruptRecordError } from '../runtime/errors.js';
import {
  type CompressionType,
  compressBody,
  compressionOf,
  decompressBody,
  sysFlagOfCompression,
} from './compression.js';
import { packLz4Frame } from './lz4-frame.js';
import { xxHash32 } from './xx-hash32.js';

const plain = Buffer.from('zip me 你好 '.repeat(1000));
const knowsZstd = Number(process.versions.node.split('.')[0]) >= 23;
const types: CompressionType[] = knowsZstd ? ['ZLIB', 'LZ4', 'ZSTD'] : ['ZLIB', 'LZ4'];
/** Short repeats, long repeats and noise, in any order. */
const bodies = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.nat(200)).map(([unit, times]) => {
        return Uint8Array.from({ length: unit.length * times }, (_, index) => unit[index % unit.length]!);
      }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

describe.each(types)('a body packed by %s', (type) => {
  const sysFlag = sysFlagOfCompression(type);

  it('of Apache unpacks', () => {
    expect(decompressBody(goldenBytes('records', `packed by ${type}`), sysFlag)).toEqual(plain);
  });

  it('is small, and unpacks to what it was', () => {
    expect(compressBody(plain, type).length).toBeLessThan(300);
    fc.assert(
      fc.property(bodies, (body) => expect(decompressBody(compressBody(body, type), sysFlag).equals(body)).toBe(true)),
    );
  });

  it('does not unpack beyond its limit', () => {
    expect(() => decompressBody(compressBody(plain, type), sysFlag, plain.length - 1)).toThrow(CorruptRecordError);
    expect(decompressBody(compressBody(plain, type), sysFlag, plain.length).length).toBe(plain.length);
  });

  it('ends in a body or a CorruptRecordError, whatever its bytes are', () => {
    const packed = compressBody(plain, type);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length), (at, byte, length) => {
        const damaged = Buffer.from(packed.subarray(0, length));
        if (at < length) damaged[at] = byte;
        try {
          decompressBody(damaged, sysFlag, 1 << 20);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptRecordError);
        }
      }),
    );
  });
});

describe('LZ4', () => {
  it('leaves noise as it is', () => {
    const noise = goldenBytes('records', 'noise');
    const sysFlag = sysFlagOfCompression('LZ4');
    expect(decompressBody(goldenBytes('records', 'noise packed by LZ4'), sysFlag)).toEqual(noise);
    expect(packLz4Frame(noise).length).toBe(noise.length + 15);
  });

  it('packs more than one block', () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 'abcdefgh');
    expect(decompressBody(packLz4Frame(large), sysFlagOfCompression('LZ4')).equals(large)).toBe(true);
  });
});

describe('xxHash32', () => {
  it.each([
    ['', 0, 0x02cc5d05],
    ['a', 0, 0x550d7456],
    ['abc', 0, 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
  ])('of %j', (text, seed, hash) => {
    expect(xxHash32(Buffer.from(text), seed)).toBe(hash);
  });
});

describe('the compression in a sysFlag', () => {
  it('is zlib when old senders name none', () => {
    expect([compressionOf(0x1), compressionOf(0x301), compressionOf(0x101), compressionOf(0x201)]).toEqual([
      'ZLIB',
      'ZLIB',
      'LZ4',
      'ZSTD',
    ]);
    expect(() => compressionOf(0x701)).toThrow(CorruptRecordError);
  });
});
