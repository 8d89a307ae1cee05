import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useDirectory } from '../../../../../test/support/use-directory.js';
import { silentLogger } from '../../runtime/logger.js';
import { MemoryDisk } from '../../runtime/memory-disk.js';
import { NodeDisk } from '../../runtime/node-disk.js';
import { LocalOffsetStore } from './local-offset-store.js';

const queue = (queueId: number) => ({ topic: 'T', brokerName: 'b', queueId });
const directory = useDirectory();

const storeAt = (folder: string) => new LocalOffsetStore(new NodeDisk(), folder, silentLogger);

describe('LocalOffsetStore', () => {
  it('finds after a restart what it had persisted', async () => {
    const folder = join(directory.path, 'offsets');
    const before = storeAt(folder);
    await before.load();
    before.update(queue(0), 7, true);
    before.update(queue(1), 9, true);
    await before.persist([queue(0), queue(1)]);
    const after = storeAt(folder);
    await after.load();
    expect([await after.read(queue(0)), await after.read(queue(1)), await after.read(queue(2))]).toEqual([
      7,
      9,
      undefined,
    ]);
  });

  it('writes the file as Java clients do', async () => {
    const folder = join(directory.path, 'offsets');
    const store = storeAt(folder);
    store.update(queue(3), 12, true);
    await store.persist([queue(3)]);
    expect(readFileSync(join(folder, 'offsets.json'), 'utf8')).toBe(
      '{"offsetTable":{{"brokerName":"b","queueId":3,"topic":"T"}:12}}',
    );
  });

  it('takes the one before when the file is broken', async () => {
    const folder = join(directory.path, 'offsets');
    const store = storeAt(folder);
    for (const offset of [1, 2]) {
      store.update(queue(0), offset, true);
      await store.persist([queue(0)]);
    }
    writeFileSync(join(folder, 'offsets.json'), '{"offsetTable":{{"bro');
    const after = storeAt(folder);
    await after.load();
    expect(await after.read(queue(0))).toBe(1);
  });

  it('says that a file cannot be written, goes on, and writes it as soon as it can', async () => {
    const disk = new MemoryDisk({ capacityBytes: 0 });
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (line: string) => void lines.push(line) };
    const store = new LocalOffsetStore(disk, '/offsets', logger);
    store.update(queue(0), 7, true);
    await store.persist([queue(0)]);
    expect(lines).toEqual(['offsets not persisted']);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await store.persist([queue(0)]);
    const after = new LocalOffsetStore(disk, '/offsets', logger);
    await after.load();
    expect([await after.read(queue(0)), lines.length]).toEqual([7, 1]);
  });

  it('says when both files are broken, and nothing when there are none', async () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (line: string) => void lines.push(line) };
    const folder = directory.path;
    await new LocalOffsetStore(new NodeDisk(), folder, logger).load();
    expect(lines).toEqual([]);
    for (const name of ['offsets.json', 'offsets.json.bak']) writeFileSync(join(folder, name), '{"offsetTable":{{"bro');
    const store = new LocalOffsetStore(new NodeDisk(), folder, logger);
    await store.load();
    expect(lines.at(-1)).toContain('begins anew');
    expect(await store.read(queue(0))).toBeUndefined();
  });

  it('goes back only when it is told to', () => {
    const store = storeAt(join(directory.path, 'offsets'));
    store.update(queue(0), 5, true);
    store.update(queue(0), 3, true);
    expect(store.get(queue(0))).toBe(5);
    store.update(queue(0), 3, false);
    expect(store.get(queue(0))).toBe(3);
  });
});
