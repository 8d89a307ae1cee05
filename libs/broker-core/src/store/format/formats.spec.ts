import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatExample } from '../../../../../test/support/format-example.js';
import { openMemoryStore, ROOT } from '../../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../../test/support/store/messages.js';
import { decodeMessage } from '../../protocol/message-record.js';
import type { MemoryDisk } from '../../runtime/memory-disk.js';
import { decodeCheckpoint } from './checkpoint.js';
import { decodeConsumeQueueEntry } from './consume-queue-entry.js';
import { decodeIndexEntry, decodeIndexHeader, entryPosition, slotPosition } from './index-layout.js';

const shape = { slots: 8, entries: 32 };
let disk: MemoryDisk;

/** The store that the pages show. */
beforeAll(async () => {
  const opened = await openMemoryStore({
    config: { commitLogFileBytes: 256, maxHashSlotNum: shape.slots, maxIndexNum: shape.entries },
  });
  const { store, time } = opened;
  void store.putMessage(putMessageOf({ queueId: 1, body: 'hello', tags: 'TagA', keys: 'order-1' }));
  const uniqKey = '0A0000010001AABBCCDD000000010000';
  void store.putMessage(putMessageOf({ queueId: 1, body: 'and more', tags: 'TagA', uniqKey }));
  await time.advance(3000);
  await store.shutdown();
  disk = opened.disk;
});

const begin = (path: string, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  disk.open(`${ROOT}/${path}`).readAt(bytes, 0);
  return bytes;
};

describe('the examples in docs/formats', () => {
  it('commit-log: is what a store writes, and what a consumer reads', () => {
    const example = formatExample('commit-log');
    expect(begin('commitlog/00000000000000000000', example.length)).toEqual(example);
    expect(decodeMessage(example)).toMatchObject({ topic: 'TopicA', queueId: 1, keys: 'order-1' });
    expect(decodeMessage(begin('commitlog/00000000000000000256', 157)).commitLogOffset).toBe(256);
  });

  it('consume-queue: names both messages', () => {
    const example = formatExample('consume-queue');
    expect(begin('consumequeue/TopicA/1/00000000000000000000', example.length)).toEqual(example);
    expect(decodeConsumeQueueEntry(example, 20)).toEqual({ commitLogOffset: 256, sizeBytes: 157, tagsCode: 2598919 });
  });

  it('index-file: leads from a hash to a message', () => {
    const example = formatExample('index-file');
    const path = disk.paths.find((each) => each.startsWith(`${ROOT}/index/`))!;
    expect(begin(path.slice(ROOT.length + 1), example.length)).toEqual(example);
    expect(decodeIndexHeader(example)).toMatchObject({ hashSlotCount: 3, indexCount: 5, endPhyOffset: 256 });
    const newest = example.readInt32BE(slotPosition(7));
    expect(decodeIndexEntry(example, entryPosition(shape, newest))).toMatchObject({
      commitLogOffset: 256,
      previousEntry: 2,
    });
  });

  it('store-checkpoint: says what was synced', () => {
    const example = formatExample('store-checkpoint');
    expect(begin('checkpoint', example.length)).toEqual(example);
    expect(decodeCheckpoint(example)).toMatchObject({ confirmPhyOffset: 413, queueEntries: 2 });
    expect(decodeCheckpoint(begin('checkpoint', 40)).queueEntries).toBeUndefined();
  });
});
