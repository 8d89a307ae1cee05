import { describe, expect, it } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { MemoryDisk } from '../runtime/memory-disk.js';
import { ConsumeQueue } from './consume-queue.js';
import { OpenFiles } from './files/open-files.js';
import { SegmentFiles } from './files/segment-files.js';
import { offsetByTime } from './offset-by-time.js';

const START = 1_700_000_000_000;

/** Messages stored at START + each of the times. */
async function storedAt(...times: number[]) {
  const { store, time } = await openMemoryStore();
  for (const at of times) {
    await time.advance(START + at - time.now());
    void store.putMessage(putMessageOf());
  }
  await time.advance(5);
  return (at: number, boundary: 'LOWER' | 'UPPER') => store.offsetByTime('TopicA', 0, START + at, boundary);
}

describe('the offset of a store time', () => {
  it('is the first or the last message of that time', async () => {
    const find = await storedAt(0, 100, 100, 100, 200);
    expect(await find(100, 'LOWER')).toBe(1);
    expect(await find(100, 'UPPER')).toBe(3);
  });

  it('is the first after it or the last before it, when there is none of that time', async () => {
    const find = await storedAt(0, 100, 100, 100, 200, 200);
    expect(await find(150, 'LOWER')).toBe(4);
    expect(await find(150, 'UPPER')).toBe(3);
  });

  it('is the end of the queue behind the newest, and its beginning before the oldest', async () => {
    const find = await storedAt(0, 100, 200);
    expect(await find(1000, 'LOWER')).toBe(3);
    expect(await find(1000, 'UPPER')).toBe(2);
    expect(await find(-1000, 'LOWER')).toBe(0);
    expect(await find(-1000, 'UPPER')).toBe(0);
  });

  it('is found while the queue grows, whose memory changes with that', async () => {
    const disk = new MemoryDisk();
    const files = new SegmentFiles('/q/T/0', 200_000, disk, new OpenFiles(disk, 4));
    const queue = new ConsumeQueue('T', 0, files, { onWritten() {}, onTrouble() {} });
    const append = (from: number, to: number) => {
      for (let number = from; number < to; number++) queue.append(number * 100, 100, 0);
    };
    append(0, 250);
    const found = offsetByTime(queue, 20_000, 'LOWER', async (commitLogOffset) => commitLogOffset);
    append(250, 300);
    expect(await found).toBe(200);
  });

  it('is 0 in a queue that is not there', async () => {
    const { store } = await openMemoryStore();
    expect(await store.offsetByTime('TopicA', 0, START)).toBe(0);
    expect(await store.storeTimestampOf('TopicA', 0, 0)).toBe(-1);
    expect(await store.earliestStoreTimestamp()).toBe(-1);
  });
});
