import { describe, expect, it } from '@jest/globals';
import { MemoryDisk } from '../runtime/memory-disk.js';
import { SafeFile } from '../runtime/safe-file.js';
import { KvConfig, problemOfKvConfig } from './kv-config.js';
import { defaultNameServerLimits } from './name-server-settings.js';

describe('KvConfig', () => {
  const limited = () => new KvConfig({ ...defaultNameServerLimits, maxKvEntries: 3 }, undefined);

  it('keeps a namespace whose last entry was deleted', async () => {
    const kv = limited();
    await kv.put('n', 'k', 'v');
    await kv.delete('n', 'k');
    expect(kv.list('n')).toEqual(new Map());
    expect(kv.list('other')).toBeUndefined();
  });

  it('has never more namespaces than it may have entries, however many came and went', async () => {
    const kv = limited();
    await kv.put('lasting', 'k', 'v');
    for (let i = 0; i < 20; i++) {
      await kv.put(`n${i}`, 'k', 'v');
      await kv.delete(`n${i}`, 'k');
    }
    const left = Array.from({ length: 20 }, (_, i) => kv.list(`n${i}`)).filter((entries) => entries !== undefined);
    expect(left.length).toBeLessThanOrEqual(2);
    expect(kv.get('lasting', 'k')).toBe('v');
  });

  it('refuses an entry more than it may have, and takes it after another one went', async () => {
    const kv = limited();
    for (const key of ['a', 'b', 'c']) await kv.put('n', key, 'v');
    await expect(kv.put('m', 'd', 'v')).rejects.toThrow(/3 entries already/);
    await kv.put('n', 'a', 'other');
    await kv.delete('n', 'b');
    await kv.put('m', 'd', 'v');
    expect(kv.get('m', 'd')).toBe('v');
  });

  it('takes the text before a damaged one, and refuses to forget both', async () => {
    const disk = new MemoryDisk();
    const path = '/namesrv/kvConfig.json';
    const kvOnDisk = () => new KvConfig(defaultNameServerLimits, new SafeFile(disk, path, problemOfKvConfig));
    const kv = kvOnDisk();
    await kv.put('n', 'k', '1');
    await kv.put('n', 'k', '2');
    disk.open(path).truncate(1);
    const again = kvOnDisk();
    expect([again.load(), again.get('n', 'k')]).toEqual([1, '1']);
    disk.open(`${path}.bak`).truncate(0);
    expect(() => kvOnDisk().load()).toThrow(/kvConfig\.json is not JSON .* and .*\.bak is empty: put a good copy/);
  });
});
