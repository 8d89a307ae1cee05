import { storeLimits } from './store-config.js';

/** A stretch of the log in memory: its bytes from `startOffset` to `endOffset` lie at the beginning of `bytes`. */
export interface TailBlock {
  readonly bytes: Buffer;
  startOffset: number;
  endOffset: number;
}

/**
 * The newest part of the log in memory: records are encoded here, written to the file from here, and consumers that
 * keep up are served from here.
 *
 * A block is used again when it is the oldest and the limit is reached, so readers copy and never keep a reference.
 */
export class LogTail {
  /** Oldest first. */
  readonly #blocks: TailBlock[] = [];
  #totalBytes = 0;

  constructor(
    private readonly limitBytes: number = storeLimits.hotTailBytes,
    private readonly blockBytes: number = storeLimits.tailBlockBytes,
  ) {}

  /** The first offset in memory; everything from here to the end of the log is. Infinity when nothing is. */
  get startOffset(): number {
    return this.#blocks[0]?.startOffset ?? Number.POSITIVE_INFINITY;
  }

  /** The block that `sizeBytes` more bytes at `offset` can follow in; undefined when a new one must begin. */
  blockFor(offset: number, sizeBytes: number): TailBlock | undefined {
    const newest = this.#blocks[this.#blocks.length - 1];
    if (!newest || newest.endOffset !== offset) return undefined;
    return newest.endOffset - newest.startOffset + sizeBytes <= newest.bytes.length ? newest : undefined;
  }

  /** Begins a block at `offset` with room for `sizeBytes`. */
  begin(offset: number, sizeBytes: number): TailBlock {
    const bytes = this.#takeBytes(Math.max(sizeBytes, this.blockBytes));
    const block = { bytes, startOffset: offset, endOffset: offset };
    this.#blocks.push(block);
    this.#totalBytes += bytes.length;
    return block;
  }

  /** Takes back what was encoded from `offset` on. */
  rewind(offset: number): void {
    for (let newest = this.#blocks.at(-1); newest && newest.endOffset > offset; newest = this.#blocks.at(-1)) {
      if (newest.startOffset < offset) {
        newest.endOffset = offset;
        return;
      }
      this.#totalBytes -= newest.bytes.length;
      this.#blocks.pop();
    }
  }

  /** The block that holds `sizeBytes` bytes at `offset`, all of them; undefined when they have to come from a file. */
  find(offset: number, sizeBytes: number): TailBlock | undefined {
    for (let index = this.#blocks.length - 1; index >= 0; index--) {
      const block = this.#blocks[index]!;
      if (offset >= block.startOffset) return offset + sizeBytes <= block.endOffset ? block : undefined;
    }
    return undefined;
  }

  /** Bytes for a new block: those of the oldest one if the limit says so and they fit, else new ones. */
  #takeBytes(sizeBytes: number): Buffer {
    let reused: Buffer | undefined;
    while (this.#blocks.length > 0 && this.#totalBytes + sizeBytes > this.limitBytes) {
      const oldest = this.#blocks.shift()!;
      this.#totalBytes -= oldest.bytes.length;
      if (oldest.bytes.length === sizeBytes) reused = oldest.bytes;
    }
    return reused ?? Buffer.allocUnsafeSlow(sizeBytes);
  }
}
