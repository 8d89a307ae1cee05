import { MESSAGE_MAGIC_V1, MESSAGE_MAGIC_V2, RecordPosition } from '../protocol/message-record.js';
import { readInt64 } from '../runtime/numbers.js';
import { BESIDE_BODY_BYTES, type CommitLog } from './commit-log.js';
import { LogWindows } from './log-windows.js';
import { MIN_RECORD_BYTES } from './scanned-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** Bytes of the log in memory, valid until `releaseViews` and not beyond the end of this turn. */
export interface LogView {
  readonly bytes: Buffer;
  readonly position: number;
}

/**
 * Reads records, wherever they are.
 *
 * - in the tail: in memory already
 * - written by this process not too long ago: in the page cache of the system, so a blocking read is cheap
 * - older: perhaps on the platter, so it is read off the hot thread
 */
export class LogReader {
  #windows: LogWindows;
  /** Where the log ended when this process began: what lies before it may be cold. */
  #warmFrom = 0;

  constructor(
    private readonly log: CommitLog,
    private readonly memoryBytes: number,
    private readonly config: StoreConfig,
  ) {
    this.#windows = new LogWindows(log);
  }

  /** Takes what the log holds now as cold. */
  begin(): void {
    this.#warmFrom = this.log.writtenOffset;
    this.#windows = new LogWindows(this.log);
  }

  get endOffset(): number {
    return this.log.writtenOffset;
  }

  get minOffset(): number {
    return this.log.minOffset;
  }

  /** Whether the log has these bytes at all. */
  has(offset: number, sizeBytes: number): boolean {
    return offset >= this.log.minOffset && offset + sizeBytes <= this.log.writtenOffset;
  }

  nextSegmentOffset(offset: number): number {
    const { segmentBytes } = this.log.files;
    return offset + segmentBytes - (offset % segmentBytes);
  }

  /** The bytes, if they can be had without waiting; undefined when `load` has to be awaited first. */
  view(offset: number, sizeBytes: number): LogView | undefined {
    const block = this.log.tail.find(offset, sizeBytes);
    if (block) return { bytes: block.bytes, position: offset - block.startOffset };
    const window =
      this.#windows.find(offset, sizeBytes) ??
      (this.#isWarm(offset) ? this.#windows.read(offset, sizeBytes) : undefined);
    return window && { bytes: window.bytes, position: offset - window.startOffset };
  }

  /** Says that no view is held any more. */
  releaseViews(): void {
    this.#windows.release();
  }

  /** Reads what `view` did not have. Resolves with whether the disk gave it. */
  load(offset: number, sizeBytes: number): Promise<boolean> {
    return this.#windows.load(offset, sizeBytes);
  }

  /**
   * A copy of one record, for those who want no neighbours; undefined when there is none at that offset. Without a size
   * the offset may come from anybody.
   */
  async record(offset: number, sizeBytes?: number): Promise<Buffer | undefined> {
    const length = sizeBytes ?? (await this.#recordBytesAt(offset));
    if (length === undefined || length < MIN_RECORD_BYTES) return undefined;
    const bytes = await this.#bytes(offset, length);
    return bytes && isRecordOf(bytes, 0, length) ? bytes : undefined;
  }

  /** The beginning of a record, as far as its fixed fields go. */
  async head(offset: number, sizeBytes?: number): Promise<Buffer | undefined> {
    const bytes = await this.#bytes(offset, MIN_RECORD_BYTES);
    const announced = bytes?.readInt32BE(0) ?? 0;
    return bytes && isRecordOf(bytes, 0, sizeBytes ?? announced) ? bytes : undefined;
  }

  /** The length of the record that begins at `offset`; what only looks like one, within a body, is none. */
  async #recordBytesAt(offset: number): Promise<number | undefined> {
    const head = await this.#bytes(offset, MIN_RECORD_BYTES);
    if (!head || readInt64(head, RecordPosition.commitLogOffset) !== offset) return undefined;
    const length = head.readInt32BE(0);
    const maxBytes = Math.max(this.config.maxMessageBytes + BESIDE_BODY_BYTES, storeLimits.recordFoundByOffsetBytes);
    const isPossible = length <= maxBytes && offset + length <= this.nextSegmentOffset(offset);
    return isPossible && isRecordOf(head, 0, length) ? length : undefined;
  }

  async #bytes(offset: number, sizeBytes: number): Promise<Buffer | undefined> {
    if (!this.has(offset, sizeBytes)) return undefined;
    const block = this.log.tail.find(offset, sizeBytes);
    const target = Buffer.allocUnsafe(sizeBytes);
    if (block) {
      block.bytes.copy(target, 0, offset - block.startOffset, offset - block.startOffset + sizeBytes);
      return target;
    }
    const { files } = this.log;
    const got = this.#isWarm(offset) ? files.readAt(target, offset) : await files.read(target, offset);
    return got === sizeBytes ? target : undefined;
  }

  #isWarm(offset: number): boolean {
    return offset >= this.#warmFrom && this.log.writtenOffset - offset <= this.memoryBytes / 4;
  }
}

/** Whether the bytes begin with a record of this size: damage must not reach a consumer as a message. */
export function isRecordOf(bytes: Buffer, position: number, sizeBytes: number): boolean {
  const magic = bytes.readUInt32BE(position + RecordPosition.magic);
  return bytes.readInt32BE(position) === sizeBytes && (magic === MESSAGE_MAGIC_V1 || magic === MESSAGE_MAGIC_V2);
}
