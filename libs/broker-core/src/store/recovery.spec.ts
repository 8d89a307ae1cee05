import { describe, expect, it } from '@jest/globals';
import { openMemoryStore, ROOT } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';
import { ManualTime } from '../runtime/manual-time.js';
import type { MemoryDisk } from '../runtime/memory-disk.js';
import { seededRandom } from '../runtime/random.js';
import type { MessageStore } from './message-store.js';

const LOG = `${ROOT}/commitlog/00000000000000000000`;
const QUEUE = `${ROOT}/consumequeue/TopicA/0`;
/** One segment for all, so that damage is easy to place. */
const config = { commitLogFileBytes: 1 << 16 };

async function fill(store: MessageStore, count: number): Promise<void> {
  const puts = Array.from({ length: count }, (_, index) =>
    store.putMessage(putMessageOf({ body: `m${index}`, keys: `k${index}` })),
  );
  await Promise.all(puts);
}

async function bodies(store: MessageStore): Promise<string[]> {
  const found: string[] = [];
  for (let next: number = store.minQueueOffset('TopicA', 0); next < store.maxQueueOffset('TopicA', 0); ) {
    const result = await store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: next, maxMsgNums: 32 });
    found.push(
      ...decodeMessages(Buffer.concat(result.chunks as Buffer[]), { decompress: false }).map(({ body }) =>
        body.toString(),
      ),
    );
    next = result.nextBeginOffset;
  }
  return found;
}

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);

/** Lets what the disk in memory has under way come to its end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A store that was stopped, or killed, after 40 messages. */
async function leftBehind(how: 'stopped' | 'killed' | 'killed without checkpoint'): Promise<MemoryDisk> {
  const { disk, store, time } = await openMemoryStore({ config });
  await fill(store, 40);
  if (how === 'killed') {
    // Synced, checkpointed, and at work.
    await time.advance(12_000);
    disk.killProcess();
  } else if (how === 'stopped') await store.shutdown();
  else disk.killProcess();
  return disk;
}

const lastRecordStart = async (disk: MemoryDisk): Promise<number> => {
  const { store } = await openMemoryStore({ disk: disk, config });
  const [entry] = await store.consumeQueueEntries('TopicA', 0, 39, 1);
  await store.shutdown();
  return entry!.commitLogOffset;
};

describe('a start after a clean stop', () => {
  it('reads no message again', async () => {
    const { store } = await openMemoryStore({ disk: await leftBehind('stopped'), config });
    expect(store.recoveryReport).toMatchObject({ wasCleanStop: true, records: 0 });
    expect(await bodies(store)).toEqual(names(0, 40));
  });

  it('believes queues that there was no time to sync, as long as the power stays on', async () => {
    const oneFile = { consumeQueueFileBytes: 4000 };
    const stoppedInHaste = async () => {
      const time = new ManualTime();
      const onSync = (path: string) => (path.startsWith(`${ROOT}/consumequeue`) ? time.advance(5000) : undefined);
      const { disk, store } = await openMemoryStore({ time, config: oneFile, watcher: { onSync } });
      // There is time for the first file, and for no other.
      void store.putMessage(putMessageOf({ topic: 'First' }));
      await fill(store, 100);
      await store.shutdown();
      return { disk, time, config: oneFile };
    };
    const left = await stoppedInHaste();
    const { store, time } = await openMemoryStore(left);
    expect(store.recoveryReport).toMatchObject({ wasCleanStop: true, records: 0 });
    expect(await bodies(store)).toEqual(names(0, 100));
    // Their syncs are made up for, before the checkpoint says that they need not be read from the log again.
    for (let index = 0; index < 100; index++) void store.putMessage(putMessageOf({ topic: 'TopicB' }));
    await time.advance(10_000);
    void store.putMessage(putMessageOf({ topic: 'TopicB' }));
    for (let second = 0; second < 60; second++) await time.advance(1000);
    // Nobody waits for the checkpoint: the system brings it to disk in its own time.
    left.disk.open(`${ROOT}/checkpoint`).sync();
    left.disk.powerCut('none');
    const crashed = await openMemoryStore(left);
    expect(crashed.store.recoveryReport?.scannedFrom).toBeGreaterThan(4096);
    expect(await bodies(crashed.store)).toEqual(names(0, 100));

    const cut = await stoppedInHaste();
    cut.disk.powerCut('none');
    const again = await openMemoryStore(cut);
    expect(again.store.recoveryReport).toMatchObject({ wasCleanStop: true, records: 101 });
    expect(await bodies(again.store)).toEqual(names(0, 100));
  });

  it('builds queues anew that are gone, or shorter than they were', async () => {
    for (const damage of ['directory', 'file'] as const) {
      const disk = await leftBehind('stopped');
      if (damage === 'directory') disk.removeTree(`${ROOT}/consumequeue`);
      else disk.open(`${QUEUE}/00000000000000000000`).truncate(100);
      const { store } = await openMemoryStore({ disk, config });
      expect(store.recoveryReport?.records).toBe(40);
      expect(await bodies(store)).toEqual(names(0, 40));
      await store.shutdown();
    }
  });

  it('misses no index where no message has a key', async () => {
    const { disk, store } = await openMemoryStore({ config });
    await store.putMessage(putMessageOf());
    await store.shutdown();
    expect((await openMemoryStore({ disk, config })).store.recoveryReport).toMatchObject({ records: 0 });
  });

  it('misses nothing of the index where the newest messages have no key', async () => {
    const { disk, store, time } = await openMemoryStore({ config });
    await store.putMessage(putMessageOf({ keys: 'k' }));
    await time.advance(5000);
    await store.putMessage(putMessageOf());
    await store.shutdown();
    expect((await openMemoryStore({ disk, config })).store.recoveryReport).toMatchObject({ records: 0 });
  });

  it('is not what follows a stop that could not bring everything to disk, and the stop says so', async () => {
    const { disk, store } = await openMemoryStore({ config });
    await store.putMessage(putMessageOf());
    disk.inject({ operation: 'sync', code: 'EIO' });
    await expect(store.shutdown()).rejects.toThrow(/sync/);
    expect(store.state).toBe('failed');
    // To say it once is enough: what is left is to let go.
    await store.shutdown();
    expect((await openMemoryStore({ disk, config })).store.recoveryReport?.wasCleanStop).toBe(false);
  });

  it('builds the index anew when it is gone', async () => {
    const disk = await leftBehind('stopped');
    disk.removeTree(`${ROOT}/index`);
    const { store } = await openMemoryStore({ disk, config });
    expect((await store.queryByKey('TopicA', 'k7', 32, 0, Number.MAX_SAFE_INTEGER)).records).toHaveLength(1);
  });

  it('distrusts queues that name messages the log does not have', async () => {
    const disk = await leftBehind('stopped');
    const at = await lastRecordStart(disk);
    disk.open(LOG).truncate(at + 20);
    const { store } = await openMemoryStore({ disk, config });
    expect(await bodies(store)).toEqual(names(0, 39));
    expect((await store.putMessage(putMessageOf({ body: 'next' }))).queueOffset).toBe(39);
  });
});

describe('a start after a crash', () => {
  it('finds everything that was written, with its number', async () => {
    for (const how of ['killed', 'killed without checkpoint'] as const) {
      const { store } = await openMemoryStore({ disk: await leftBehind(how), config });
      expect(store.recoveryReport).toMatchObject({ wasCleanStop: false, damages: [] });
      expect(await bodies(store)).toEqual(names(0, 40));
      expect((await store.putMessage(putMessageOf({ body: 'next' }))).queueOffset).toBe(40);
    }
  });

  it('cuts a torn tail, whatever is wrong with it, and keeps what is before it', async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const disk = await leftBehind('killed without checkpoint');
      const size = 4800;
      const at = random.int(size);
      const file = disk.open(LOG);
      const kind = random.int(3);
      if (kind === 0) disk.flipBit(LOG, at, random.int(8));
      else if (kind === 1) file.writeAt(Buffer.alloc(1 + random.int(600)), at);
      else file.truncate(at);
      const { store } = await openMemoryStore({ disk, config });
      const found = await bodies(store);
      const count = store.maxQueueOffset('TopicA', 0);
      // The CRC covers the body: a flip in the topic or in the queue's number may take one message elsewhere.
      expect(names(0, count)).toEqual(expect.arrayContaining(found));
      expect(found.length).toBeGreaterThanOrEqual(kind === 0 ? count - 1 : count);
      const next = await store.putMessage(putMessageOf({ body: 'next' }));
      expect(next).toMatchObject({ status: 'PUT_OK', queueOffset: count });
      await store.shutdown();
    }
  });

  it('cuts a record whose write broke off anywhere, be it in its last property', async () => {
    const left = await leftBehind('killed without checkpoint');
    const start = await lastRecordStart(left);
    for (let missing = 1; missing < 130; missing++) {
      const disk = await leftBehind('killed without checkpoint');
      const file = disk.open(LOG);
      const bytes = Buffer.alloc(200);
      file.readAt(bytes, start);
      const sizeBytes = bytes.readInt32BE(0);
      if (missing >= sizeBytes) break;
      file.writeAt(Buffer.alloc(missing), start + sizeBytes - missing);
      const { store } = await openMemoryStore({ disk, config });
      expect(await bodies(store)).toEqual(names(0, 39));
      await store.shutdown();
    }
  });

  it('meets no whole record that looks torn, because none was taken', async () => {
    const { disk, store } = await openMemoryStore({ config });
    for (const keys of ['k\0', `k${'\0'.repeat(512)}k`]) {
      const message = { ...putMessageOf({ body: 'm0' }), propertiesString: `KEYS\u0001${keys}` };
      expect(await store.putMessage(message)).toMatchObject({ status: 'MESSAGE_ILLEGAL' });
    }
    await store.putMessage(putMessageOf({ body: 'm0', keys: 'k\0' }));
    disk.killProcess();
    expect(await bodies((await openMemoryStore({ disk, config })).store)).toEqual(['m0']);
  });

  it('reports damage before the checkpoint, and keeps what is on either side of it', async () => {
    const disk = await leftBehind('killed');
    // In the body of the eleventh message.
    const [entry] = await (async () => {
      const opened = await openMemoryStore({ disk, config });
      const entries = await opened.store.consumeQueueEntries('TopicA', 0, 10, 1);
      await opened.time.advance(12_000);
      disk.killProcess();
      return entries;
    })();
    disk.flipBit(LOG, entry!.commitLogOffset + 89, 2);
    const { store } = await openMemoryStore({ disk, config });
    const { damages } = store.recoveryReport!;
    expect(damages).toEqual([
      { from: entry!.commitLogOffset, to: entry!.commitLogOffset + entry!.sizeBytes, problem: 'wrong CRC' },
    ]);
    expect(await bodies(store)).toEqual([...names(0, 10), ...names(11, 40)]);
    expect(store.maxQueueOffset('TopicA', 0)).toBe(40);
  });

  it('keeps the bytes of a bad record that had been synced, be it the last one, and says so', async () => {
    const disk = await leftBehind('killed');
    const start = await lastRecordStart(await leftBehind('killed'));
    disk.flipBit(LOG, start + 89, 2);
    const { store } = await openMemoryStore({ disk, config });
    const [damage] = store.recoveryReport!.damages;
    expect(damage).toMatchObject({ from: start, problem: 'wrong CRC' });
    expect(await bodies(store)).toEqual(names(0, 39));
    const next = await store.putMessage(putMessageOf({ body: 'next' }));
    expect(next).toMatchObject({ queueOffset: 39, commitLogOffset: damage!.to });
    await store.shutdown();
    const again = await openMemoryStore({ disk, config });
    expect(await bodies(again.store)).toEqual([...names(0, 39), 'next']);
    const bytes = Buffer.alloc(4);
    disk.open(LOG).readAt(bytes, start);
    expect(bytes.readInt32BE()).toBe(damage!.to - start);
  });

  it('says so when what had been synced is not there any more, and vouches for it no longer', async () => {
    const disk = await leftBehind('killed');
    const start = await lastRecordStart(await leftBehind('killed'));
    disk.open(LOG).writeAt(Buffer.alloc(400), start);
    const { store } = await openMemoryStore({ disk, config });
    expect(store.recoveryReport!.damages).toMatchObject([{ from: start, problem: 'nothing written' }]);
    expect(await store.putMessage(putMessageOf({ body: 'next' }))).toMatchObject({
      queueOffset: 39,
      commitLogOffset: start,
    });
    disk.killProcess();
    const again = await openMemoryStore({ disk, config });
    expect(again.store.recoveryReport!.damages).toEqual([]);
    expect(await bodies(again.store)).toEqual([...names(0, 39), 'next']);
  });

  it('never trusts a checkpoint that vouches for queues whose directory could be lost', async () => {
    const small = { commitLogFileBytes: 4096 };
    const first = await openMemoryStore({ config: small });
    await first.store.shutdown();
    const { disk, store, time } = await openMemoryStore({ disk: first.disk, config: small });
    await fill(store, 40);
    for (let round = 0; round < 2; round++) {
      await time.advance(10_000);
      await store.putMessages(Array.from({ length: 40 }, () => putMessageOf({ topic: 'TopicB' })));
    }
    await time.advance(61_000);
    await settled();
    await time.advance(2000);
    // Nobody waits for it, but it may well arrive.
    disk.open(`${ROOT}/checkpoint`).sync();
    disk.powerCut('none');
    const again = await openMemoryStore({ disk, config: small });
    expect(again.store.recoveryReport?.scannedFrom).toBeGreaterThan(0);
    expect(await bodies(again.store)).toEqual(names(0, 40));
  });

  it('ends a segment that was being made', async () => {
    const disk = await leftBehind('killed without checkpoint');
    disk.open(`${ROOT}/commitlog/00000000000000065536`, { create: true }).close();
    const { store } = await openMemoryStore({ disk, config });
    expect(await bodies(store)).toEqual(names(0, 40));
  });

  it('begins a queue anew whose topic was deleted and made again', async () => {
    const { disk, store } = await openMemoryStore({ config });
    await fill(store, 5);
    store.deleteTopics(new Set(['TopicA']));
    expect(store.maxQueueOffset('TopicA', 0)).toBe(0);
    await store.putMessage(putMessageOf({ body: 'reborn' }));
    disk.killProcess();
    const again = await openMemoryStore({ disk, config });
    expect(await bodies(again.store)).toEqual(['reborn']);
  });

  it('converges when it is killed again and again', async () => {
    const disk = await leftBehind('killed without checkpoint');
    for (let round = 0; round < 10; round++) {
      const opening = openMemoryStore({ disk, config });
      opening.catch(() => {});
      for (let turn = 0; turn < round; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      disk.killProcess();
      await opening.catch(() => {});
      disk.killProcess();
    }
    const { store } = await openMemoryStore({ disk, config });
    expect(await bodies(store)).toEqual(names(0, 40));
  });
});

describe('a directory', () => {
  it('is refused to a second store, and to other file sizes', async () => {
    const { disk, store } = await openMemoryStore({ config });
    await fill(store, 3);
    await expect(openMemoryStore({ disk, config })).rejects.toThrow(/held/);
    await store.shutdown();
    await expect(openMemoryStore({ disk, config: { commitLogFileBytes: 1 << 12 } })).rejects.toThrow(
      /mappedFileSizeCommitLog/,
    );
    // A start that failed leaves no lock behind.
    await (await openMemoryStore({ disk, config })).store.shutdown();
  });
});
