import type { Disk, DiskFile } from '../../runtime/disk.js';
import { ConfigError } from '../../runtime/errors.js';
import { segmentFileName, segmentStartOffset } from '../format/file-name.js';
import type { OpenFiles } from './open-files.js';

/** Bytes copied at a time. */
const COPY_BYTES = 4 * 1024 * 1024;

/** One file of a log: a fixed size, full of bytes or waiting for them. RocketMQ: MappedFile, but nothing is mapped. */
export interface Segment {
  readonly path: string;
  readonly startOffset: number;
  /** Whether the directory was synced since the file was made; whoever syncs it says so. */
  isNameDurable: boolean;
}

/**
 * An endless row of bytes, cut into files of one size that are named by the offset they begin at.
 *
 * Every file has its full size from the first moment (RocketMQ refuses others); what was not written yet is a hole and
 * reads as zeros. The row has no gap, and it shrinks at its ends only. RocketMQ: MappedFileQueue
 */
export class SegmentFiles {
  #segments: Segment[] = [];

  constructor(
    readonly directory: string,
    readonly segmentBytes: number,
    private readonly disk: Disk,
    private readonly openFiles: OpenFiles,
  ) {}

  /**
   * Finds the files of the directory.
   *
   * A file that is shorter than it should be was being made when the process ended: it gets its size now.
   * Throws  ConfigError when files were made with another size, which only the settings can put right.
   */
  load(): { readonly repaired: readonly string[] } {
    const repaired: string[] = [];
    this.#segments = [];
    for (const name of this.disk.list(this.directory)) {
      const startOffset = segmentStartOffset(name);
      if (startOffset === undefined) continue;
      const path = `${this.directory}/${name}`;
      const sizeBytes = this.disk.stat(path)?.sizeBytes ?? 0;
      if (sizeBytes > this.segmentBytes || startOffset % this.segmentBytes !== 0) this.#refuse(path, sizeBytes);
      if (sizeBytes < this.segmentBytes) {
        this.openFiles.get(path).truncate(this.segmentBytes);
        repaired.push(path);
      }
      this.#segments.push({ path, startOffset, isNameDurable: true });
    }
    return { repaired };
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Where the first file begins; 0 when there is none. */
  get startOffset(): number {
    return this.#segments[0]?.startOffset ?? 0;
  }

  /** Where the last file ends; 0 when there is none. */
  get endOffset(): number {
    const last = this.#segments.at(-1);
    return last ? last.startOffset + this.segmentBytes : 0;
  }

  /** The file that holds `offset`; undefined when it is before the first or behind the last. */
  at(offset: number): Segment | undefined {
    const segment = this.#segments[Math.floor((offset - this.startOffset) / this.segmentBytes)];
    if (!segment || offset - segment.startOffset < this.segmentBytes) return segment;
    // Someone removed a file from the middle: what is left is still found.
    return this.#segments.find(({ startOffset }) => offset >= startOffset && offset < startOffset + this.segmentBytes);
  }

  file(segment: Segment): DiskFile {
    return this.openFiles.get(segment.path);
  }

  /** Makes the file that begins at `startOffset`: the next one, or the first. Its name is not durable yet. */
  create(startOffset: number): Segment {
    if (this.#segments.length === 0) this.disk.makeDirectory(this.directory);
    const segment = { path: `${this.directory}/${segmentFileName(startOffset)}`, startOffset, isNameDurable: false };
    this.openFiles.get(segment.path, { create: true }).truncate(this.segmentBytes);
    this.#segments.push(segment);
    return segment;
  }

  /** Reads up to `target.length` bytes at `offset`, blocking; never beyond the end of a file. */
  readAt(target: Buffer, offset: number): number {
    const segment = this.at(offset);
    return segment ? this.file(segment).readAt(this.#within(segment, target, offset), offset - segment.startOffset) : 0;
  }

  /** The same off the hot thread. */
  async read(target: Buffer, offset: number): Promise<number> {
    const segment = this.at(offset);
    return segment ? this.file(segment).read(this.#within(segment, target, offset), offset - segment.startOffset) : 0;
  }

  /** Forgets everything from `offset` on: later files are removed, and the rest of its file becomes zeros. */
  truncate(offset: number): void {
    while (this.#segments.length > 0 && this.#segments.at(-1)!.startOffset >= offset)
      this.#remove(this.#segments.pop()!);
    const last = this.at(offset);
    if (!last) return;
    const file = this.file(last);
    file.truncate(offset - last.startOffset);
    file.truncate(this.segmentBytes);
  }

  /** Writes the bytes from `from` to `to` over themselves, and syncs them. Files that lie in there are synced as a whole. */
  writeAgain(from: number, to: number): void {
    const bytes = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(0, to - from)));
    for (const segment of this.#segments) {
      const segmentEnd = segment.startOffset + this.segmentBytes;
      if (segmentEnd <= from) continue;
      const file = this.file(segment);
      const end = Math.min(to, segmentEnd);
      for (let offset = Math.max(from, segment.startOffset); offset < end; offset += bytes.length) {
        const piece = bytes.subarray(0, Math.min(bytes.length, end - offset));
        const got = file.readAt(piece, offset - segment.startOffset);
        file.writeAt(piece.subarray(0, got), offset - segment.startOffset);
      }
      file.sync();
    }
  }

  /** Removes the first file; when the disk does not let it, it stays the first. */
  removeFirst(): void {
    if (this.#segments.length === 0) return;
    this.#remove(this.#segments[0]!);
    this.#segments.shift();
  }

  /** Removes all files and the directory. */
  destroy(): void {
    for (const { path } of this.#segments) this.openFiles.close(path);
    this.#segments = [];
    this.disk.removeTree(this.directory);
  }

  /** Closes the handles of all files. */
  close(): void {
    for (const { path } of this.#segments) this.openFiles.close(path);
  }

  #within(segment: Segment, target: Buffer, offset: number): Buffer {
    return target.subarray(0, Math.max(0, segment.startOffset + this.segmentBytes - offset));
  }

  #remove(segment: Segment): void {
    this.openFiles.close(segment.path);
    this.disk.remove(segment.path);
  }

  #refuse(path: string, sizeBytes: number): never {
    throw new ConfigError([
      `${path} has ${sizeBytes} bytes where files of ${this.segmentBytes} are expected: set mappedFileSizeCommitLog or mappedFileSizeConsumeQueue to the size the directory was made with`,
    ]);
  }
}
