import type { Disk, DiskFile } from '../../libs/broker-core/src/runtime/disk.js';
import type { Mutation } from './store-simulation.js';

/**
 * Stores that are wrong in one way each, as code might become by mistake. The simulation has to find every one of them:
 * a test that does not bite proves nothing.
 */
export const mutants: Readonly<Record<string, Mutation>> = {
  'fdatasync does nothing': {
    disk: (disk) =>
      withFiles(disk, (file) => over(file, { awaitSynced: () => Promise.resolve(), sync: () => undefined })),
  },
  'yes is said before fdatasync': {
    config: (config) => ({ ...config, flushDiskType: 'ASYNC_FLUSH' }),
  },
  'the directory is not synced when the log rolls': {
    disk: (disk) =>
      over(disk, {
        syncDirectory: (path) => (path.endsWith('/commitlog') ? undefined : disk.syncDirectory(path)),
        awaitDirectorySynced: (path) =>
          path.endsWith('/commitlog') ? Promise.resolve() : disk.awaitDirectorySynced(path),
      }),
  },
  'recovery does not look at the CRC': {
    config: (config) => ({ ...config, checkCrcOnRecover: false }),
  },
  'files are overwritten where they should be renamed': {
    disk: (disk) =>
      over(disk, {
        rename: (from, to) => {
          const [source, target] = [disk.open(from), disk.open(to, { create: true })];
          const bytes = Buffer.alloc(source.sizeBytes());
          source.readAt(bytes, 0);
          target.truncate(0);
          target.writeAt(bytes, 0);
          disk.remove(from);
        },
      }),
  },
};

/** `whole` with some of its methods replaced. */
function over<T extends object>(whole: T, parts: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      const part = (parts as Record<PropertyKey, unknown>)[name] ?? (target as Record<PropertyKey, unknown>)[name];
      return typeof part === 'function' ? part.bind(target) : part;
    },
  });
}

function withFiles(disk: Disk, change: (file: DiskFile) => DiskFile): Disk {
  return over(disk, { open: (path, options) => change(disk.open(path, options)) });
}
