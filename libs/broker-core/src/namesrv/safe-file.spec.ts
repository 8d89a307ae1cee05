import { describe, expect, it } from '@jest/globals';
import { MemoryDisk } from '../runtime/memory-disk.js';
import { SafeFile } from './safe-file.js';

const PATH = '/namesrv/kvConfig.json';
const isWhole = (text: string) => text.endsWith('}');

describe('SafeFile', () => {
  it('gives back the last text, the one before it when that is damaged, and refuses to forget both', async () => {
    const disk = new MemoryDisk();
    const file = new SafeFile(disk, PATH);
    expect(file.load(isWhole)).toBeUndefined();
    await file.save(() => '{1}');
    await file.save(() => '{2}');
    expect(file.load(isWhole)).toBe('{2}');
    disk.open(PATH).truncate(1);
    expect(file.load(isWhole)).toBe('{1}');
    disk.open(`${PATH}.bak`).truncate(0);
    expect(() => file.load(isWhole)).toThrow(/kvConfig\.json and .*\.bak: no whole JSON; put a good copy/);
  });
});
