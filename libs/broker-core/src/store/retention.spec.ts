import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import type { ManualTime } from '../runtime/manual-time.js';
import { MemoryDisk } from '../runtime/memory-disk.js';
import type { ConsumeQueueEntry, MessageStore } from './message-store.js';
import { isHourOf } from './retention.js';
import type { StoreConfig } from './store-config.js';

const HOUR = 3_600_000;
const NEVER = '25';
/** Long pauses would only make these specs slow: passes come once an hour here. */
const config: Partial<StoreConfig> = {
  cleanResourceIntervalMs: HOUR,
  flushConsumeQueueIntervalMs: HOUR,
  flushIntervalMs: HOUR,
  deleteCommitLogFilesIntervalMs: 0,
  deleteWhen: NEVER,
};

async function fill(store: MessageStore, time: ManualTime, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    void store.putMessage(putMessageOf({ body: Buffer.alloc(400), keys: 'k' }));
  await time.advance(1);
}

const segments = (disk: MemoryDisk) => disk.list(`${ROOT}/commitlog`).length;

describe('retention', () => {
  it('deletes expired segments in the hours it was told, and never the newest', async () => {
    const everyHour = Array.from({ length: 24 }, (_, hour) => hour).join(';');
    const { disk, store, time } = await openMemoryStore({
      config: { ...config, deleteWhen: everyHour, reservedHours: 2 },
    });
    await fill(store, time, 60);
    const before = segments(disk);
    await time.advance(HOUR + 60_000);
    expect(segments(disk)).toBe(before);
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBeLessThanOrEqual(2);
    expect(store.minCommitLogOffset).toBeGreaterThan(0);
    const min = store.minQueueOffset('TopicA', 0);
    expect(min).toBeGreaterThan(0);
    expect(await store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: 0, maxMsgNums: 1 })).toMatchObject({
      status: 'OFFSET_TOO_SMALL',
      nextBeginOffset: min,
    });
    expect((await store.putMessage(putMessageOf())).queueOffset).toBe(60);
  });

  it('keeps young segments, and deletes them when it is told to', async () => {
    const { disk, store, time } = await openMemoryStore({ config: { ...config, reservedHours: 1 } });
    await fill(store, time, 60);
    const before = segments(disk);
    await time.advance(3 * HOUR);
    expect(segments(disk)).toBe(before);
    store.executeDeleteFilesManually();
    await time.advance(3 * HOUR);
    expect(segments(disk)).toBeLessThan(before);
  });

  it('forgets queue and index files of messages that are gone', async () => {
    const { disk, store, time } = await openMemoryStore({ config: { ...config, reservedHours: 0, maxIndexNum: 20 } });
    await fill(store, time, 60);
    await time.advance(HOUR);
    const files = (path: string) => disk.list(`${ROOT}/${path}`).length;
    const [queueFiles, indexFiles] = [files('consumequeue/TopicA/0'), files('index')];
    store.executeDeleteFilesManually();
    await time.advance(2 * HOUR);
    expect(files('consumequeue/TopicA/0')).toBeLessThan(queueFiles);
    expect(files('index')).toBeLessThan(indexFiles);
    expect(files('index')).toBeGreaterThan(0);
  });

  it('deletes whatever there is when the disk is nearly full, refuses sends meanwhile, and takes them again', async () => {
    const disk = new MemoryDisk({ capacityBytes: 1 << 20 });
    const { store, time } = await openMemoryStore({ disk, config: { ...config, reservedHours: 1000 } });
    await fill(store, time, 300);
    const before = segments(disk);
    disk.capacityBytes = Math.floor(disk.usedBytes * 1.05);
    await time.advance(HOUR + 60_000);
    expect(segments(disk)).toBeLessThan(before);
    disk.capacityBytes = 1 << 26;
    await time.advance(5000);
    expect(store.isWritable).toBe(true);
  });

  it.each([
    // used %, cleanFileForciblyEnable: what happens to young segments, and to sends
    [74, true, { deletes: false, isWritable: true }],
    [80, true, { deletes: false, isWritable: true }],
    [87, true, { deletes: true, isWritable: true }],
    [87, false, { deletes: false, isWritable: true }],
    [95, true, { deletes: true, isWritable: false }],
    [95, false, { deletes: false, isWritable: false }],
  ])(
    'does what RocketMQ does when %d %% of the disk are used, forced or not: %s',
    async (percent, forcibly, wanted) => {
      const forced = { ...config, reservedHours: 1000, deleteFileBatchMax: 1, cleanFileForciblyEnable: forcibly };
      const { disk, store, time } = await openMemoryStore({ config: forced });
      await fill(store, time, 300);
      // As much of something else fills the disk that one segment makes no difference.
      const other = disk.open(`${ROOT}/other`, { create: true });
      other.writeAt(Buffer.alloc(4 << 20), 0);
      disk.capacityBytes = Math.floor((disk.usedBytes / percent) * 100);
      const before = segments(disk);
      await time.advance(61_000);
      expect({ deletes: segments(disk) < before, isWritable: store.isWritable }).toEqual(wanted);
    },
  );

  it('deletes expired segments at any hour once the disk is fuller than diskMaxUsedSpaceRatio', async () => {
    const { disk, store, time } = await openMemoryStore({ config: { ...config, reservedHours: 0 } });
    await fill(store, time, 60);
    const before = segments(disk);
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBe(before);
    disk.capacityBytes = Math.floor((disk.usedBytes / 80) * 100);
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBeLessThan(before);
    expect(store.isWritable).toBe(true);
  });

  it('answers sends with SERVICE_NOT_AVAILABLE while the disk is full, and serves reads', async () => {
    const disk = new MemoryDisk({ capacityBytes: 1 << 26 });
    const { store, time } = await openMemoryStore({ disk, config });
    await fill(store, time, 10);
    disk.capacityBytes = disk.usedBytes;
    const results = Array.from({ length: 40 }, () => store.putMessage(putMessageOf({ body: Buffer.alloc(900) })));
    await time.advance(1);
    expect((await Promise.all(results)).at(-1)).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' });
    expect(store.isWritable).toBe(false);
    expect(await store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: 0, maxMsgNums: 1 })).toMatchObject({
      status: 'FOUND',
    });
    disk.capacityBytes = 1 << 26;
    await time.advance(2000);
    expect((await store.putMessage(putMessageOf())).status).toBe('PUT_OK');
  });

  it('tries again later what could not be deleted, and deletes nothing behind it meanwhile', async () => {
    const hung = new Set<string>();
    const onRemove = (path: string) => {
      if (hung.has(path)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    };
    const { disk, store, time } = await openMemoryStore({
      config: { ...config, reservedHours: 0, redeleteHangedFileIntervalMs: 5 * HOUR },
      watcher: { onRemove },
    });
    await fill(store, time, 60);
    const [first] = disk.list(`${ROOT}/commitlog`);
    const before = segments(disk);
    hung.add(`${ROOT}/commitlog/${first}`);
    store.executeDeleteFilesManually();
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBe(before);
    expect(store.minCommitLogOffset).toBe(0);
    hung.clear();
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBe(before);
    await time.advance(4 * HOUR);
    expect(disk.list(`${ROOT}/commitlog`)).not.toContain(first);
    expect(store.minCommitLogOffset).toBeGreaterThan(0);
  });

  it('deletes nothing any more after the stop, be a pass under way', async () => {
    const slowly = { ...config, reservedHours: 0, deleteCommitLogFilesIntervalMs: 1000 };
    const { disk, store, time } = await openMemoryStore({ config: slowly });
    await fill(store, time, 60);
    const before = segments(disk);
    store.executeDeleteFilesManually();
    while (segments(disk) === before) await time.advance(1000);
    await store.shutdown();
    const left = segments(disk);
    expect(left).toBeGreaterThan(3);
    await time.advance(60_000);
    await store.cleanExpiredConsumeQueue();
    expect(segments(disk)).toBe(left);
  });

  it('takes no byte away from a slow reader, and lets the next one go on behind what is gone', async () => {
    const left = await openMemoryStore({ config });
    await fill(left.store, left.time, 60);
    const [{ sizeBytes }] = (await left.store.consumeQueueEntries('TopicA', 0, 0, 1)) as [ConsumeQueueEntry];
    await left.store.shutdown();
    const held: (() => void)[] = [];
    const onRead = (path: string) =>
      path.endsWith('commitlog/00000000000000000000') ? new Promise<void>((goOn) => held.push(goOn)) : undefined;
    const { disk, time } = left;
    const { store } = await openMemoryStore({
      disk,
      time,
      config: { ...config, reservedHours: 0 },
      watcher: { onRead },
    });
    const request = { topic: 'TopicA', queueId: 0, maxMsgNums: 3 };
    const look = store.lookMessageByOffset(0, sizeBytes);
    const pull = store.getMessage({ ...request, queueOffset: 0 });
    while (held.length < 2) await time.advance(1);
    store.executeDeleteFilesManually();
    await time.advance(2 * HOUR);
    expect(segments(disk)).toBeLessThanOrEqual(2);
    for (const goOn of held) goOn();
    expect(await look).toMatchObject({ queueOffset: 0, body: Buffer.alloc(400) });
    expect(await pull).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', messageCount: 0 });
    const { nextBeginOffset } = await store.getMessage({ ...request, queueOffset: 0 });
    expect(nextBeginOffset).toBe(store.minQueueOffset('TopicA', 0));
    expect(await store.getMessage({ ...request, queueOffset: nextBeginOffset })).toMatchObject({ status: 'FOUND' });
    expect((await store.queryByKey('TopicA', 'k', 32, 0, time.now())).records.length).toBeGreaterThan(0);
  });

  it('knows the hours of deleteWhen', () => {
    const at = (hour: number) => new Date(2026, 1, 3, hour, 30).getTime();
    expect([3, 4, 16].map((hour) => isHourOf('04;16', at(hour)))).toEqual([false, true, true]);
    expect(isHourOf('', at(0))).toBe(false);
  });
});
