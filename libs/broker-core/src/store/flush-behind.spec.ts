import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import type { MemoryDisk } from '../runtime/memory-disk.js';
import { seededRandom } from '../runtime/random.js';
import { CHECKPOINT_BYTES, type Checkpoint, decodeCheckpoint } from './format/checkpoint.js';

function checkpointOf(disk: MemoryDisk): Checkpoint {
  const bytes = Buffer.alloc(CHECKPOINT_BYTES);
  if (disk.exists(`${ROOT}/checkpoint`)) disk.open(`${ROOT}/checkpoint`, { readOnly: true }).readAt(bytes, 0);
  return decodeCheckpoint(bytes);
}

describe('writing behind', () => {
  it.each([
    // More queues in every turn than are written in one; more pages of index slots.
    ['queues', { queues: 200, keys: 0 }],
    ['pages of the index', { queues: 1, keys: 300 }],
  ])('comes to an end, and the checkpoint goes on, while messages for many %s keep coming', async (_, load) => {
    const config = { commitLogFileBytes: 1 << 24, consumeQueueFileBytes: 20_000 };
    const index = { maxHashSlotNum: 4096 * 400, maxIndexNum: 1_000_000 };
    const { disk, store, time } = await openMemoryStore({ config: { ...config, ...index } });
    // Queues and index are synced once a minute.
    await time.advance(59_000);
    let isLoaded = true;
    // Their hashes have to lie far apart.
    const random = seededRandom(7);
    const key = () => random.int(2 ** 31).toString(36);
    const sending = (async () => {
      while (isLoaded) {
        const keys = Array.from({ length: load.keys }, () => key()).join(' ') || 'k';
        for (let queueId = 0; queueId < load.queues; queueId++) void store.putMessage(putMessageOf({ queueId, keys }));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    })();
    const deadline = time.now() + 5000;
    while (checkpointOf(disk).logicsMsgTimestamp === 0 && time.now() < deadline) await time.advance(20);
    const { logicsMsgTimestamp } = checkpointOf(disk);
    isLoaded = false;
    await sending;
    expect(logicsMsgTimestamp).toBeGreaterThan(0);
    await store.shutdown();
  });
});

describe('an index file that is full', () => {
  it('is synced by the one that follows, before the checkpoint says so, and never on the hot thread', async () => {
    const config = { commitLogFileBytes: 1 << 20, consumeQueueFileBytes: 20_000, maxIndexNum: 20 };
    const synced = new Set<string>();
    const onSync = (path: string) => void (path.includes('/index/') && synced.add(path));
    const { disk, store, time } = await openMemoryStore({ config, watcher: { onSync } });
    for (let index = 0; index < 100; index++) void store.putMessage(putMessageOf({ keys: `k${index}` }));
    await time.advance(100);
    const names = disk.list(`${ROOT}/index`);
    expect(names.length).toBeGreaterThan(4);
    expect(synced.size).toBe(0);
    await time.advance(61_000);
    while (checkpointOf(disk).indexMsgTimestamp === 0) await time.advance(1000);
    expect([...synced].sort()).toEqual(names.map((name) => `${ROOT}/index/${name}`));
  });
});
