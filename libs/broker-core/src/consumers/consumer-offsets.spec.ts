import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryTextFile } from '../topics/testing/memory-text-file.js';
import { ConsumerOffsets } from './consumer-offsets.js';
import { defaultConsumerSettings } from './consumer-settings.js';

describe('consumer offsets', () => {
  let time: ManualTime;
  let file: MemoryTextFile;
  const open = () =>
    new ConsumerOffsets({
      file,
      settings: { ...defaultConsumerSettings, offsetVersionStep: 2 },
      clock: time,
      scheduler: time,
    });

  beforeEach(() => {
    time = new ManualTime();
    file = new MemoryTextFile();
  });

  it('are what was committed last, even when it is less', () => {
    const offsets = open();
    expect(offsets.query('g', 'T', 0)).toBeUndefined();
    offsets.commit('g', 'T', 0, 5);
    offsets.commit('g', 'T', 1, 7);
    offsets.commit('g', 'T', 0, 3);
    expect(offsets.query('g', 'T', 0)).toBe(3);
    expect(offsets.queryAll('g', 'T')).toEqual(
      new Map([
        [0, 3],
        [1, 7],
      ]),
    );
  });

  it('reach the disk every five seconds and at the end, in Apache’s form', async () => {
    const offsets = open();
    offsets.start();
    offsets.commit('g', 'T', 0, 5);
    await time.advance(4_999);
    expect(file.text).toBeUndefined();
    await time.advance(1);
    expect(file.text).toContain('"offsetTable":{"T@g":{0:5}}');
    offsets.commit('g', 'T', 0, 6);
    await offsets.stop();
    expect(file.text).toContain('{0:6}');
    expect(time.pending).toBe(0);
    const again = open();
    again.load();
    expect(again.query('g', 'T', 0)).toBe(6);
  });

  it('are not written when nothing new was committed', async () => {
    const offsets = open();
    offsets.start();
    offsets.commit('g', 'T', 0, 5);
    await time.advance(5_000);
    file.text = undefined;
    offsets.commit('g', 'T', 0, 5);
    await time.advance(50_000);
    expect(file.text).toBeUndefined();
    await offsets.stop();
  });

  it('get a new version every so many commits', () => {
    const offsets = open();
    const { counter } = offsets.dataVersion;
    for (const offset of [1, 2, 3]) offsets.commit('g', 'T', 0, offset);
    expect(offsets.dataVersion.counter).toBe(counter + 1);
  });

  it('are reset at once for who asks, and handed to the consumer once', () => {
    const offsets = open();
    offsets.commit('g', 'T', 0, 50);
    offsets.assignReset('g', 'T', 0, 10);
    expect(offsets.query('g', 'T', 0)).toBe(10);
    expect(offsets.hasReset('g', 'T', 0)).toBe(true);
    expect(offsets.hasReset('g', 'T', 1)).toBe(false);
    expect(offsets.takeReset('g', 'T', 0)).toBe(10);
    expect(offsets.takeReset('g', 'T', 0)).toBeUndefined();
    expect(offsets.query('g', 'T', 0)).toBe(10);
  });

  it('know how far a queue was handed out', () => {
    const offsets = open();
    offsets.commit('g', 'T', 0, 5);
    expect(offsets.queryPulled('g', 'T', 0)).toBe(5);
    offsets.notePulled('g', 'T', 0, 9);
    expect(offsets.queryPulled('g', 'T', 0)).toBe(9);
  });

  it('can be listed, copied and forgotten by group and by topic', () => {
    const offsets = open();
    offsets.commit('g', 'T', 0, 1);
    offsets.commit('g', 'U', 0, 2);
    offsets.commit('h', 'T', 0, 3);
    expect(offsets.topicsOf('g')).toEqual(new Set(['T', 'U']));
    expect(offsets.groupsOf('T')).toEqual(new Set(['g', 'h']));
    offsets.clone('g', 'copy', 'U');
    expect(offsets.query('copy', 'U', 0)).toBe(2);
    offsets.removeTopic('T');
    expect(offsets.groupsOf('T')).toEqual(new Set());
    offsets.removeGroup('g');
    expect([...offsets.table.keys()]).toEqual(['U@copy']);
  });
});
