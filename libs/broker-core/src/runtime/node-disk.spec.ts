import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useDirectory } from '../../../../test/support/use-directory.js';
import { usedPercentOf } from './disk.js';
import { NodeDisk } from './node-disk.js';

const directory = useDirectory();

describe('NodeDisk', () => {
  const disk = new NodeDisk();

  it('writes and reads at positions, on the thread and off it', async () => {
    const file = disk.open(join(directory.path, 'a'), { create: true });
    file.writeAt(Buffer.from('world'), 5);
    file.writeAt(Buffer.from('hello'), 0);
    const bytes = Buffer.alloc(20);
    expect(file.readAt(bytes, 0)).toBe(10);
    expect(await file.read(bytes, 5)).toBe(5);
    expect(bytes.toString('latin1', 0, 10)).toBe('worldworld');
    expect(file.readAt(bytes, 100)).toBe(0);
    file.close();
  });

  it('gives a file its size without taking room for it', () => {
    const path = join(directory.path, 'sparse');
    const file = disk.open(path, { create: true });
    file.truncate(1 << 30);
    expect(file.sizeBytes()).toBe(1 << 30);
    expect(statSync(path).blocks).toBeLessThan(100);
    file.close();
  });

  it('syncs many files at once, in a thread that ends with the last of them', async () => {
    const files = ['a', 'b', 'c'].map((name) => disk.open(join(directory.path, name), { create: true }));
    for (const file of files) file.writeAt(Buffer.alloc(4096, 'x'), 0);
    await Promise.all(files.map((file) => file.awaitSynced()));
    await disk.awaitDirectorySynced(directory.path);
    for (const file of files) file.close();
  });

  it('closes a file only when nothing runs on it any more', async () => {
    const file = disk.open(join(directory.path, 'a'), { create: true });
    file.writeAt(Buffer.from('hello'), 0);
    const bytes = Buffer.alloc(5);
    const running = [file.read(bytes, 0), file.awaitSynced()];
    file.close();
    await Promise.all(running);
    expect(bytes.toString()).toBe('hello');
    await expect(file.awaitSynced()).rejects.toThrow();
  });

  it('lists, renames and removes', () => {
    disk.makeDirectory(join(directory.path, 'x/y'));
    disk.open(join(directory.path, 'x/b'), { create: true }).close();
    disk.rename(join(directory.path, 'x/b'), join(directory.path, 'x/a'));
    expect(disk.list(join(directory.path, 'x'))).toEqual(['a', 'y']);
    expect(disk.list(join(directory.path, 'nowhere'))).toEqual([]);
    expect(disk.stat(join(directory.path, 'x/y'))?.isDirectory).toBe(true);
    disk.remove(join(directory.path, 'x/a'));
    disk.remove(join(directory.path, 'x/a'));
    disk.removeTree(join(directory.path, 'x'));
    expect(disk.exists(join(directory.path, 'x'))).toBe(false);
    expect(() => disk.open(join(directory.path, 'x'))).toThrow(/ENOENT/);
  });

  it('knows the room of a file system, also for a directory that is not there yet', () => {
    const { totalBytes, freeBytes, usableBytes } = disk.space(join(directory.path, 'not/yet'));
    expect(totalBytes).toBeGreaterThan(freeBytes);
    expect(freeBytes).toBeGreaterThanOrEqual(usableBytes);
    expect(usableBytes).toBeGreaterThan(0);
  });

  it.each([
    [{ totalBytes: 1000, freeBytes: 600, usableBytes: 600 }, 40],
    [{ totalBytes: 1000, freeBytes: 600, usableBytes: 100 }, 80],
    [{ totalBytes: 1000, freeBytes: 599, usableBytes: 599 }, 41],
    [{ totalBytes: 1000, freeBytes: 1000, usableBytes: 1000 }, 0],
    [{ totalBytes: 1000, freeBytes: 400, usableBytes: 0 }, 100],
    [{ totalBytes: 0, freeBytes: 0, usableBytes: 0 }, 0],
    [{ totalBytes: Infinity, freeBytes: Infinity, usableBytes: Infinity }, 0],
  ])('is as full as the part of it that is ours to use: %j is %i %%', (room, percent) => {
    expect(usedPercentOf(room)).toBe(percent);
  });
});
