import { Lz4Output, packLz4Block, unpackLz4Block } from './lz4-block.js';
import { xxHash32 } from './xx-hash32.js';

const MAGIC = 0x184d2204;
const VERSION = 0x40;
const INDEPENDENT_BLOCKS = 0x20;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY_ID = 0x01;
const BLOCKS_OF_4_MIB = 0x70;
const BLOCK_BYTES = 4 * 1024 * 1024;
const STORED_AS_IT_IS = 0x80000000;
const FIRST_ROOM_BYTES = 64 * 1024;

/**
 * Unpacks an LZ4 frame, as Java clients pack bodies when told to use LZ4.
 *
 * Shape   u32le magic · u8 flags · u8 blockSize · [u64le contentSize] · u8 checksum, then blocks: u32le length (its highest bit:
 *         stored as it is), bytes, [u32le checksum] · u32le 0 · [u32le checksum]
 * Throws  RangeError if the bytes are no such frame, or would unpack to more than `maxBytes`
 * Source  LZ4 frame format description
 */
export function unpackLz4Frame(source: Buffer, maxBytes: number): Buffer {
  if (source.length < 7 || source.readUInt32LE(0) !== MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = source[4]!;
  if ((flags & 0xc0) !== VERSION) throw new RangeError('an LZ4 frame of another version');
  if ((flags & DICTIONARY_ID) !== 0) throw new RangeError('an LZ4 frame that needs a dictionary');
  const checksumAt = (flags & CONTENT_SIZE) === 0 ? 6 : 14;
  if (source[checksumAt] !== headerChecksum(source.subarray(4, checksumAt))) {
    throw new RangeError('the header of an LZ4 frame is damaged');
  }
  const output = new Lz4Output(FIRST_ROOM_BYTES, maxBytes);
  const end = unpackBlocks(source, checksumAt + 1, (flags & BLOCK_CHECKSUMS) === 0 ? 0 : 4, output);
  const unpacked = output.take();
  if ((flags & CONTENT_CHECKSUM) !== 0) {
    if (end + 4 > source.length || source.readUInt32LE(end) !== xxHash32(unpacked)) {
      throw new RangeError('the content of an LZ4 frame is damaged');
    }
  }
  return unpacked;
}

function unpackBlocks(source: Buffer, position: number, checksumBytes: number, output: Lz4Output): number {
  let at = position;
  for (;;) {
    if (at + 4 > source.length) throw new RangeError('an LZ4 frame is cut off');
    const length = source.readUInt32LE(at);
    at += 4;
    if (length === 0) return at;
    const isStored = length >= STORED_AS_IT_IS;
    const end = at + (isStored ? length - STORED_AS_IT_IS : length);
    if (end + checksumBytes > source.length) throw new RangeError('a block of an LZ4 frame is cut off');
    if (isStored) output.append(source, at, end);
    else unpackLz4Block(source, at, end, output);
    at = end + checksumBytes;
  }
}

/** Packs a body as one LZ4 frame, with blocks that do not depend on each other and without checksums of the content. */
export function packLz4Frame(body: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt32LE(MAGIC, 0);
  header[4] = VERSION | INDEPENDENT_BLOCKS;
  header[5] = BLOCKS_OF_4_MIB;
  header[6] = headerChecksum(header.subarray(4, 6));
  const parts: Buffer[] = [header];
  for (let at = 0; at < body.length; at += BLOCK_BYTES) {
    const plain = body.subarray(at, at + BLOCK_BYTES);
    const packed = packLz4Block(plain);
    if (packed.length < plain.length) parts.push(uint32(packed.length), packed);
    else parts.push(uint32(plain.length + STORED_AS_IT_IS), plain);
  }
  parts.push(uint32(0));
  return Buffer.concat(parts);
}

function headerChecksum(descriptor: Buffer): number {
  return (xxHash32(descriptor) >>> 8) & 0xff;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
