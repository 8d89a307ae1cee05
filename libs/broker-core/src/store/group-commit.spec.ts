import { describe, expect, it } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import type { Disk, DiskFile } from '../runtime/disk.js';
import { silentLogger } from '../runtime/logger.js';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryDisk } from '../runtime/memory-disk.js';
import { MessageStore } from './message-store.js';
import type { PutResult } from './put-message.js';
import { defaultStoreConfig, type FlushDiskType } from './store-config.js';

/** A store on a disk whose syncs end when the spec says so. */
async function storeWithHeldSyncs(flushDiskType: FlushDiskType) {
  const memory = new MemoryDisk();
  const held: { resolve(): void; reject(error: Error): void }[] = [];
  const hold = (file: DiskFile): DiskFile =>
    new Proxy(file, {
      get(target, name: keyof DiskFile) {
        if (name === 'awaitSynced' && target.path.includes('commitlog')) {
          return () => new Promise<void>((resolve, reject) => held.push({ resolve, reject }));
        }
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const disk: Disk = new Proxy(memory, {
    get(target, name: keyof Disk) {
      if (name === 'open') return (...parameters: Parameters<Disk['open']>) => hold(target.open(...parameters));
      return (target[name] as () => unknown).bind(target);
    },
  });
  const time = new ManualTime();
  const config = defaultStoreConfig('/store', {
    flushDiskType,
    commitLogFileBytes: 1 << 16,
    messageIndexEnable: false,
  });
  const storeHost = () => ({ address: '127.0.0.1', port: 10911 });
  const store = new MessageStore({ config, disk, clock: time, scheduler: time, logger: silentLogger, storeHost });
  await store.start();
  const answers: PutResult[] = [];
  const put = (wait = true) => void store.putMessage(putMessageOf({ wait })).then((answer) => answers.push(answer));
  return { store, time, held, answers, put };
}

describe('SYNC_FLUSH', () => {
  it('says yes after the sync that covers the write, and not before; one sync at a time', async () => {
    const { store, time, held, answers, put } = await storeWithHeldSyncs('SYNC_FLUSH');
    put();
    await time.advance(1);
    put();
    await time.advance(1);
    expect([held.length, answers.length, store.maxQueueOffset('TopicA', 0)]).toEqual([1, 0, 0]);
    held[0]!.resolve();
    await time.advance(1);
    // The second message came while the first sync was under way: it needs one of its own.
    expect([held.length, answers.length, store.maxQueueOffset('TopicA', 0)]).toEqual([2, 1, 1]);
    held[1]!.resolve();
    await time.advance(1);
    expect(answers.map(({ status }) => status)).toEqual(['PUT_OK', 'PUT_OK']);
    expect(store.dispatchBehindBytes).toBe(0);
  });

  it('answers a message that does not want to wait after the write, and shows it after the sync', async () => {
    const { store, time, held, answers, put } = await storeWithHeldSyncs('SYNC_FLUSH');
    put(false);
    await time.advance(1);
    expect([answers.length, store.maxQueueOffset('TopicA', 0)]).toEqual([1, 0]);
    held[0]!.resolve();
    await time.advance(1);
    expect(store.maxQueueOffset('TopicA', 0)).toBe(1);
  });

  it('answers FLUSH_DISK_TIMEOUT when the disk takes too long, and shows the message when it is synced', async () => {
    const { store, time, held, answers, put } = await storeWithHeldSyncs('SYNC_FLUSH');
    put();
    await time.advance(4900);
    expect(answers).toHaveLength(0);
    await time.advance(300);
    expect(answers[0]).toMatchObject({ status: 'FLUSH_DISK_TIMEOUT', queueOffset: 0 });
    held[0]!.resolve();
    await time.advance(1);
    expect(store.maxQueueOffset('TopicA', 0)).toBe(1);
  });

  it('is the end of the store when a sync fails: no yes, no second sync, last words', async () => {
    const { store, time, held, answers, put } = await storeWithHeldSyncs('SYNC_FLUSH');
    const fatal: Error[] = [];
    store.onFatal((error) => fatal.push(error));
    put();
    await time.advance(1);
    held[0]!.reject(Object.assign(new Error('i/o error'), { code: 'EIO' }));
    put();
    await time.advance(20_000);
    expect(answers.map(({ status }) => status)).toEqual(['SERVICE_NOT_AVAILABLE', 'SERVICE_NOT_AVAILABLE']);
    expect(fatal).toHaveLength(1);
    expect([store.state, held.length]).toEqual(['failed', 1]);
    await store.shutdown();
    expect(held).toHaveLength(1);
  });
});

describe('ASYNC_FLUSH', () => {
  it('syncs at once for whoever asks', async () => {
    const { store, time, held, put } = await storeWithHeldSyncs('ASYNC_FLUSH');
    put();
    let isSynced = false;
    void store.awaitSynced().then(() => {
      isSynced = true;
    });
    await time.advance(1);
    expect([isSynced, store.flushedWhere]).toEqual([false, 0]);
    held[0]!.resolve();
    await time.advance(1);
    expect([isSynced, store.flushedWhere]).toEqual([true, store.maxCommitLogOffset]);
  });

  it('says yes after the write, and syncs in time: some pages soon, one byte within ten seconds', async () => {
    const { store, time, held, answers, put } = await storeWithHeldSyncs('ASYNC_FLUSH');
    put();
    await time.advance(600);
    expect([answers.length, held.length, store.flushedWhere]).toEqual([1, 0, 0]);
    await time.advance(10_000);
    expect(held).toHaveLength(1);
    held[0]!.resolve();
    await time.advance(1);
    expect(store.flushedWhere).toBe(store.maxCommitLogOffset);
    for (let count = 0; count < 200; count++) put();
    await time.advance(500);
    expect(held).toHaveLength(2);
  });
});

describe('putMessages', () => {
  it('gives messages of one put numbers and places one after the other, and one answer', async () => {
    const { store } = await openMemoryStore();
    await store.putMessage(putMessageOf());
    const answer = await store.putMessages(['a', 'b', 'c'].map((body) => putMessageOf({ body })));
    expect(answer).toMatchObject({ status: 'PUT_OK', queueOffset: 1 });
    expect(answer.offsetMsgId.split(',')).toHaveLength(3);
    expect(store.maxQueueOffset('TopicA', 0)).toBe(4);
  });

  it('refuses what it cannot store, with the reason', async () => {
    const { store } = await openMemoryStore({ config: { maxMessageBytes: 2000, maxPendingPuts: 2 } });
    expect(await store.putMessage(putMessageOf({ body: Buffer.alloc(2001) }))).toMatchObject({
      status: 'MESSAGE_ILLEGAL',
    });
    const long = putMessageOf({ keys: 'k'.repeat(32_768) });
    expect(await store.putMessage(long)).toMatchObject({ status: 'PROPERTIES_SIZE_EXCEEDED' });
    void store.putMessage(putMessageOf());
    void store.putMessage(putMessageOf());
    expect(await store.putMessage(putMessageOf())).toMatchObject({ status: 'OS_PAGE_CACHE_BUSY', queueOffset: -1 });
    await store.shutdown();
    expect(await store.putMessage(putMessageOf())).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' });
  });

  it('lets hooks replace a message or answer in its place', async () => {
    const { store } = await openMemoryStore();
    store.addPutHook((message) => ({ ...message, topic: 'Elsewhere' }));
    await store.putMessage(putMessageOf());
    expect(store.maxQueueOffset('Elsewhere', 0)).toBe(1);
    store.addPutHook(() => ({ ...({} as PutResult), status: 'WHEEL_TIMER_NOT_ENABLE' }));
    expect((await store.putMessage(putMessageOf())).status).toBe('WHEEL_TIMER_NOT_ENABLE');
  });
});
