import { describe, expect, it } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { decodeMessages } from '../protocol/message-record.js';
import { ConsumeQueue } from './consume-queue.js';
import { OpenFiles } from './files/open-files.js';
import { SegmentFiles } from './files/segment-files.js';
import { MemoryDisk } from '../runtime/memory-disk.js';
import type { MessageStore } from './message-store.js';
import { storeLimits } from './store-config.js';

const TOPICS = 1250;
const QUEUES = 8;
const config = { commitLogFileBytes: 1 << 20, consumeQueueFileBytes: 400, messageIndexEnable: false };

/** Counts what a store does with its disk. */
class Counter {
  mostOpen = 0;
  openCount = 0;
  reads = 0;

  onOpen(): void {
    this.mostOpen = Math.max(this.mostOpen, ++this.openCount);
  }

  onClose(): void {
    this.openCount--;
  }

  onRead(): void {
    this.reads++;
  }
}

async function fill(store: MessageStore): Promise<void> {
  for (let topic = 0; topic < TOPICS; topic++) {
    const puts = Array.from({ length: QUEUES }, (_, queueId) =>
      store.putMessage(putMessageOf({ topic: `Topic${topic}`, queueId, body: `${topic}/${queueId}` })),
    );
    for (const { status } of await Promise.all(puts)) expect(status).toBe('PUT_OK');
  }
}

describe('ten thousand queues', () => {
  it('hold no more files open than one store may', async () => {
    const counter = new Counter();
    const roomy = new MemoryDisk();
    const { disk, store, time } = await openMemoryStore({ disk: roomy, config, watcher: counter });
    await fill(store);
    while (disk.list('/store/consumequeue').length < TOPICS) await time.advance(100);
    // Beside those of queues: the log, and what is opened for a moment.
    expect(counter.mostOpen).toBeGreaterThan(storeLimits.openFiles / 2);
    expect(counter.mostOpen).toBeLessThanOrEqual(storeLimits.openFiles + 4);
    await store.shutdown();
    expect(counter.openCount).toBe(0);

    counter.reads = 0;
    const again = await openMemoryStore({ disk, time, config, watcher: counter });
    // Where a short queue ends is seen in one read; its last entry is looked at once more.
    expect(counter.reads).toBeLessThanOrEqual(TOPICS * QUEUES * 3 + 10);
    expect(again.store.recoveryReport).toMatchObject({ wasCleanStop: true, records: 0 });
    expect(counter.mostOpen).toBeLessThanOrEqual(storeLimits.openFiles + 4);
    for (const topic of [0, 600, TOPICS - 1]) {
      counter.reads = 0;
      const request = { topic: `Topic${topic}`, queueId: 5, queueOffset: 0, maxMsgNums: 32 };
      const { chunks } = await again.store.getMessage(request);
      expect(decodeMessages(chunks[0]!)[0]?.body.toString()).toBe(`${topic}/5`);
      expect(counter.reads).toBeLessThanOrEqual(2);
    }
    await again.store.shutdown();
  });
});

describe('a process that may have few files open', () => {
  it('leaves half of them to its sockets', async () => {
    const counter = new Counter();
    const { store, time } = await openMemoryStore({ config, watcher: counter, maxOpenFiles: 200 });
    for (let queueId = 0; queueId < 120; queueId++) await store.putMessage(putMessageOf({ queueId }));
    await time.advance(1000);
    expect(counter.mostOpen).toBeGreaterThan(50);
    expect(counter.mostOpen).toBeLessThanOrEqual(100);
    await store.shutdown();
  });
});

describe('a cold queue', () => {
  it('costs two reads at its first pull, wherever that begins, and none for what lies beside it', async () => {
    const config = { commitLogFileBytes: 1 << 20, consumeQueueFileBytes: 1200 * 20 };
    const left = await openMemoryStore({ config });
    for (let index = 0; index < 1000; index++) void left.store.putMessage(putMessageOf({ body: `m${index}` }));
    await left.time.advance(1);
    await left.store.shutdown();
    const counter = new Counter();
    const { store } = await openMemoryStore({ disk: left.disk, config, watcher: counter });
    counter.reads = 0;
    const request = { topic: 'TopicA', queueId: 0, maxMsgNums: 32 };
    expect(await store.getMessage({ ...request, queueOffset: 500 })).toMatchObject({ messageCount: 32 });
    expect(counter.reads).toBe(2);
    expect(await store.getMessage({ ...request, queueOffset: 532 })).toMatchObject({ messageCount: 32 });
    expect(counter.reads).toBe(2);
  });
});

describe('the memory of a queue', () => {
  const queueOf = () => {
    const disk = new MemoryDisk();
    const files = new SegmentFiles('/q/T/0', 200_000, disk, new OpenFiles(disk, 4));
    return new ConsumeQueue('T', 0, files, { onWritten() {}, onTrouble() {} });
  };

  it('is what readers that keep up need, however long the queue is', () => {
    const queue = queueOf();
    for (let index = 0; index < 10_000; index++) queue.append(index * 100, 100, 0);
    expect(queue.view(10_000 - 128, 1)).toBeDefined();
    expect(queue.view(10_000 - 257, 1)).toBeUndefined();
    expect(queue.readAt(3, 1).count).toBe(1);
  });

  it('is given back when the queue was quiet for a while, and not before all is written', () => {
    const queue = queueOf();
    queue.append(0, 100, 0);
    for (let passes = 0; passes < 3; passes++) queue.rest();
    expect(queue.view(0, 1)?.count).toBe(1);
    queue.write();
    queue.rest();
    expect(queue.view(0, 1)).toBeUndefined();
    expect(queue.readAt(0, 1).count).toBe(1);
  });
});
