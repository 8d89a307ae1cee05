import type { Disk, DiskFile } from '../../../libs/broker-core/src/runtime/disk.js';

/** What a spec wants to see, or to spoil by throwing, before the disk does it. */
export interface DiskWatcher {
  onOpen?(path: string): void;
  onClose?(path: string): void;
  /** Reads, blocking or not. */
  onRead?(path: string): void;
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
  return {
    path,
    sizeBytes: () => file.sizeBytes(),
    writeAt: (source, position) => file.writeAt(source, position),
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    readAt(target, position) {
      watcher.onRead?.(path);
      return file.readAt(target, position);
    },
    read(target, position) {
      watcher.onRead?.(path);
      return file.read(target, position);
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
      file.close();
    },
  };
}
