import { describe, expect, it } from '@jest/globals';
import { MemoryDisk } from '../runtime/memory-disk.js';
import { seededRandom } from '../runtime/random.js';
import { JsonFile } from './json-file.js';

const PATH = '/store/config/topics.json';

describe('JsonFile', () => {
  it('gives back what was saved last, and nothing before', async () => {
    const file = new JsonFile(new MemoryDisk(), PATH);
    expect(file.load()).toBeUndefined();
    await file.save('{"a":1}');
    await file.save('{0:12}');
    expect(file.load()).toBe('{0:12}');
  });

  it('is the old text or the new one after a power cut, whenever it came', async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const disk = new MemoryDisk({ random });
      await new JsonFile(disk.process(), PATH).save('{"old":1}');
      const saving = new JsonFile(disk.process(), PATH).save('{"new":1}');
      saving.catch(() => {});
      for (let turns = random.int(8); turns > 0; turns--) await new Promise<void>((resolve) => setImmediate(resolve));
      disk.powerCut();
      expect(['{"old":1}', '{"new":1}']).toContain(new JsonFile(disk, PATH).load());
    }
  });

  it('falls back on .bak, and refuses to begin anew where both are damaged', async () => {
    const disk = new MemoryDisk();
    const file = new JsonFile(disk, PATH);
    await file.save('{"a":1}');
    await file.save('{"a":2}');
    disk.open(PATH).writeAt(Buffer.from('}'), 0);
    expect(file.load()).toBe('{"a":1}');
    disk.open(`${PATH}.bak`).writeAt(Buffer.from('}'), 0);
    expect(() => file.load()).toThrow(/topics\.json is not JSON/);
  });

  it('saves one text after the other', async () => {
    const file = new JsonFile(new MemoryDisk(), PATH);
    await Promise.all([file.save('[1]'), file.save('[2]'), file.save('[3]')]);
    expect(file.load()).toBe('[3]');
  });
});
