import { MESSAGE_MAGIC_V1, MESSAGE_MAGIC_V2, RecordPosition } from '../protocol/message-record.js';
import { readInt64 } from '../runtime/numbers.js';
import { BESIDE_BODY_BYTES, type CommitLog } from './commit-log.js';
import { MIN_RECORD_BYTES } from './scanned-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** Windows begin at multiples of this, so that readers of several queues meet in the same ones. */
const WINDOW_STEP = 64 * 1024;

/** A stretch of the log read from its file. */
interface Window {
  readonly startOffset: number;
  readonly bytes: Buffer;
}

/** A window on its way from the disk. */
interface Loading {
  readonly startOffset: number;
  /** Where it ends, if the disk gives all of it. */
  readonly endOffset: number;
  /** Resolves with where it does end. */
  readonly read: Promise<number>;
}

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
 *
 * What is read comes in windows much larger than a record, because consumers of a backlog go on from record to record,
 * and messages of all queues lie side by side.
 */
export class LogReader {
  /** Newest use last. */
  readonly #windows: Window[] = [];
  /** Memory of windows that were put away while views into them may be held … */
  #resting: Buffer[] = [];
  /** … and of those into which none is: the next windows are read into it. */
  readonly #spare: Buffer[] = [];
  readonly #loading = new Set<Loading>();
  /** Where the log ended when this process began: what lies before it may be cold. */
  #warmFrom = 0;

  constructor(
    private readonly log: CommitLog,
    private readonly memoryBytes: number,
    private readonly config: StoreConfig,
  ) {}

  /** Takes what the log holds now as cold. */
  begin(): void {
    this.#warmFrom = this.log.writtenOffset;
    this.#windows.length = 0;
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
    const window = this.#find(offset, sizeBytes) ?? (this.#isWarm(offset) ? this.#read(offset, sizeBytes) : undefined);
    return window && { bytes: window.bytes, position: offset - window.startOffset };
  }

  /**
   * Says that no view is held any more. Windows come and go by the thousand while a backlog is read, and collecting
   * their memory would cost more than reading them.
   */
  releaseViews(): void {
    if (this.#resting.length === 0) return;
    this.#spare.push(...this.#resting.slice(0, storeLimits.windows - this.#spare.length));
    this.#resting = [];
  }

  /**
   * Reads the window around bytes that `view` did not have, or waits for one that is being read and has all of them.
   * Resolves with whether the disk gave them.
   */
  async load(offset: number, sizeBytes: number): Promise<boolean> {
    const endOffset = offset + sizeBytes;
    let loading = [...this.#loading].find((each) => each.startOffset <= offset && each.endOffset >= endOffset);
    loading ??= this.#beginLoading(offset, sizeBytes);
    return (await loading.read) >= endOffset;
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

  #find(offset: number, sizeBytes: number): Window | undefined {
    for (let index = this.#windows.length - 1; index >= 0; index--) {
      const window = this.#windows[index]!;
      if (offset < window.startOffset || offset + sizeBytes > window.startOffset + window.bytes.length) continue;
      if (index < this.#windows.length - 1) this.#windows.push(...this.#windows.splice(index, 1));
      return window;
    }
    return undefined;
  }

  #read(offset: number, sizeBytes: number): Window | undefined {
    const startOffset = this.#windowStart(offset);
    const bytes = this.#allocate(startOffset, offset, sizeBytes);
    const got = this.log.files.readAt(bytes, startOffset);
    const window = { startOffset, bytes: bytes.subarray(0, got) };
    this.#keep(window);
    return offset + sizeBytes <= startOffset + got ? window : undefined;
  }

  #beginLoading(offset: number, sizeBytes: number): Loading {
    const startOffset = this.#windowStart(offset);
    const bytes = this.#allocate(startOffset, offset, sizeBytes);
    const read = this.log.files
      .read(bytes, startOffset)
      .then((got) => {
        this.#keep({ startOffset, bytes: bytes.subarray(0, got) });
        return startOffset + got;
      })
      .finally(() => this.#loading.delete(loading));
    const loading: Loading = { startOffset, endOffset: startOffset + bytes.length, read };
    this.#loading.add(loading);
    return loading;
  }

  /** Windows begin at steps that readers of several queues share, and never before the file of what is wanted. */
  #windowStart(offset: number): number {
    return Math.max(offset - (offset % WINDOW_STEP), offset - (offset % this.log.files.segmentBytes));
  }

  /** Room for a window; it ends where its file or the log does, because what follows is still to be written. */
  #allocate(startOffset: number, offset: number, sizeBytes: number): Buffer {
    const wanted = Math.max(startOffset + storeLimits.windowBytes, offset + sizeBytes);
    const end = Math.min(wanted, this.nextSegmentOffset(startOffset), this.log.writtenOffset);
    const spare = end - startOffset === storeLimits.windowBytes ? this.#spare.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(end - startOffset);
  }

  #keep(window: Window): void {
    this.#windows.push(window);
    if (this.#windows.length <= storeLimits.windows) return;
    const { bytes } = this.#windows.shift()!;
    if (bytes.length === storeLimits.windowBytes) this.#resting.push(bytes);
  }
}

/** Whether the bytes begin with a record of this size: damage must not reach a consumer as a message. */
export function isRecordOf(bytes: Buffer, position: number, sizeBytes: number): boolean {
  const magic = bytes.readUInt32BE(position + RecordPosition.magic);
  return bytes.readInt32BE(position) === sizeBytes && (magic === MESSAGE_MAGIC_V1 || magic === MESSAGE_MAGIC_V2);
}
