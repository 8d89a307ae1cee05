const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const round = (lane: number, input: number): number =>
  Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);

/** xxHash of 32 bits, unsigned: the checksum inside LZ4 frames. Source: the xxHash specification, XXH32. */
export function xxHash32(source: Buffer, seed = 0): number {
  const { length } = source;
  let at = 0;
  let hash: number;
  if (length >= 16) {
    let [a, b, c, d] = [(seed + PRIME_1 + PRIME_2) | 0, (seed + PRIME_2) | 0, seed | 0, (seed - PRIME_1) | 0];
    for (; at + 16 <= length; at += 16) {
      a = round(a, source.readInt32LE(at));
      b = round(b, source.readInt32LE(at + 4));
      c = round(c, source.readInt32LE(at + 8));
      d = round(d, source.readInt32LE(at + 12));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  } else hash = seed + PRIME_5;
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(source.readInt32LE(at), PRIME_3)) | 0, 17), PRIME_4);
  }
  for (; at < length; at++) hash = Math.imul(rotate((hash + Math.imul(source[at]!, PRIME_5)) | 0, 11), PRIME_1);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
