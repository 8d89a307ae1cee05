import { describe, expect, it } from '@jest/globals';
import { MemoryDisk } from './memory-disk.js';
import { seededRandom } from './random.js';
import { CollectingLogger } from '../../../../test/support/collecting-logger.js';
import { SafeFile } from './safe-file.js';

const PATH = '/store/config/topics.json';
const problemOf = (text: string) => (/^[[{].*[\]}]$/.test(text) ? undefined : 'is not JSON');

describe('SafeFile', () => {
  it('gives back what was saved last, and nothing before', async () => {
    const file = new SafeFile(new MemoryDisk(), PATH, problemOf);
    expect(file.load()).toBeUndefined();
    await file.save(() => '{"a":1}');
    await file.save(() => '{0:12}');
    expect(file.load()).toBe('{0:12}');
  });

  it('is the old text or the new one after a power cut, whenever it came', async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const disk = new MemoryDisk({ random });
      await new SafeFile(disk.process(), PATH, problemOf).save(() => '{"old":1}');
      const saving = new SafeFile(disk.process(), PATH, problemOf).save(() => '{"new":1}');
      saving.catch(() => {});
      for (let turns = random.int(8); turns > 0; turns--) await new Promise<void>((resolve) => setImmediate(resolve));
      disk.powerCut();
      expect(['{"old":1}', '{"new":1}']).toContain(new SafeFile(disk, PATH, problemOf).load());
    }
  });

  const damages: Record<string, (disk: MemoryDisk, path: string) => void> = {
    'is not JSON': (disk, path) => disk.open(path).writeAt(Buffer.from('}'), 0),
    'is empty': (disk, path) => disk.open(path).truncate(0),
    'cannot be read': (disk, path) => {
      disk.remove(path);
      disk.makeDirectory(path);
    },
  };

  it.each(Object.keys(damages))('falls back on .bak when the file %s, and says so', async (problem) => {
    const disk = new MemoryDisk();
    const log = new CollectingLogger();
    const file = new SafeFile(disk, PATH, problemOf, log);
    await file.save(() => '{"a":1}');
    await file.save(() => '{"a":2}');
    expect([file.load(), log.lines]).toEqual(['{"a":2}', []]);
    damages[problem]!(disk, PATH);
    expect(file.load()).toBe('{"a":1}');
    expect(JSON.stringify(log.lines)).toContain(`${PATH} ${problem}`);
    if (problem === 'cannot be read') return;
    // What is good is not replaced by what is not.
    await file.save(() => '{"a":3}');
    disk.open(PATH).truncate(0);
    expect(file.load()).toBe('{"a":1}');
  });

  it.each(Object.keys(damages))('refuses to begin anew where the file and its .bak %s', async (problem) => {
    const disk = new MemoryDisk();
    const file = new SafeFile(disk, PATH, problemOf);
    await file.save(() => '{"a":1}');
    await file.save(() => '{"a":2}');
    for (const path of [PATH, `${PATH}.bak`]) damages[problem]!(disk, path);
    const sentence = `${PATH} ${problem}.*, and ${PATH}.bak ${problem}.*: put a good copy at ${PATH}, or move it and its .bak away`;
    expect(() => file.load()).toThrow(new RegExp(sentence));
  });

  it('saves one text after the other', async () => {
    const file = new SafeFile(new MemoryDisk(), PATH, problemOf);
    await Promise.all([file.save(() => '[1]'), file.save(() => '[2]'), file.save(() => '[3]')]);
    expect(file.load()).toBe('[3]');
  });

  it('saves once for all who came while it saved, and asks for the text when it is their turn', async () => {
    const asked: number[] = [];
    let now = 1;
    const file = new SafeFile(new MemoryDisk(), PATH, problemOf);
    const save = () =>
      file.save(() => {
        asked.push(now);
        return `[${now}]`;
      });
    const first = save();
    const others = [save(), save(), save()];
    now = 2;
    await first;
    now = 3;
    await Promise.all(others);
    expect(file.load()).toBe('[2]');
    expect(asked).toEqual([1, 2]);
  });

  it('saves what comes after a save that failed, and those behind it do not fail with it', async () => {
    const disk = new MemoryDisk();
    const file = new SafeFile(disk, PATH, problemOf);
    disk.inject({ operation: 'sync', code: 'EIO' });
    const first = file.save(() => '[1]');
    const second = file.save(() => '[2]');
    await expect(first).rejects.toThrow('EIO');
    await second;
    expect(file.load()).toBe('[2]');
  });
});
