import type { CommitLog } from './commit-log.js';

/** Reads records of the log, wherever they are: in the tail in memory, or in a file. */
export class LogReader {
  constructor(private readonly log: CommitLog) {}

  get endOffset(): number {
    return this.log.writtenOffset;
  }

  nextSegmentOffset(offset: number): number {
    const { segmentBytes } = this.log.files;
    return offset + segmentBytes - (offset % segmentBytes);
  }

  /** A copy of the record; undefined when the log does not have it. */
  readAt(offset: number, sizeBytes: number): Buffer | undefined {
    if (offset < this.log.minOffset || offset + sizeBytes > this.log.writtenOffset) return undefined;
    const target = Buffer.allocUnsafe(sizeBytes);
    const block = this.log.tail.find(offset, sizeBytes);
    if (block) {
      const from = offset - block.startOffset;
      block.bytes.copy(target, 0, from, from + sizeBytes);
      return target;
    }
    return this.log.files.readAt(target, offset) === sizeBytes ? target : undefined;
  }
}
