import type { Disk, DiskFile } from '../../../libs/broker-core/src/runtime/disk.js';

/** What a spec wants to see, or to spoil by throwing, before the disk does it. */
export interface DiskWatcher {
  onOpen?(path: string): void;
  onClose?(path: string): void;
  /** Reads, blocking or not; only those that do not block wait for an answer. */
  onRead?(path: string, sizeBytes: number, position: number): void | Promise<void>;
  onSync?(path: string): void | Promise<void>;
  onRemove?(path: string): void;
}

/** A disk that tells what is done with it. */
export function watchedDisk(disk: Disk, watcher: DiskWatcher): Disk {
  return new Proxy(disk, {
    get(target, name: keyof Disk) {
      if (name === 'open') {
        return (...parameters: Parameters<Disk['open']>) => {
          watcher.onOpen?.(parameters[0]);
          return watchedFile(target.open(...parameters), watcher);
        };
      }
      if (name === 'remove') {
        return (path: string) => {
          watcher.onRemove?.(path);
          target.remove(path);
        };
      }
      return target[name];
    },
  });
}

function watchedFile(file: DiskFile, watcher: DiskWatcher): DiskFile {
  const { path } = file;
  let running = 0;
  let isClosed = false;
  return {
    path,
    sizeBytes: () => file.sizeBytes(),
    writeAt: (source, position) => file.writeAt(source, position),
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    readAt(target, position) {
      void watcher.onRead?.(path, target.length, position);
      return file.readAt(target, position);
    },
    async read(target, position) {
      running++;
      try {
        await watcher.onRead?.(path, target.length, position);
        return await file.read(target, position);
      } finally {
        // Files close when nothing runs on them any more.
        if (--running === 0 && isClosed) file.close();
      }
    },
    async awaitSynced() {
      await watcher.onSync?.(path);
      await file.awaitSynced();
    },
    sync() {
      void watcher.onSync?.(path);
      file.sync();
    },
    close() {
      watcher.onClose?.(path);
      isClosed = true;
      if (running === 0) file.close();
    },
  };
}
