import type { Disk, DiskFile } from '../../runtime/disk.js';

/** A disk that tools may look at and cannot change. What would change it does nothing: holes read as zeros anyway. */
export function readOnlyDisk(disk: Disk): Disk {
  const nothing = () => undefined;
  const settled = () => Promise.resolve();
  return {
    open: (path) => readOnlyFile(disk.open(path, { readOnly: true })),
    exists: (path) => disk.exists(path),
    stat: (path) => disk.stat(path),
    list: (directory) => disk.list(directory),
    space: (path) => disk.space(path),
    bootId: () => disk.bootId(),
    makeDirectory: nothing,
    rename: nothing,
    remove: nothing,
    removeTree: nothing,
    syncDirectory: nothing,
    awaitDirectorySynced: settled,
    lock: () => ({ release: nothing }),
  };
}

function readOnlyFile(file: DiskFile): DiskFile {
  return {
    path: file.path,
    sizeBytes: () => file.sizeBytes(),
    readAt: (target, position) => file.readAt(target, position),
    read: (target, position) => file.read(target, position),
    close: () => file.close(),
    writeAt: () => undefined,
    truncate: () => undefined,
    sync: () => undefined,
    awaitSynced: () => Promise.resolve(),
  };
}
