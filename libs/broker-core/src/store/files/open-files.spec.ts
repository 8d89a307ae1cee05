import { describe, expect, it } from '@jest/globals';
import type { Disk, DiskFile } from '../../runtime/disk.js';
import { OpenFiles } from './open-files.js';

/** A disk that only says which of its files are open. */
function watchedDisk() {
  const open = new Set<string>();
  const disk = {
    open(path: string) {
      open.add(path);
      return { close: () => void open.delete(path) } as DiskFile;
    },
  } as Disk;
  return { disk, open };
}

describe('files held open', () => {
  it('are the ones used last, however often the newest is used again', () => {
    const { disk, open } = watchedDisk();
    const files = new OpenFiles(disk, 2);
    for (const path of ['a', 'b', 'b', 'a', 'a', 'c']) files.get(path);
    expect([...open]).toEqual(['a', 'c']);
    files.get('a');
    files.get('d');
    expect([...open]).toEqual(['a', 'd']);
  });

  it('are opened anew after they were closed, the newest too', () => {
    const { disk, open } = watchedDisk();
    const files = new OpenFiles(disk, 2);
    const before = files.get('a');
    files.close('a');
    expect(open.size).toBe(0);
    expect(files.get('a')).not.toBe(before);
    files.closeAll();
    expect(open.size).toBe(0);
    files.get('a');
    expect([...open]).toEqual(['a']);
  });
});
