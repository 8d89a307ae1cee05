import { describe, expect, it, jest } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';

describe('a disk that is full', () => {
  it('refuses messages and gives out those it has, and takes more within five seconds of having room again', async () => {
    const { disk, time, store } = await openMemoryStore({ config: { commitLogFileBytes: 1 << 16 } });
    await store.putMessage(putMessageOf({ body: 'first' }));
    disk.capacityBytes = disk.usedBytes;
    const full = await store.putMessage(putMessageOf({ body: Buffer.alloc(10_000) }));
    expect(full.status).toBe('SERVICE_NOT_AVAILABLE');
    expect([store.state, store.isWritable]).toEqual(['running', false]);
    const found = await store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: 0, maxMsgNums: 32 });
    expect(found.status).toBe('FOUND');
    disk.capacityBytes = 1 << 30;
    await time.advance(5000);
    expect(await store.putMessage(putMessageOf())).toMatchObject({ status: 'PUT_OK', queueOffset: 1 });
  });

  it('is asked again when it does not say how full it is', async () => {
    const { disk, time, store } = await openMemoryStore();
    disk.capacityBytes = disk.usedBytes;
    await store.putMessage(putMessageOf({ body: Buffer.alloc(3000) }));
    expect(store.isWritable).toBe(false);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    const space = jest.spyOn(disk, 'space').mockImplementation(() => {
      throw Object.assign(new Error('no answer'), { code: 'EIO' });
    });
    await time.advance(3000);
    expect([store.state, store.isWritable]).toEqual(['running', false]);
    space.mockRestore();
    await time.advance(1000);
    expect(store.isWritable).toBe(true);
  });

  it('loses nothing when it is full in the moment the next segment is begun', async () => {
    const { disk, time, store } = await openMemoryStore();
    await store.putMessage(putMessageOf({ body: Buffer.alloc(2500, 'a') }));
    disk.capacityBytes = disk.usedBytes;
    // Too long for what is left of the segment, which is ended by a blank; the next one cannot be made.
    const full = await store.putMessage(putMessageOf({ body: Buffer.alloc(2000, 'b') }));
    expect(full.status).toBe('SERVICE_NOT_AVAILABLE');
    disk.capacityBytes = 1 << 30;
    await time.advance(5000);
    for (const body of ['c', 'd']) expect((await store.putMessage(putMessageOf({ body }))).status).toBe('PUT_OK');
    disk.killProcess();
    const again = await openMemoryStore({ disk });
    const { chunks } = await again.store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: 0, maxMsgNums: 32 });
    const bodies = decodeMessages(Buffer.concat(chunks as Buffer[])).map(({ body }) => body.toString().slice(0, 1));
    expect(bodies).toEqual(['a', 'c', 'd']);
  });
});
