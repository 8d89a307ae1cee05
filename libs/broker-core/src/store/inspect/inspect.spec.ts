import { describe, expect, it } from '@jest/globals';
import { ManualTime } from '../../runtime/manual-time.js';
import { openMemoryStore, ROOT } from '../../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../../test/support/store/messages.js';
import { dumpRecord } from './dump-record.js';
import { inspectStore } from './inspect-store.js';
import { verifyStore } from './verify-store.js';

const filled = async () => {
  const time = new ManualTime();
  const { disk, store } = await openMemoryStore({ time });
  for (let index = 0; index < 60; index++) {
    const wishes = {
      topic: `Topic${index % 2}`,
      body: `body ${index}`,
      tags: 'a',
      keys: `k${index} all`,
      uniqKey: `U${index}`,
    };
    void store.putMessage(putMessageOf(wishes));
  }
  await time.advance(10);
  await store.shutdown();
  return disk;
};

describe('inspecting a store directory', () => {
  it('finds nothing wrong with what a store left behind', async () => {
    const report = await verifyStore(await filled(), ROOT, { indexSlots: 64 });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ records: 60, queueEntries: 60, indexEntries: 240 });
  });

  it('prints segments, queues, index and checkpoint', async () => {
    const report = await inspectStore(await filled(), ROOT);
    expect(report.segments.map(({ startOffset }) => startOffset).slice(0, 2)).toEqual([0, 4096]);
    expect(report.queues.map(({ topic, minOffset, maxOffset }) => [topic, minOffset, maxOffset])).toEqual([
      ['Topic0', 0, 30],
      ['Topic1', 0, 30],
    ]);
    expect(report.indexFiles[0]?.indexCount).toBe(241);
    expect(report.checkpoint.queueEntries).toBe(60);
    expect(report.hasAbortFile).toBe(false);
  });

  it('says in plain words which bytes of the log are damaged, and goes on behind them', async () => {
    const disk = await filled();
    disk.flipBit(`${ROOT}/commitlog/00000000000000000000`, 90, 3);
    const { findings, records } = await verifyStore(disk, ROOT, { indexSlots: 64 });
    expect(records).toBe(59);
    expect(findings[0]).toMatchObject({ severity: 'damage', place: 'commitlog @0' });
    expect(findings[0]?.sentence).toMatch(/bytes are no records \(wrong CRC\); the log goes on at \d+/);
    expect(findings[1]).toMatchObject({ severity: 'damage', place: 'Topic0/0 #0' });
  });

  it('finds entries that name something else', async () => {
    const disk = await filled();
    disk.flipBit(`${ROOT}/consumequeue/Topic1/0/00000000000000000000`, 27, 0);
    const { findings } = await verifyStore(disk, ROOT, { indexSlots: 64 });
    expect(findings.map(({ place }) => place)).toEqual(['Topic1/0 #1']);
  });

  it('finds slots of the index that lead to another entry', async () => {
    const disk = await filled();
    const path = disk.paths.find((each) => each.startsWith(`${ROOT}/index/`))!;
    disk.flipBit(path, 40 + 4 * 7 + 3, 0);
    const { findings } = await verifyStore(disk, ROOT, { indexSlots: 64 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'damage', place: path.slice(ROOT.length + 1).replace('/', ' ') });
    expect(findings[0]?.sentence).toContain('1 slots or entries lead to another entry');
  });

  it('says once for a queue what a start will add to it', async () => {
    const disk = await filled();
    disk.remove(`${ROOT}/consumequeue/Topic1/0/00000000000000000400`);
    disk.removeTree(`${ROOT}/consumequeue/Topic0`);
    const { findings } = await verifyStore(disk, ROOT, { indexSlots: 64 });
    expect(findings).toEqual([
      { severity: 'note', place: 'Topic0/0', sentence: expect.stringContaining('30 messages have no queue') },
      { severity: 'note', place: 'Topic1/0 #20', sentence: expect.stringContaining('10 messages behind it') },
    ]);
  });

  it('misses messages that the checkpoint knows', async () => {
    const disk = await filled();
    for (const name of disk.list(`${ROOT}/commitlog`).slice(1)) disk.remove(`${ROOT}/commitlog/${name}`);
    const { findings } = await verifyStore(disk, ROOT, { indexSlots: 64 });
    expect(findings.at(-1)).toMatchObject({ severity: 'damage', place: 'checkpoint' });
    expect(findings.at(-1)?.sentence).toMatch(/synced up to \d+, and it ends at 4096/);
  });

  it('shows a record, and where the next one begins when there is none', async () => {
    const disk = await filled();
    const first = await dumpRecord(disk, ROOT, 0);
    expect(first.kind === 'record' && first.message.body.toString()).toBe('body 0');
    expect(await dumpRecord(disk, ROOT, 1)).toMatchObject({
      kind: 'nothing',
      problem: 'no record',
      nextOffset: first.nextOffset,
    });
  });
});
