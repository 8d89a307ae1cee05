import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';
import type { MemoryDisk } from '../runtime/memory-disk.js';
import type { MessageStore } from './message-store.js';

/** Small files: 60 messages fill several segments, queue files and index files. */
const config = { commitLogFileBytes: 4096, consumeQueueFileBytes: 200, maxHashSlotNum: 16, maxIndexNum: 25 };
const COUNT = 60;

/** A store that ran for minutes and was then killed, or stopped. */
async function leftBehind(isClean: boolean): Promise<MemoryDisk> {
  const { disk, store, time } = await openMemoryStore({ config });
  // A queue that the newest segments say nothing of.
  await store.putMessage(putMessageOf({ topic: 'Quiet', keys: 'quiet' }));
  for (let index = 0; index < COUNT; index++) {
    await store.putMessage(putMessageOf({ body: `m${index}`, keys: `k${index}`, queueId: index % 2 }));
    await time.advance(2000);
  }
  await time.advance(62_000);
  for (let turn = 0; turn < 200; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  if (isClean) await store.shutdown();
  disk.killProcess();
  return disk;
}

/** Everything is there: in its queue, in its order, and by its key. */
async function expectAll(store: MessageStore): Promise<void> {
  expect(store.maxQueueOffset('Quiet', 0)).toBe(1);
  for (const queueId of [0, 1]) {
    const found: string[] = [];
    for (let next = 0; next < store.maxQueueOffset('TopicA', queueId); ) {
      const result = await store.getMessage({ topic: 'TopicA', queueId, queueOffset: next, maxMsgNums: 32 });
      expect(result.status).toBe('FOUND');
      found.push(...decodeMessages(Buffer.concat(result.chunks as Buffer[])).map(({ body }) => body.toString()));
      next = result.nextBeginOffset;
    }
    expect(found).toEqual(Array.from({ length: COUNT / 2 }, (_, index) => `m${2 * index + queueId}`));
  }
  for (let index = 0; index < COUNT; index++) {
    expect((await store.queryByKey('TopicA', `k${index}`, 32, 0, Number.MAX_SAFE_INTEGER)).records).toHaveLength(1);
  }
}

const files = (disk: MemoryDisk, under: string) =>
  disk.paths.filter((path) => path.startsWith(`${ROOT}/${under}`) && disk.stat(path)?.isDirectory === false);
const shorten = (disk: MemoryDisk, path: string) =>
  disk.open(path).truncate(Math.floor(disk.stat(path)!.sizeBytes / 3));

/** What happens to files between two starts. */
const damages: Record<string, (disk: MemoryDisk) => void> = {
  'no queue is there': (disk) => disk.removeTree(`${ROOT}/consumequeue`),
  'one queue is gone': (disk) => disk.removeTree(`${ROOT}/consumequeue/TopicA/1`),
  'the newest file of a queue is gone': (disk) => disk.remove(files(disk, 'consumequeue/TopicA/0').at(-1)!),
  'the oldest file of a queue is gone': (disk) => disk.remove(files(disk, 'consumequeue/TopicA/0')[0]!),
  'every queue file is short': (disk) => {
    for (const path of files(disk, 'consumequeue')) shorten(disk, path);
  },
  'no index is there': (disk) => disk.removeTree(`${ROOT}/index`),
  'the newest index file is gone': (disk) => disk.remove(files(disk, 'index').at(-1)!),
  'the newest index file is short': (disk) => shorten(disk, files(disk, 'index').at(-1)!),
  'the newest index file is empty': (disk) => disk.open(files(disk, 'index').at(-1)!).truncate(0),
  'the checkpoint is gone': (disk) => disk.remove(`${ROOT}/checkpoint`),
  'the checkpoint is short': (disk) => disk.open(`${ROOT}/checkpoint`).truncate(20),
  'the checkpoint is empty': (disk) => disk.open(`${ROOT}/checkpoint`).truncate(0),
  'the next segment was begun': (disk) => {
    const next = files(disk, 'commitlog').length * 4096;
    disk.open(`${ROOT}/commitlog/${String(next).padStart(20, '0')}`, { create: true }).truncate(100);
  },
};

it.each(Object.keys(damages))('a repair may be cut short by the power when %s', async (damage) => {
  for (let patience = 0; patience < 6; patience++) {
    const disk = await leftBehind(true);
    damages[damage]!(disk);
    const opening = openMemoryStore({ disk, config });
    opening.catch(() => {});
    for (let turn = 0; turn < patience * 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    disk.powerCut('all');
    await opening.catch(() => {});
    disk.killProcess();
    await expectAll((await openMemoryStore({ disk, config })).store);
  }
});

describe.each(['stopped', 'killed'])('a store that was %s', (how) => {
  it.each(Object.keys(damages))('has everything when %s', async (damage) => {
    const disk = await leftBehind(how === 'stopped');
    damages[damage]!(disk);
    const { store } = await openMemoryStore({ disk, config });
    expect(store.recoveryReport?.damages).toEqual([]);
    await expectAll(store);
    const next = await store.putMessage(putMessageOf({ body: 'next' }));
    expect(next).toMatchObject({ status: 'PUT_OK', queueOffset: COUNT / 2 });
  });
});
