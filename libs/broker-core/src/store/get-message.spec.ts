import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';
import { javaStringHash } from '../protocol/string-hash.js';
import type { MessageStore } from './message-store.js';

const request = { topic: 'TopicA', queueId: 0, maxMsgNums: 32 };

async function fill(store: MessageStore, count: number, bodyBytes = 10): Promise<void> {
  const body = (index: number) => Buffer.alloc(bodyBytes, `${index}.`);
  const tags = (index: number) => (index % 10 === 0 ? 'tenth' : 'other');
  const puts = Array.from({ length: count }, (_, index) =>
    store.putMessage(putMessageOf({ body: body(index), tags: tags(index) })),
  );
  await Promise.all(puts);
}

describe('getMessage', () => {
  it('says what RocketMQ says of offsets that have no message', async () => {
    const { store } = await openMemoryStore();
    expect(store.getMessage({ ...request, queueOffset: 3 })).toMatchObject({
      status: 'NO_MATCHED_LOGIC_QUEUE',
      nextBeginOffset: 0,
    });
    await fill(store, 5);
    expect(store.getMessage({ ...request, queueOffset: 5 })).toMatchObject({
      status: 'OFFSET_OVERFLOW_ONE',
      nextBeginOffset: 5,
    });
    expect(store.getMessage({ ...request, queueOffset: 9 })).toMatchObject({
      status: 'OFFSET_OVERFLOW_BADLY',
      nextBeginOffset: 5,
    });
    expect(store.getMessage({ ...request, queueOffset: -1 })).toMatchObject({
      status: 'OFFSET_TOO_SMALL',
      nextBeginOffset: 0,
    });
  });

  it('answers at once from memory, in one chunk', async () => {
    const { store } = await openMemoryStore({ config: { commitLogFileBytes: 1 << 20 } });
    await fill(store, 40);
    const result = store.getMessage({ ...request, queueOffset: 4 });
    expect(result).toMatchObject({ status: 'FOUND', nextBeginOffset: 36, messageCount: 32, maxOffset: 40 });
    expect(result).toHaveProperty('chunks.length', 1);
  });

  it('blocks for no more entries of the queue than a pull without a filter can take', async () => {
    const reads: number[] = [];
    const onRead = (path: string, sizeBytes: number) => void (path.includes('consumequeue') && reads.push(sizeBytes));
    const config = { commitLogFileBytes: 1 << 20, consumeQueueFileBytes: 200_000 };
    const { store } = await openMemoryStore({ config, watcher: { onRead } });
    await fill(store, 1200);
    const found = store.getMessage({ ...request, queueOffset: 0 });
    expect(found).toMatchObject({ status: 'FOUND', messageCount: 32, nextBeginOffset: 32 });
    expect(reads).toEqual([32 * 20]);
    // A filter may want few of them.
    reads.length = 0;
    const filter = { matchesConsumeQueue: (tagsCode: number) => tagsCode === javaStringHash('tenth') };
    expect(store.getMessage({ ...request, queueOffset: 0, filter })).toMatchObject({ messageCount: 32 });
    expect(reads).toEqual([800 * 20]);
  });

  it('passes over what the filter does not want, by tag and by record', async () => {
    const { store } = await openMemoryStore();
    await fill(store, 60);
    const wanted = javaStringHash('tenth');
    const byTag = await store.getMessage({
      ...request,
      queueOffset: 0,
      filter: { matchesConsumeQueue: (tagsCode) => tagsCode === wanted },
    });
    expect(byTag).toMatchObject({ messageCount: 6, nextBeginOffset: 60 });
    const byRecord = await store.getMessage({
      ...request,
      queueOffset: 0,
      filter: { matchesConsumeQueue: () => true, matchesRecord: (record) => record.includes('17.17.') },
    });
    expect(decodeMessages(byRecord.chunks[0]!)).toHaveLength(1);
    const nothing = await store.getMessage({
      ...request,
      queueOffset: 0,
      filter: { matchesConsumeQueue: () => false },
    });
    expect(nothing).toMatchObject({ status: 'NO_MATCHED_MESSAGE', nextBeginOffset: 60, messageCount: 0 });
  });

  it('ends an answer at its limits, and always gives the first message', async () => {
    const { store } = await openMemoryStore({ config: { commitLogFileBytes: 1 << 20, maxTransferCountInMemory: 7 } });
    await fill(store, 20, 1000);
    const count = async (wishes: object) =>
      (await store.getMessage({ ...request, queueOffset: 0, ...wishes })).messageCount;
    expect(await count({ maxMsgNums: 3 })).toBe(3);
    expect(await count({})).toBe(7);
    expect(await count({ maxBytes: 2500 })).toBe(2);
    expect(await count({ maxBytes: 1 })).toBe(1);
  });

  it('reads what an earlier run left behind, from files that may be cold', async () => {
    const config = { consumeQueueFileBytes: 2000 };
    const { disk, store } = await openMemoryStore({ config });
    await fill(store, 100);
    await store.shutdown();
    const again = await openMemoryStore({ disk, config });
    const result = again.store.getMessage({ ...request, queueOffset: 10, maxMsgNums: 20 });
    expect(result).toBeInstanceOf(Promise);
    expect(
      decodeMessages(Buffer.concat((await result).chunks as Buffer[])).map(({ queueOffset }) => queueOffset),
    ).toEqual(Array.from({ length: 20 }, (_, index) => 10 + index));
  });

  it('skips messages whose segment is gone, and says so', async () => {
    const { disk, store } = await openMemoryStore();
    await fill(store, 100);
    await store.shutdown();
    disk.remove(`${ROOT}/commitlog/00000000000000000000`);
    const again = await openMemoryStore({ disk });
    const min = again.store.minQueueOffset('TopicA', 0);
    expect(min).toBeGreaterThan(0);
    expect(await again.store.getMessage({ ...request, queueOffset: 0 })).toMatchObject({
      status: 'OFFSET_TOO_SMALL',
      nextBeginOffset: min,
    });
    expect(await again.store.getMessage({ ...request, queueOffset: min })).toMatchObject({ status: 'FOUND' });
  });

  it('gives no damaged bytes to a consumer', async () => {
    const { disk, store } = await openMemoryStore();
    await fill(store, 10);
    await store.shutdown();
    const again = await openMemoryStore({ disk });
    const [entry] = await again.store.consumeQueueEntries('TopicA', 0, 3, 1);
    disk.flipBit(`${ROOT}/commitlog/00000000000000000000`, entry!.commitLogOffset + 5);
    const { chunks, nextBeginOffset } = await again.store.getMessage({ ...request, queueOffset: 0 });
    const offsets = decodeMessages(Buffer.concat(chunks as Buffer[])).map(({ queueOffset }) => queueOffset);
    expect(offsets).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    expect(nextBeginOffset).toBe(10);
  });
});
