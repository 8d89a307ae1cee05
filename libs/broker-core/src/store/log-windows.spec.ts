import { describe, expect, it } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import type { MemoryDisk } from '../runtime/memory-disk.js';
import type { MessageStore } from './message-store.js';
import { storeLimits } from './store-config.js';

const { windowBytes, windowsAhead } = storeLimits;
const config = { commitLogFileBytes: 32 << 20, consumeQueueFileBytes: 20_000, messageIndexEnable: false };
const BODY_BYTES = 10_000;
/** Messages that fill a window, about, and that fill nine. */
const SOME = Math.ceil(windowBytes / BODY_BYTES);
const MANY = 9 * SOME;

const request = (queueId: number, queueOffset: number) => ({ topic: 'TopicA', queueId, queueOffset, maxMsgNums: 1 });

/** What an earlier run left behind: queues with `MANY` messages each, one queue after the other in the log. */
async function backlog(queues: number): Promise<MemoryDisk> {
  const { disk, store } = await openMemoryStore({ config });
  for (let queueId = 0; queueId < queues; queueId++) {
    for (let index = 0; index < MANY; index++) {
      await store.putMessage(putMessageOf({ queueId, body: Buffer.alloc(BODY_BYTES, `${queueId}/${index}.`) }));
    }
  }
  await store.shutdown();
  return disk;
}

/** A store that finds it, and where its log was read since. */
async function openCold(queues: number) {
  const reads: number[] = [];
  const fails = new Set<number>();
  let isWatching = false;
  const onRead = (path: string, _sizeBytes: number, position: number) => {
    if (!isWatching || !path.includes('/commitlog/')) return;
    reads.push(position);
    if (fails.delete(reads.length)) throw Object.assign(new Error('the disk does not feel like it'), { code: 'EIO' });
  };
  const { store, time } = await openMemoryStore({ disk: await backlog(queues), config, watcher: { onRead } });
  isWatching = true;
  return { store, reads, fails, time };
}

/** Pulls message by message from `from` until the log was read `untilReads` times; where it stopped. */
async function pullOn(store: MessageStore, queueId: number, reads: readonly number[], untilReads: number, from = 0) {
  let queueOffset = from;
  while (reads.length < untilReads) {
    const { status, nextBeginOffset } = await store.getMessage(request(queueId, queueOffset));
    expect(status).toBe('FOUND');
    queueOffset = nextBeginOffset;
  }
  return queueOffset;
}

describe('windows of a cold log', () => {
  it('are read before a reader that goes straight on needs them', async () => {
    const { store, reads, time } = await openCold(1);
    expect(store.getMessage(request(0, 0))).toBeInstanceOf(Promise);
    const queueOffset = await pullOn(store, 0, reads, 2, 1);
    // The second was needed; the next two were not, yet.
    const step = windowBytes - 64 * 1024;
    expect(reads).toEqual([0, step, 2 * step, 3 * step]);
    await time.advance(1);
    for (let offset = queueOffset; offset < MANY - SOME; offset++) {
      const found = store.getMessage(request(0, offset));
      expect(found).toMatchObject({ status: 'FOUND', nextBeginOffset: offset + 1 });
      await time.advance(1);
    }
  });

  it('are read once each, and give the messages as they were put', async () => {
    const { store, reads } = await openCold(1);
    for (let index = 0; index < MANY; index++) {
      const { chunks } = await store.getMessage(request(0, index));
      expect(chunks[0]!.includes(`0/${index}.0/${index}.`)).toBe(true);
    }
    expect(new Set(reads).size).toBe(reads.length);
  });

  it('are not read ahead of a reader that jumps', async () => {
    const { store, reads } = await openCold(2);
    for (const queueOffset of [0, MANY - 1, 2 * SOME]) await store.getMessage(request(queueOffset % 2, queueOffset));
    expect(reads).toHaveLength(3);
  });

  it('are read ahead of all readers together no more than the limit says', async () => {
    const readers = 12;
    const { store, reads } = await openCold(readers);
    for (let queueId = 0; queueId < readers; queueId++) await store.getMessage(request(queueId, 2 * SOME));
    expect(reads).toHaveLength(readers);
    for (let queueId = 0; queueId < readers; queueId++) await pullOn(store, queueId, reads, reads.length + 1, 2 * SOME);
    expect(reads).toHaveLength(2 * readers + windowsAhead);
  });

  it('are read again when reading them ahead failed, and the next ones ahead again', async () => {
    const { store, reads, fails } = await openCold(1);
    // After the first read, each that is needed is followed by two that are not, yet.
    for (let needed = 2; fails.size < windowsAhead; needed += 3) fails.add(needed + 1).add(needed + 2);
    const queueOffset = await pullOn(store, 0, reads, 2 + (windowsAhead / 2) * 3);
    expect([fails.size, reads.length]).toEqual([0, 4 + (windowsAhead / 2) * 3]);
    for (let index = queueOffset; index < MANY; index++)
      expect(await store.getMessage(request(0, index))).toMatchObject({ status: 'FOUND', messageCount: 1 });
  });
});
