import fs from 'node:fs';
import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.js';
import { flushWorker } from './flush-worker.js';
import { takeLockFile } from './lock-file.js';

/** The machine's own file systems. */
export class NodeDisk implements Disk {
  open(path: string, options: { readonly create?: boolean; readonly readOnly?: boolean } = {}): DiskFile {
    const { O_RDONLY, O_RDWR, O_CREAT } = fs.constants;
    const flags = options.readOnly ? O_RDONLY : options.create ? O_RDWR | O_CREAT : O_RDWR;
    return new NodeDiskFile(path, fs.openSync(path, flags));
  }

  exists(path: string): boolean {
    return fs.existsSync(path);
  }

  stat(path: string) {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    return stats && { sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs, isDirectory: stats.isDirectory() };
  }

  list(directory: string): string[] {
    try {
      return fs.readdirSync(directory).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  makeDirectory(path: string): void {
    try {
      // Mostly one level is missing; making several at once costs much more.
      fs.mkdirSync(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') fs.mkdirSync(path, { recursive: true });
      else if (code !== 'EEXIST') throw error;
    }
  }

  rename(from: string, to: string): void {
    fs.renameSync(from, to);
  }

  remove(path: string): void {
    fs.rmSync(path, { force: true });
  }

  removeTree(path: string): void {
    fs.rmSync(path, { recursive: true, force: true });
  }

  syncDirectory(path: string): void {
    const fd = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  async awaitDirectorySynced(path: string): Promise<void> {
    const fd = fs.openSync(path, 'r');
    flushWorker.acquire();
    try {
      await flushWorker.sync(fd, true);
    } finally {
      fs.closeSync(fd);
      flushWorker.release();
    }
  }

  space(path: string) {
    let existing = path;
    while (!fs.existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
    const { bsize, blocks, bfree, bavail } = fs.statfsSync(existing);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bfree, usableBytes: bsize * bavail };
  }

  bootId(): string {
    try {
      return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      return '';
    }
  }

  lock(path: string): { release(): void } {
    return takeLockFile(path);
  }
}

/**
 * A file descriptor that closes only when nothing runs on it any more, and is never used after: its number may belong
 * to a stranger by then.
 */
class NodeDiskFile implements DiskFile {
  #running = 0;
  #isClosed = false;
  #usesWorker = false;

  constructor(
    readonly path: string,
    private readonly descriptor: number,
  ) {}

  sizeBytes(): number {
    return fs.fstatSync(this.#open()).size;
  }

  writeAt(source: Uint8Array, position: number): void {
    const fd = this.#open();
    // write(2) may do less than it was asked without an error: go on where it stopped.
    let done = 0;
    while (done < source.length) {
      const written = fs.writeSync(fd, source, done, source.length - done, position + done);
      if (written === 0) throw Object.assign(new Error(`wrote nothing to ${this.path}`), { code: 'EIO' });
      done += written;
    }
  }

  readAt(target: Uint8Array, position: number): number {
    const fd = this.#open();
    let done = 0;
    while (done < target.length) {
      const got = fs.readSync(fd, target, done, target.length - done, position + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.#run((fd) => {
      return new Promise((resolve, reject) => {
        const step = (done: number) => {
          fs.read(fd, target, done, target.length - done, position + done, (error, got) => {
            if (error) reject(error);
            else if (got > 0 && done + got < target.length) step(done + got);
            else resolve(done + got);
          });
        };
        step(0);
      });
    });
  }

  truncate(sizeBytes: number): void {
    fs.ftruncateSync(this.#open(), sizeBytes);
  }

  awaitSynced(): Promise<void> {
    return this.#run((fd) => {
      if (!this.#usesWorker) {
        this.#usesWorker = true;
        flushWorker.acquire();
      }
      return flushWorker.sync(fd, false);
    });
  }

  sync(): void {
    fs.fsyncSync(this.#open());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#running === 0) this.#release();
  }

  #open(): number {
    if (this.#isClosed) throw Object.assign(new Error(`${this.path} is closed`), { code: 'EBADF' });
    return this.descriptor;
  }

  async #run<T>(task: (fd: number) => Promise<T>): Promise<T> {
    const fd = this.#open();
    this.#running++;
    try {
      return await task(fd);
    } finally {
      this.#running--;
      if (this.#running === 0 && this.#isClosed) this.#release();
    }
  }

  #release(): void {
    fs.closeSync(this.descriptor);
    if (this.#usesWorker) flushWorker.release();
  }
}
