import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';

const CHECKPOINT = `${ROOT}/checkpoint`;

describe('a process that may open no more files for a while', () => {
  it('keeps its store, which writes the checkpoint when it can', async () => {
    let isOut = false;
    const onOpen = () => {
      if (isOut) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    };
    const { disk, store, time } = await openMemoryStore({ config: { messageIndexEnable: false }, watcher: { onOpen } });
    await store.putMessage(putMessageOf());
    isOut = true;
    await time.advance(3000);
    expect([store.state, disk.exists(CHECKPOINT)]).toEqual(['running', false]);
    isOut = false;
    await time.advance(3000);
    expect(disk.exists(CHECKPOINT)).toBe(true);
    // Now that it is open, it needs none any more.
    const text = () => {
      const bytes = Buffer.alloc(64);
      disk.open(CHECKPOINT).readAt(bytes, 0);
      return bytes.toString('hex');
    };
    const before = text();
    isOut = true;
    await time.advance(1000);
    await store.putMessage(putMessageOf());
    await time.advance(12_000);
    expect(store.state).toBe('running');
    expect(text()).not.toBe(before);
  });

  it('loses no message when the next segment cannot be made durable, and refuses what would need it', async () => {
    const { disk, store } = await openMemoryStore();
    await store.putMessage(putMessageOf({ body: 'm0' }));
    // The sync of the directory ahead of time fails, and so does that of the moment when it is needed.
    for (let count = 0; count < 2; count++) disk.inject({ operation: 'syncDirectory', code: 'EMFILE' });
    const stored = ['m0'];
    let refused = 0;
    for (let index = 1; index < 60; index++) {
      const { status } = await store.putMessage(putMessageOf({ body: `m${index}` }));
      if (status === 'PUT_OK') stored.push(`m${index}`);
      else refused++;
    }
    expect([store.state, refused]).toEqual(['running', 1]);
    await store.awaitSynced();
    expect(store.flushedWhere).toBe(store.maxCommitLogOffset);
    disk.powerCut('none');
    const again = await openMemoryStore({ disk });
    const found: string[] = [];
    for (let next = 0; next < again.store.maxQueueOffset('TopicA', 0); ) {
      const pull = { topic: 'TopicA', queueId: 0, queueOffset: next, maxMsgNums: 32 };
      const { chunks, nextBeginOffset } = await again.store.getMessage(pull);
      for (const { body } of decodeMessages(Buffer.concat(chunks as Buffer[]))) found.push(body.toString());
      next = nextBeginOffset;
    }
    expect(found).toEqual(stored);
  });

  it.each(['ASYNC_FLUSH', 'SYNC_FLUSH'] as const)(
    'writes and syncs the file that it has, and refuses what needs another, with %s',
    async (flushDiskType) => {
      let isOut = false;
      const onOpen = () => {
        if (isOut) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      };
      const config = { flushDiskType, messageIndexEnable: false };
      const { store, time } = await openMemoryStore({ config, watcher: { onOpen } });
      await store.putMessage(putMessageOf());
      isOut = true;
      const statuses: string[] = [];
      for (let index = 0; index < 40; index++) {
        statuses.push((await store.putMessage(putMessageOf())).status);
        await time.advance(100);
      }
      const stored = statuses.indexOf('SERVICE_NOT_AVAILABLE');
      expect(stored).toBeGreaterThan(10);
      expect(new Set(statuses.slice(stored))).toEqual(new Set(['SERVICE_NOT_AVAILABLE']));
      await store.awaitSynced();
      expect([store.state, store.flushedWhere]).toEqual(['running', store.maxCommitLogOffset]);
      isOut = false;
      expect((await store.putMessage(putMessageOf())).status).toBe('PUT_OK');
      expect(store.maxQueueOffset('TopicA', 0)).toBe(stored + 2);
    },
  );

  it('refuses the first messages after a start when it cannot open the file they belong in', async () => {
    const left = await openMemoryStore();
    for (let index = 0; index < 60; index++) await left.store.putMessage(putMessageOf());
    await left.store.shutdown();
    let isOut = false;
    const onOpen = (path: string) => {
      if (isOut && path.includes('/commitlog/'))
        throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    };
    const { store } = await openMemoryStore({ disk: left.disk, watcher: { onOpen } });
    isOut = true;
    // Who reads an old file closes those that are open, and gets none for it.
    const pull = { topic: 'TopicA', queueId: 0, queueOffset: 0, maxMsgNums: 1 };
    await expect(async () => store.getMessage(pull)).rejects.toThrow('too many open files');
    expect((await store.putMessage(putMessageOf())).status).toBe('SERVICE_NOT_AVAILABLE');
    isOut = false;
    expect((await store.putMessage(putMessageOf())).status).toBe('PUT_OK');
    expect([store.state, store.maxQueueOffset('TopicA', 0)]).toEqual(['running', 61]);
  });
});
