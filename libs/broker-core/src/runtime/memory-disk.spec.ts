import { describe, expect, it } from '@jest/globals';
import { MemoryDisk } from './memory-disk.js';
import { seededRandom } from './random.js';

const read = (disk: MemoryDisk, path: string): string => {
  const file = disk.open(path);
  const bytes = Buffer.alloc(file.sizeBytes());
  file.readAt(bytes, 0);
  return bytes.toString('latin1');
};

/** A file with `kept` synced and `lost` written behind it. */
const halfSynced = (disk: MemoryDisk) => {
  const file = disk.open('/log', { create: true });
  disk.syncDirectory('/');
  file.writeAt(Buffer.from('kept'), 0);
  file.sync();
  file.writeAt(Buffer.from('lost'), 4);
};

describe('MemoryDisk', () => {
  it('keeps what was synced and loses what was not', () => {
    const disk = new MemoryDisk();
    halfSynced(disk);
    expect(read(disk, '/log')).toBe('keptlost');
    disk.powerCut('none');
    expect(read(disk, '/log')).toBe('kept');
  });

  it('keeps everything when only the process dies, but its files are dead', () => {
    const disk = new MemoryDisk();
    const process = disk.process();
    halfSynced(disk);
    const file = disk.open('/log');
    disk.killProcess();
    expect(read(disk, '/log')).toBe('keptlost');
    expect(() => file.writeAt(Buffer.from('x'), 0)).toThrow(/EIO/);
    expect(() => process.exists('/log')).toThrow(/EIO/);
  });

  it('leaves any sectors of a write that was not synced, and no part of a sector', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const disk = new MemoryDisk({ random: seededRandom(seed) });
      const file = disk.open('/log', { create: true });
      file.truncate(1536);
      file.sync();
      disk.syncDirectory('/');
      file.writeAt(Buffer.alloc(1536, 'x'), 0);
      disk.powerCut('some');
      const sectors = [0, 512, 1024].map((at) => read(disk, '/log').slice(at, at + 512));
      for (const sector of sectors) expect(['\0'.repeat(512), 'x'.repeat(512)]).toContain(sector);
      seen.add(sectors.map((sector) => sector[0]).join(''));
    }
    expect(seen.size).toBe(8);
  });

  it('forgets names that the directory was not synced for, and brings removed ones back', () => {
    const disk = new MemoryDisk();
    halfSynced(disk);
    disk.open('/new', { create: true }).sync();
    disk.remove('/log');
    disk.powerCut('none');
    expect(disk.paths).toEqual(['/log']);
  });

  it('renames as a whole or not at all', () => {
    for (const [survival, names] of [
      ['none', ['/a', '/b']],
      ['all', ['/b']],
    ] as const) {
      const disk = new MemoryDisk();
      for (const name of ['/a', '/b']) disk.open(name, { create: true });
      disk.syncDirectory('/');
      disk.rename('/a', '/b');
      disk.powerCut(survival);
      expect(disk.paths).toEqual(names);
    }
  });

  it('says yes to the sync after one that failed, and has forgotten what it was about', () => {
    const disk = new MemoryDisk({ random: seededRandom(3) });
    halfSynced(disk);
    disk.inject({ operation: 'sync', code: 'EIO' });
    const file = disk.open('/log');
    expect(() => file.sync()).toThrow(/EIO/);
    file.sync();
    const lost = new Set<string>();
    disk.powerCut();
    lost.add(read(disk, '/log'));
    expect(['kept', 'keptlost']).toContain([...lost][0]);
  });

  it('fills up, and may do a part of the write that did not fit', () => {
    const disk = new MemoryDisk({ capacityBytes: 8192 });
    const file = disk.open('/log', { create: true });
    file.truncate(1 << 20);
    file.writeAt(Buffer.alloc(4096), 0);
    expect(() => file.writeAt(Buffer.alloc(8192), 4096)).toThrow(/ENOSPC/);
    file.writeAt(Buffer.alloc(4096), 0);
    expect(disk.space().freeBytes).toBeLessThanOrEqual(4096);
  });

  it('gives its lock to one, until that one dies', () => {
    const disk = new MemoryDisk();
    disk.lock('/lock');
    expect(() => disk.lock('/lock')).toThrow(/held/);
    disk.killProcess();
    disk.lock('/lock').release();
  });
});
