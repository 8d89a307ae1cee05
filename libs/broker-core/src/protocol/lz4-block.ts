const MIN_MATCH = 4;
/** The format's own rule: the last bytes of a block are literals. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const MAX_DISTANCE = 0xffff;
const HASH_BITS = 14;

/** Where unpacked bytes go; it grows, and never beyond its limit. */
export class Lz4Output {
  private bytes: Buffer;
  length = 0;

  constructor(
    firstBytes: number,
    private readonly maxBytes: number,
  ) {
    this.bytes = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes));
  }

  append(source: Buffer, start: number, end: number): void {
    if (end > source.length) throw new RangeError('literals end beyond their block');
    const at = this.reserve(end - start);
    source.copy(this.bytes, at, start, end);
  }

  /** Repeats what was written `distance` bytes ago; the two may overlap. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new RangeError(`a match ${distance} bytes back points nowhere`);
    const at = this.reserve(count);
    if (distance >= count) this.bytes.copyWithin(at, at - distance, at - distance + count);
    else for (let index = at; index < at + count; index++) this.bytes[index] = this.bytes[index - distance]!;
  }

  take(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): number {
    const at = this.length;
    const needed = at + count;
    if (needed > this.maxBytes) throw new RangeError(`unpacks to more than ${this.maxBytes} bytes`);
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(needed, this.bytes.length * 2)));
      this.bytes.copy(larger, 0, 0, at);
      this.bytes = larger;
    }
    this.length = needed;
    return at;
  }
}

/**
 * Unpacks one LZ4 block.
 *
 * Shape   sequences of: u8 token (literals << 4 | matchLength - 4) · more length · literals · u16le distance · more length
 * Throws  RangeError if a length or distance lies, or the output would exceed its limit
 * Source  LZ4 block format description
 */
export function unpackLz4Block(source: Buffer, start: number, end: number, output: Lz4Output): void {
  let at = start;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let more: number;
      do {
        if (at >= end) throw new RangeError('a length is cut off');
        more = source[at++]!;
        length += more;
      } while (more === 255);
    }
    return length;
  };
  while (at < end) {
    const token = source[at++]!;
    const literals = lengthFrom(token >>> 4);
    if (at + literals > end) throw new RangeError('literals end beyond their block');
    output.append(source, at, at + literals);
    at += literals;
    if (at >= end) return;
    if (at + 2 > end) throw new RangeError('a distance is cut off');
    const distance = source[at]! | (source[at + 1]! << 8);
    at += 2;
    output.repeat(distance, lengthFrom(token & 15) + MIN_MATCH);
  }
}

/** Packs `source` as one block: the first match found is taken, as LZ4's fast mode does. */
export function packLz4Block(source: Buffer): Buffer {
  const target = Buffer.allocUnsafe(source.length + Math.floor(source.length / 255) + 16);
  const seen = new Int32Array(1 << HASH_BITS).fill(-1);
  const matchEnd = source.length - LAST_LITERALS;
  let written = 0;
  let anchor = 0;
  let at = 0;
  while (at < source.length - MATCH_LIMIT) {
    const word = source.readInt32LE(at);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = seen[slot]!;
    seen[slot] = at;
    if (candidate < 0 || at - candidate > MAX_DISTANCE || source.readInt32LE(candidate) !== word) {
      at++;
      continue;
    }
    let length = MIN_MATCH;
    while (at + length < matchEnd && source[candidate + length] === source[at + length]) length++;
    written = writeSequence(source, anchor, at, at - candidate, length, target, written);
    at += length;
    anchor = at;
  }
  return target.subarray(0, writeSequence(source, anchor, source.length, 0, MIN_MATCH, target, written));
}

/** A distance of 0 writes literals only: the end of a block. */
function writeSequence(
  source: Buffer,
  from: number,
  to: number,
  distance: number,
  matchLength: number,
  target: Buffer,
  position: number,
): number {
  const literals = to - from;
  const match = matchLength - MIN_MATCH;
  target[position] = (Math.min(literals, 15) << 4) | Math.min(match, 15);
  let at = writeMoreLength(literals, target, position + 1);
  source.copy(target, at, from, to);
  at += literals;
  if (distance === 0) return at;
  target[at] = distance;
  target[at + 1] = distance >>> 8;
  return writeMoreLength(match, target, at + 2);
}

function writeMoreLength(length: number, target: Buffer, position: number): number {
  if (length < 15) return position;
  let at = position;
  let left = length - 15;
  for (; left >= 255; left -= 255) target[at++] = 255;
  target[at++] = left;
  return at;
}
