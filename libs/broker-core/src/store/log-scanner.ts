import { BLANK_MAGIC } from '../protocol/message-record.js';
import type { SegmentFiles } from './files/segment-files.js';
import {
  type DeliverTimestamp,
  MIN_RECORD_BYTES,
  problemOfRecord,
  type RecordProblem,
  readDispatchRecord,
} from './scanned-record.js';
import type { DispatchRecord } from './staged-record.js';

/** Bytes read at a time: large enough for the disk, small enough for memory. */
const BLOCK_BYTES = 4 * 1024 * 1024;

/** What lies at one offset of the log. */
export type LogPlace =
  | { readonly kind: 'record'; readonly record: DispatchRecord }
  /** The rest of a segment; the log goes on at `next`. */
  | { readonly kind: 'blank'; readonly next: number }
  /** Nothing was written here: zeros. */
  | { readonly kind: 'end' }
  | { readonly kind: 'bad'; readonly problem: RecordProblem };

export interface ScanOptions {
  readonly checkCrc: boolean;
  readonly deliverTimestamp: DeliverTimestamp;
}

/** Reads the log record by record, in large blocks, for recovery and for inspection. */
export class LogScanner {
  #block = Buffer.alloc(0);
  #blockOffset = 0;
  #blockBytes = 0;

  constructor(
    private readonly files: SegmentFiles,
    private readonly options: ScanOptions,
  ) {}

  /** Where the last file ends. */
  get endOffset(): number {
    return this.files.endOffset;
  }

  /** What lies at `offset`; the promise is there only when a block has to be read, so that a scan does not wait in vain. */
  at(offset: number): LogPlace | Promise<LogPlace> {
    if (offset >= this.files.endOffset) return { kind: 'end' };
    const missing = this.#missingBytes(offset);
    if (missing === 0) return this.#look(offset);
    return this.#fill(offset, missing).then(() => this.#lookAgain(offset));
  }

  /**
   * Finds the next record behind damage; undefined when there is none any more.
   * A record says its own offset, so bytes that only look like one are not taken for it.
   */
  async nextRecord(from: number): Promise<number | undefined> {
    for (let offset = from; offset < this.files.endOffset; ) {
      const segmentEnd = this.#segmentEnd(offset);
      const found = await this.#searchSegment(offset, segmentEnd);
      if (found !== undefined) return found;
      offset = segmentEnd;
    }
    return undefined;
  }

  async #lookAgain(offset: number): Promise<LogPlace> {
    // The first bytes told how long the record is; it may need more of them.
    const missing = this.#missingBytes(offset);
    if (missing > 0) await this.#fill(offset, missing);
    return this.#look(offset);
  }

  #look(offset: number): LogPlace {
    const position = offset - this.#blockOffset;
    const remaining = this.#segmentEnd(offset) - offset;
    if (remaining < 8) return { kind: 'bad', problem: 'no record' };
    const sizeBytes = this.#block.readInt32BE(position);
    const magic = this.#block.readInt32BE(position + 4);
    if (magic === (BLANK_MAGIC | 0)) return { kind: 'blank', next: this.#segmentEnd(offset) };
    if (sizeBytes === 0 && magic === 0) return { kind: 'end' };
    if (sizeBytes < MIN_RECORD_BYTES || sizeBytes > remaining) return { kind: 'bad', problem: 'no record' };
    const problem = problemOfRecord(
      this.#block,
      position,
      offset,
      this.files.segmentBytes - remaining,
      this.options.checkCrc,
    );
    if (problem) return { kind: 'bad', problem };
    return { kind: 'record', record: readDispatchRecord(this.#block, position, this.options.deliverTimestamp) };
  }

  /** How many bytes at `offset` must be in the block before one can look, if they are not. */
  #missingBytes(offset: number): number {
    const available = this.#blockOffset + this.#blockBytes - offset;
    const remaining = this.#segmentEnd(offset) - offset;
    if (offset < this.#blockOffset || available < Math.min(MIN_RECORD_BYTES, remaining)) return BLOCK_BYTES;
    const sizeBytes = this.#block.readInt32BE(offset - this.#blockOffset);
    const isPlausible = sizeBytes >= MIN_RECORD_BYTES && sizeBytes <= remaining;
    return isPlausible && sizeBytes > available ? Math.max(sizeBytes, BLOCK_BYTES) : 0;
  }

  async #fill(offset: number, atLeastBytes: number): Promise<void> {
    const wanted = Math.min(atLeastBytes, this.#segmentEnd(offset) - offset);
    if (this.#block.length < wanted) this.#block = Buffer.allocUnsafeSlow(wanted);
    this.#blockOffset = offset;
    this.#blockBytes = 0;
    this.#blockBytes = await this.files.read(this.#block.subarray(0, wanted), offset);
    // A file that ends early reads as zeros, as it would if it had its full size.
    this.#block.fill(0, this.#blockBytes, wanted);
    this.#blockBytes = wanted;
  }

  async #searchSegment(from: number, segmentEnd: number): Promise<number | undefined> {
    for (let offset = from; offset + MIN_RECORD_BYTES <= segmentEnd; ) {
      await this.#fill(offset, BLOCK_BYTES);
      const searched = this.#block.subarray(0, this.#blockBytes);
      for (let at = searched.indexOf(MAGIC_START); at >= 0; at = searched.indexOf(MAGIC_START, at + 1)) {
        const candidate = offset + at - 4;
        if (candidate < from || candidate + MIN_RECORD_BYTES > segmentEnd) continue;
        if ((await this.#peek(candidate)).kind === 'record') return candidate;
      }
      if (offset + this.#blockBytes >= segmentEnd) return undefined;
      // A magic may lie across two blocks.
      offset += this.#blockBytes - MIN_RECORD_BYTES;
    }
    return undefined;
  }

  /** Looks at an offset with a block of its own, so that a search keeps its place. */
  async #peek(offset: number): Promise<LogPlace> {
    return new LogScanner(this.files, this.options).at(offset);
  }

  #segmentEnd(offset: number): number {
    const { segmentBytes } = this.files;
    return offset - (offset % segmentBytes) + segmentBytes;
  }
}

/** The bytes that both magics of records begin with. */
const MAGIC_START = Buffer.from([0xda, 0xa3, 0x20]);
