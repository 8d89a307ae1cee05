import type { Disk } from './disk.js';

/** Makes a directory, and those above it that are missing, so that their names survive a power cut. */
export function makeDurableDirectory(disk: Disk, path: string): void {
  if (disk.exists(path)) return;
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (parent !== '') makeDurableDirectory(disk, parent);
  disk.makeDirectory(path);
  disk.syncDirectory(parent || '/');
}
