import type { Disk, DiskFile } from './disk.js';
import { ConfigError } from './errors.js';
import { MemoryInode, type Survival } from './memory-inode.js';
import { type Random, seededRandom } from './random.js';

/** What can be made to fail, once each. */
export interface Fault {
  readonly operation: 'write' | 'sync' | 'syncDirectory' | 'rename';
  /** EIO, ENOSPC, … */
  readonly code: string;
  /** Lets this many operations of the kind pass first. */
  readonly after?: number;
}

export interface MemoryDiskOptions {
  readonly random?: Random;
  readonly capacityBytes?: number;
  readonly now?: () => number;
}

type Entry = MemoryInode | 'directory';
/** A change to the names of one directory that was not synced yet. */
type NameChange =
  | { readonly kind: 'add'; readonly path: string; readonly entry: Entry }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/**
 * A disk in memory that forgets what a real one may forget: tests cut its power, fill it, and let it fail.
 *
 * Until a sync, writes are only seen by programs; `powerCut` leaves any sectors of them. Until a directory is synced,
 * new, renamed and removed names may be as before. The same seed forgets the same.
 */
export class MemoryDisk implements Disk {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #faults: { fault: Fault; passed: number }[] = [];
  readonly #locks = new Set<string>();
  capacityBytes: number;
  /** Names as programs see them, and as the platter has them. */
  #seen = new Map<string, Entry>();
  #platter = new Map<string, Entry>();
  readonly #changes = new Map<string, NameChange[]>();
  /** Names by directory, since the last change of one: a start lists thousands of directories. */
  #listed: Map<string, string[]> | undefined;
  /** Counts crashes: files opened before the last one are dead. */
  #life = 0;
  #powerCuts = 0;

  constructor(options: MemoryDiskOptions = {}) {
    this.#random = options.random ?? seededRandom(1);
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
    this.#now = options.now ?? (() => 0);
  }

  open(path: string, options: { readonly create?: boolean; readonly readOnly?: boolean } = {}): DiskFile {
    let inode = this.#seen.get(path);
    if (inode === undefined) {
      if (!options.create) throw failure('ENOENT', `no such file: ${path}`);
      if (parentOf(path) !== '' && this.#seen.get(parentOf(path)) !== 'directory') throw failure('ENOENT', path);
      if (this.freeBytes <= 0) throw failure('ENOSPC', path);
      inode = new MemoryInode();
      inode.modifiedAtMs = this.#now();
      this.#change(path, { kind: 'add', path, entry: inode });
    }
    if (inode === 'directory') throw failure('EISDIR', path);
    return new MemoryFile(path, inode, this, this.#life);
  }

  exists(path: string): boolean {
    return this.#seen.has(path);
  }

  stat(path: string) {
    const entry = this.#seen.get(path);
    if (entry === undefined) return undefined;
    if (entry === 'directory') return { sizeBytes: 0, modifiedAtMs: 0, isDirectory: true };
    return { sizeBytes: entry.sizeBytes, modifiedAtMs: entry.modifiedAtMs, isDirectory: false };
  }

  list(directory: string): string[] {
    if (!this.#listed) {
      this.#listed = new Map();
      for (const path of this.#seen.keys()) {
        const [parent, name] = [parentOf(path), path.slice(path.lastIndexOf('/') + 1)];
        const names = this.#listed.get(parent);
        if (names) names.push(name);
        else this.#listed.set(parent, [name]);
      }
    }
    return (this.#listed.get(directory) ?? []).toSorted();
  }

  makeDirectory(path: string): void {
    if (path === '' || this.#seen.has(path)) return;
    this.makeDirectory(parentOf(path));
    this.#change(path, { kind: 'add', path, entry: 'directory' });
  }

  rename(from: string, to: string): void {
    this.fail('rename');
    if (!this.#seen.has(from)) throw failure('ENOENT', from);
    this.#change(from, { kind: 'rename', from, to });
  }

  remove(path: string): void {
    if (this.#seen.has(path)) this.#change(path, { kind: 'remove', path });
  }

  removeTree(path: string): void {
    for (const inside of [...this.#seen.keys()].filter((each) => each.startsWith(`${path}/`)).reverse()) {
      this.#change(inside, { kind: 'remove', path: inside });
    }
    this.remove(path);
  }

  syncDirectory(path: string): void {
    this.fail('syncDirectory');
    const directory = path === '/' ? '' : path;
    for (const change of this.#changes.get(directory) ?? []) applyTo(this.#platter, change);
    this.#changes.delete(directory);
  }

  async awaitDirectorySynced(path: string): Promise<void> {
    const life = this.#life;
    await this.turn();
    this.checkAlive(life);
    this.syncDirectory(path);
  }

  space() {
    const freeBytes = Math.max(0, this.capacityBytes - this.usedBytes);
    return { totalBytes: this.capacityBytes, freeBytes, usableBytes: freeBytes };
  }

  bootId(): string {
    return `boot ${this.#powerCuts}`;
  }

  lock(path: string): { release(): void } {
    if (this.#locks.has(path)) throw new ConfigError([`${path} is held by this process`]);
    this.#locks.add(path);
    const life = this.#life;
    return {
      release: () => {
        if (life === this.#life) this.#locks.delete(path);
      },
    };
  }

  /** Arms a fault. */
  inject(fault: Fault): void {
    this.#faults.push({ fault, passed: 0 });
  }

  /** The disk as one process sees it: dead after the next crash, so that nothing of the old process can go on. */
  process(): Disk {
    const life = this.#life;
    return new Proxy(this as Disk, {
      get: (disk, name: keyof Disk) => {
        const method = disk[name] as (...parameters: unknown[]) => unknown;
        return (...parameters: unknown[]) => {
          this.checkAlive(life);
          return method.apply(disk, parameters);
        };
      },
    });
  }

  /** The process was killed: its files are dead, and everything it wrote is still seen. */
  killProcess(): void {
    this.#life++;
    this.#locks.clear();
    this.#faults.length = 0;
  }

  /** The power went. Without a word on it, chance decides how much of what was not synced survives. */
  powerCut(survival?: Survival): void {
    this.killProcess();
    this.#powerCuts++;
    const kinds: readonly Survival[] = ['none', 'all', 'prefix', 'some'];
    const names = new Map(this.#platter);
    for (const changes of this.#changes.values()) {
      const kind = survival ?? kinds[this.#random.int(kinds.length)]!;
      const kept = kind === 'none' ? 0 : kind === 'all' ? changes.length : this.#random.int(changes.length + 1);
      for (const change of changes.slice(0, kept)) applyTo(names, change);
    }
    for (const path of names.keys()) if (!hasParents(names, path)) names.delete(path);
    this.#changes.clear();
    this.#seen = names;
    this.#listed = undefined;
    this.#platter = new Map(names);
    for (const entry of names.values()) {
      if (entry !== 'directory') entry.cutPower(survival ?? kinds[this.#random.int(kinds.length)]!, this.#random);
    }
  }

  /** Flips a bit of a file, on the platter and in memory. */
  flipBit(path: string, position: number, bit = 0): void {
    const entry = this.#seen.get(path);
    if (entry instanceof MemoryInode) entry.flipBit(position, bit);
  }

  /** All files, for tests that look at everything. */
  get paths(): string[] {
    return [...this.#seen.keys()].sort();
  }

  // What files of this disk need; not for users.

  fail(operation: Fault['operation']): void {
    const index = this.#faults.findIndex(({ fault }) => fault.operation === operation);
    const armed = this.#faults[index];
    if (!armed || armed.passed++ < (armed.fault.after ?? 0)) return;
    this.#faults.splice(index, 1);
    throw failure(armed.fault.code, `injected into ${operation}`);
  }

  checkAlive(life: number): void {
    if (life !== this.#life) throw failure('EIO', 'the process that opened this file is gone');
  }

  get random(): Random {
    return this.#random;
  }

  get freeBytes(): number {
    return this.capacityBytes === Number.POSITIVE_INFINITY ? this.capacityBytes : this.space().freeBytes;
  }

  get timestamp(): number {
    return this.#now();
  }

  /** Waits as long as a disk may take, in turns of the event loop. */
  async turn(): Promise<void> {
    for (let turns = 1 + this.#random.int(3); turns > 0; turns--) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Bytes that files take; holes take none. */
  get usedBytes(): number {
    let bytes = 0;
    for (const entry of this.#seen.values()) if (entry !== 'directory') bytes += entry.allocatedBytes;
    return bytes;
  }

  #change(path: string, change: NameChange): void {
    applyTo(this.#seen, change);
    this.#listed = undefined;
    const directory = parentOf(path);
    const changes = this.#changes.get(directory);
    if (changes) changes.push(change);
    else this.#changes.set(directory, [change]);
  }
}

class MemoryFile implements DiskFile {
  #isClosed = false;

  constructor(
    readonly path: string,
    private readonly inode: MemoryInode,
    private readonly disk: MemoryDisk,
    private readonly life: number,
  ) {}

  sizeBytes(): number {
    return this.#alive().sizeBytes;
  }

  writeAt(source: Uint8Array, position: number): void {
    const inode = this.#alive();
    inode.modifiedAtMs = this.disk.timestamp;
    let failed: unknown;
    try {
      this.disk.fail('write');
      if (inode.newBytesOf(position, source.length) > this.disk.freeBytes) throw failure('ENOSPC', this.path);
    } catch (error) {
      failed = error;
    }
    // A write that fails may have done a part of its work.
    const done = failed === undefined ? source.length : this.#partOf(inode, source.length, position);
    if (done > 0) inode.write(source.subarray(0, done), position);
    if (failed !== undefined) throw failed;
  }

  readAt(target: Uint8Array, position: number): number {
    return this.#alive().read(target, position);
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    await this.disk.turn();
    return this.#alive().read(target, position);
  }

  truncate(sizeBytes: number): void {
    this.#alive().truncate(sizeBytes);
  }

  async awaitSynced(): Promise<void> {
    const inode = this.#alive();
    const count = inode.changeCount;
    await this.disk.turn();
    this.disk.checkAlive(this.life);
    this.#sync(inode, count);
  }

  sync(): void {
    const inode = this.#alive();
    this.#sync(inode, inode.changeCount);
  }

  close(): void {
    this.#isClosed = true;
  }

  #sync(inode: MemoryInode, count: number): void {
    try {
      this.disk.fail('sync');
    } catch (error) {
      inode.failSync(this.disk.random);
      throw error;
    }
    inode.sync(count);
  }

  #partOf(inode: MemoryInode, length: number, position: number): number {
    const part = this.disk.random.int(length);
    return inode.newBytesOf(position, part) > this.disk.freeBytes ? 0 : part;
  }

  #alive(): MemoryInode {
    this.disk.checkAlive(this.life);
    if (this.#isClosed) throw failure('EBADF', this.path);
    return this.inode;
  }
}

function applyTo(names: Map<string, Entry>, change: NameChange): void {
  if (change.kind === 'add') names.set(change.path, change.entry);
  else if (change.kind === 'remove') names.delete(change.path);
  else {
    const entry = names.get(change.from);
    names.delete(change.from);
    if (entry) names.set(change.to, entry);
  }
}

function hasParents(names: Map<string, Entry>, path: string): boolean {
  const parent = parentOf(path);
  return parent === '' || (names.get(parent) === 'directory' && hasParents(names, parent));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
