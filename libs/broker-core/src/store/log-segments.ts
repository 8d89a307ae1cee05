import type { Disk } from '../runtime/disk.js';
import { diskFailed, SyncFailedError } from '../runtime/errors.js';
import { isOutOfDescriptors, isPassing } from './files/disk-errors.js';
import { OpenFiles } from './files/open-files.js';
import { type Segment, SegmentFiles } from './files/segment-files.js';
import { openFilesWithin, type StoreConfig, storeLimits } from './store-config.js';

/** Writes up to this size are followed by a sync that costs more than they do (SYNC_FLUSH). */
const MAX_SMALL_WRITE = 16 * 1024;

/**
 * The files of the log, and what of them would survive a power cut: bytes that a sync covered, under names that a sync
 * of the directory covered.
 */
export class LogSegments {
  readonly files: SegmentFiles;
  /** Files with bytes that no sync has covered: they stay open. */
  readonly #unsynced = new Set<Segment>();
  #hasSyncFailed = false;
  /** Zeros were written up to here. */
  #zeroedOffset = 0;
  readonly #zeroesAhead: boolean;
  readonly #openFiles: OpenFiles;

  constructor(
    config: StoreConfig,
    private readonly disk: Disk,
    maxOpenFiles: number | undefined,
  ) {
    // A sync that failed is the end, so none may need a descriptor that is not to be had.
    const mayClose = (path: string) => ![...this.#unsynced].some((segment) => segment.path === path);
    this.#openFiles = new OpenFiles(disk, openFilesWithin(maxOpenFiles), mayClose);
    this.files = new SegmentFiles(config.commitLogDirectory, config.commitLogFileBytes, disk, this.#openFiles);
    this.#zeroesAhead = config.flushDiskType === 'SYNC_FLUSH';
  }

  /** Where the file that holds `offset` ends; `offset` itself when there is no such file yet. */
  endOf(offset: number): number {
    const segment = this.files.at(offset);
    return segment ? segment.startOffset + this.files.segmentBytes : offset;
  }

  /** Writes bytes that lie in one file. */
  write(bytes: Buffer, offset: number): void {
    const segment = this.files.at(offset)!;
    this.files.file(segment).writeAt(bytes, offset - segment.startOffset);
    this.#unsynced.add(segment);
    if (this.#zeroesAhead && bytes.length <= MAX_SMALL_WRITE) this.#zeroAhead(segment, offset + bytes.length);
    const nextOffset = segment.startOffset + this.files.segmentBytes;
    const isNear = nextOffset - offset < this.files.segmentBytes / 4;
    if (isNear && !this.files.at(nextOffset)) this.#prepare(nextOffset);
  }

  /** Makes what was written durable. Once this failed it never succeeds again. */
  async awaitSynced(): Promise<void> {
    // After a sync that failed the next one may say yes to pages that never arrived: there is none.
    if (this.#hasSyncFailed) throw new SyncFailedError('an earlier sync of the log failed');
    try {
      for (const segment of [...this.#unsynced]) {
        // Retention may have removed it meanwhile: nobody can lose what is deleted.
        const synced = this.files.at(segment.startOffset) === segment && this.files.file(segment).awaitSynced();
        this.#unsynced.delete(segment);
        await synced;
      }
    } catch (error) {
      this.#hasSyncFailed = true;
      throw diskFailed('syncing the log', error);
    }
  }

  /** Begins the file at `offset`, if it was not prepared. Its name is durable before a put in it is answered. */
  roll(offset: number): void {
    if (this.files.at(offset)?.isNameDurable) return;
    const segment = this.files.at(offset) ?? this.files.create(offset);
    this.disk.syncDirectory(this.files.directory);
    segment.isNameDurable = true;
  }

  /** Forgets everything from `offset` on, written or half written. */
  truncate(offset: number): void {
    try {
      this.files.truncate(offset);
    } catch (error) {
      // The write that failed could not open the file either: there is nothing to forget in it.
      if (!isOutOfDescriptors(error)) throw error;
    }
    this.#zeroedOffset = Math.min(this.#zeroedOffset, offset);
  }

  close(): void {
    this.#openFiles.closeAll();
  }

  /** Makes the next file while there is time, so that rolling need not wait for the directory. What fails is left to `roll`. */
  #prepare(offset: number): void {
    try {
      const segment = this.files.create(offset);
      this.disk.awaitDirectorySynced(this.files.directory).then(
        () => {
          segment.isNameDurable = true;
        },
        (error: unknown) => {
          // It was not even tried: `roll` makes up for it.
          if (!isOutOfDescriptors(error)) this.#hasSyncFailed = true;
        },
      );
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }

  /**
   * Writes zeros ahead of the log, so that its next writes go to blocks that the file already has: then a sync writes
   * data alone and no change of the file system. With one put at a time that nearly doubles their rate; many at a time
   * share a sync anyway, and the zeros would only make it longer. Without room for them the log finds out soon enough.
   */
  #zeroAhead(segment: Segment, writtenOffset: number): void {
    if (this.#zeroedOffset >= writtenOffset + storeLimits.zeroAheadBytes / 2) return;
    const from = Math.max(this.#zeroedOffset, writtenOffset);
    const end = Math.min(from + storeLimits.zeroAheadBytes, segment.startOffset + this.files.segmentBytes);
    if (from >= end) return;
    this.#zeroedOffset = end;
    try {
      this.files.file(segment).writeAt(Buffer.alloc(end - from), from - segment.startOffset);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}
