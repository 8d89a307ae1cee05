/** Room of a file system, in bytes. */
export interface DiskRoom {
  readonly totalBytes: number;
  /** What nobody has written to. */
  readonly freeBytes: number;
  /** What this process may still write: less than `freeBytes` where some is kept back, for root or by a quota. */
  readonly usableBytes: number;
}

/**
 * How full a file system is for this process, in whole percent, the last one begun counted: what is kept back from us
 * is neither used nor ours to use.
 *
 * Source  RocketMQ UtilAll#getDiskPartitionSpaceUsedPercent
 */
export function usedPercentOf({ totalBytes, freeBytes, usableBytes }: DiskRoom): number {
  const usedBytes = totalBytes - freeBytes;
  const entireBytes = usedBytes + usableBytes;
  return Number.isFinite(usedBytes) && entireBytes > 0 ? Math.ceil((usedBytes * 100) / entireBytes) : 0;
}

/**
 * What the store asks of a disk. Paths are absolute and already validated; names from clients never get here raw.
 *
 * Errors are Node's own (`code` ENOSPC, EIO, ENOENT …): the store decides what each of them ends.
 */
export interface Disk {
  /** Opens for reading and writing. `create` makes the file when it is not there. */
  open(path: string, options?: { readonly create?: boolean; readonly readOnly?: boolean }): DiskFile;
  exists(path: string): boolean;
  /** Bytes of the file, and when it was last written (ms since the epoch); undefined when it is not there. */
  stat(
    path: string,
  ): { readonly sizeBytes: number; readonly modifiedAtMs: number; readonly isDirectory: boolean } | undefined;
  /** Names (not paths) in a directory, sorted; empty when it is not there. */
  list(directory: string): string[];
  makeDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeTree(path: string): void;
  /** Makes created, renamed and removed names of a directory durable. */
  syncDirectory(path: string): void;
  /** The same off the hot thread. */
  awaitDirectorySynced(path: string): Promise<void>;
  /** Room of the file system that holds `path`. */
  space(path: string): DiskRoom;
  /**
   * Another text after each start of the machine; empty where nobody knows. As long as it is the same, whatever was
   * written is seen, synced or not.
   */
  bootId(): string;
  /**
   * Takes the directory's `lock` file for this process; a second taker gets an error naming the holder (pid).
   * The lock ends with the process, however it ends.
   */
  lock(path: string): { release(): void };
}

/** One open file. Positions and lengths are bytes; nothing here moves a cursor. */
export interface DiskFile {
  readonly path: string;
  sizeBytes(): number;
  /** Writes all of `source` at `position`, blocking; throws on a short or failed write. */
  writeAt(source: Uint8Array, position: number): void;
  /** Reads up to `target.length` bytes at `position`, blocking; returns how many there were. */
  readAt(target: Uint8Array, position: number): number;
  /** The same off the hot thread: for reads that may touch the platter. */
  read(target: Uint8Array, position: number): Promise<number>;
  truncate(sizeBytes: number): void;
  /** fdatasync off the hot thread; resolves when every write that returned before the call is durable. */
  awaitSynced(): Promise<void>;
  /** fdatasync, blocking: for start and stop. */
  sync(): void;
  close(): void;
}
