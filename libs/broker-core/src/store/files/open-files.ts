import type { Disk, DiskFile } from '../../runtime/disk.js';
import { isOutOfDescriptors } from './disk-errors.js';

/**
 * Files held open, up to a limit: ten thousand queues do not need ten thousand descriptors.
 *
 * The least recently used one is closed when another is needed. A file that something asynchronous runs on closes when
 * that is done (DiskFile promises it), so closing early is safe.
 */
export class OpenFiles {
  /** In the order of use: a Map remembers the order of insertion, and using a file inserts it anew. */
  readonly #files = new Map<string, DiskFile>();
  /** The last of them: who uses it again, as the log does with every write, leaves the order as it is. */
  #newest: { readonly path: string; readonly file: DiskFile } | undefined;

  constructor(
    private readonly disk: Disk,
    private readonly limit: number,
    /** Whether a file can be done without until it is asked for again. */
    private readonly mayClose: (path: string) => boolean = () => true,
  ) {}

  /** The open file of `path`, which must exist unless it is to be made. */
  get(path: string, options: { readonly create?: boolean } = {}): DiskFile {
    if (this.#newest?.path === path) return this.#newest.file;
    let file = this.#files.get(path);
    if (file) this.#files.delete(path);
    else {
      this.#makeRoom(this.limit);
      file = this.#open(path, options);
    }
    this.#files.set(path, file);
    this.#newest = { path, file };
    return file;
  }

  /** Closes one file, before it is removed or renamed. */
  close(path: string): void {
    this.#files.get(path)?.close();
    this.#files.delete(path);
    if (this.#newest?.path === path) this.#newest = undefined;
  }

  closeAll(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#newest = undefined;
  }

  #open(path: string, options: { readonly create?: boolean }): DiskFile {
    try {
      return this.disk.open(path, options);
    } catch (error) {
      if (!isOutOfDescriptors(error) || this.#files.size === 0) throw error;
      // The process may have fewer than we may keep: do with half of what there is.
      this.#makeRoom(this.#files.size / 2);
      return this.disk.open(path, options);
    }
  }

  /** Closes files until fewer than `limit` are open. */
  #makeRoom(limit: number): void {
    for (const path of this.#files.keys()) {
      if (this.#files.size < limit) return;
      if (this.mayClose(path)) this.close(path);
    }
  }
}
