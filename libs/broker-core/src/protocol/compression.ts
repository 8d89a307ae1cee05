import * as zlib from 'node:zlib';
import { CorruptRecordError } from '../runtime/errors.js';
import { packLz4Frame, unpackLz4Frame } from './lz4-frame.js';
import { MessageSysFlag } from './sys-flag.js';

/** How a body can be packed; the names of RocketMQ's CompressionType. */
export type CompressionType = 'LZ4' | 'ZSTD' | 'ZLIB';

/** Packs and unpacks bodies; `decompress` refuses to make more than `maxBytes`. */
export interface Compressor {
  compress(body: Buffer, level: number): Buffer;
  decompress(body: Buffer, maxBytes: number): Buffer;
}

/** What a body may grow to when the caller names no limit: four times the largest message that brokers take. */
export const DEFAULT_MAX_BODY_BYTES = 16 * 1024 * 1024;

const compressors = new Map<CompressionType, Compressor>([
  [
    'ZLIB',
    {
      compress: (body, level) => zlib.deflateSync(body, { level }),
      decompress: (body, maxBytes) => zlib.inflateSync(body, { maxOutputLength: maxBytes }),
    },
  ],
  ['LZ4', { compress: (body) => packLz4Frame(body), decompress: unpackLz4Frame }],
]);

/** Node's own ZSTD, from 22.15 on; older types do not know it. */
const { zstdCompressSync, zstdDecompressSync } = zlib as {
  zstdCompressSync?: (body: Buffer) => Buffer;
  zstdDecompressSync?: (body: Buffer, options: { maxOutputLength: number }) => Buffer;
};
if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined) {
  compressors.set('ZSTD', {
    compress: (body) => zstdCompressSync(body),
    decompress: (body, maxBytes) => zstdDecompressSync(body, { maxOutputLength: maxBytes }),
  });
}

/** Teaches this process a compression that Node does not bring: ZSTD before 22.15. Replaces what was there. */
export function registerCompressor(type: CompressionType, compressor: Compressor): void {
  compressors.set(type, compressor);
}

/** The bits of sysFlag that say how the body is packed. */
export function sysFlagOfCompression(type: CompressionType): number {
  const bits = {
    LZ4: MessageSysFlag.COMPRESSION_LZ4_TYPE,
    ZSTD: MessageSysFlag.COMPRESSION_ZSTD_TYPE,
    ZLIB: MessageSysFlag.COMPRESSION_ZLIB_TYPE,
  };
  return MessageSysFlag.COMPRESSED_FLAG | bits[type];
}

/** How the body of a message with this sysFlag is packed; senders that set no type use zlib. */
export function compressionOf(sysFlag: number): CompressionType {
  switch (sysFlag & MessageSysFlag.COMPRESSION_TYPE_COMPARATOR) {
    case 0:
    case MessageSysFlag.COMPRESSION_ZLIB_TYPE:
      return 'ZLIB';
    case MessageSysFlag.COMPRESSION_LZ4_TYPE:
      return 'LZ4';
    case MessageSysFlag.COMPRESSION_ZSTD_TYPE:
      return 'ZSTD';
    default:
      throw new CorruptRecordError(`sysFlag ${sysFlag} names no compression`, {});
  }
}

/** Packs a body. RocketMQ's clients use ZLIB at level 5 unless told otherwise. */
export function compressBody(body: Buffer, type: CompressionType = 'ZLIB', level = 5): Buffer {
  return compressorFor(type).compress(body, level);
}

/**
 * Unpacks a body as its message's sysFlag says.
 *
 * Throws  CorruptRecordError if it cannot be unpacked, would exceed `maxBytes`, or nobody here knows the compression
 */
export function decompressBody(body: Buffer, sysFlag: number, maxBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  const type = compressionOf(sysFlag);
  const compressor = compressorFor(type);
  try {
    return compressor.decompress(body, maxBytes);
  } catch (cause) {
    throw new CorruptRecordError(`a body of ${body.length} bytes cannot be unpacked as ${type}`, {}, { cause });
  }
}

function compressorFor(type: CompressionType): Compressor {
  const compressor = compressors.get(type);
  if (compressor !== undefined) return compressor;
  throw new CorruptRecordError(
    `no compressor for ${type} is known here; give one to registerCompressor('${type}', …)`,
    {},
  );
}
