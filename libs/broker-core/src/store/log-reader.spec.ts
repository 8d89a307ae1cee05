import { describe, expect, it, jest } from '@jest/globals';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { MESSAGE_MAGIC_V1, RecordPosition } from '../protocol/message-record.js';
import { writeInt64 } from '../runtime/numbers.js';

/** Where the body of the first message of a log begins. */
const FIRST_BODY_AT = 88;

/** Bytes that look like a record of `sizeBytes` that lies at `commitLogOffset`. */
function lookAlike(sizeBytes: number, commitLogOffset: number): Buffer {
  const bytes = Buffer.alloc(500, ' ');
  bytes.writeInt32BE(sizeBytes, RecordPosition.length);
  bytes.writeUInt32BE(MESSAGE_MAGIC_V1, RecordPosition.magic);
  writeInt64(bytes, commitLogOffset, RecordPosition.commitLogOffset);
  return bytes;
}

describe('a pull from a cold log', () => {
  it('gives a message that reaches beyond what another pull is reading at the same place', async () => {
    const config = { commitLogFileBytes: 1 << 20 };
    const left = await openMemoryStore({ config });
    await left.store.putMessage(putMessageOf({ topic: 'Small' }));
    await left.store.putMessage(putMessageOf({ topic: 'Large', body: Buffer.alloc(300 * 1024) }));
    await left.store.shutdown();
    let isHolding = false;
    const held: (() => void)[] = [];
    const onRead = (path: string) =>
      isHolding && path.includes('/commitlog/') ? new Promise<void>((goOn) => held.push(goOn)) : undefined;
    const { store, time } = await openMemoryStore({ disk: left.disk, config, watcher: { onRead } });
    isHolding = true;
    const small = store.getMessage({ topic: 'Small', queueId: 0, queueOffset: 0, maxMsgNums: 1 });
    while (held.length < 1) await time.advance(1);
    const large = store.getMessage({ topic: 'Large', queueId: 0, queueOffset: 0, maxMsgNums: 1 });
    // The second pull waits for the log by then, be it for a read of its own or for that of the first.
    await time.advance(100);
    for (let turn = 0; turn < 50; turn++) await time.advance(1);
    isHolding = false;
    for (const goOn of held) goOn();
    expect(await small).toMatchObject({ status: 'FOUND', messageCount: 1, nextBeginOffset: 1 });
    expect(await large).toMatchObject({ status: 'FOUND', messageCount: 1, nextBeginOffset: 1 });
  });
});

describe('a record looked up by its offset', () => {
  it('is found where one begins', async () => {
    const { store } = await openMemoryStore();
    await store.putMessage(putMessageOf());
    const second = await store.putMessage(putMessageOf({ body: 'second' }));
    expect(await store.lookMessageByOffset(second.commitLogOffset)).toMatchObject({ body: Buffer.from('second') });
    expect(await store.selectRecord(second.commitLogOffset + 1)).toBeUndefined();
  });

  it('is not found within a body that looks like one', async () => {
    const { store } = await openMemoryStore();
    await store.putMessage(putMessageOf({ body: lookAlike(200, 0) }));
    expect(await store.selectRecord(FIRST_BODY_AT)).toBeUndefined();
  });

  it('takes no memory for a length that no record can have there', async () => {
    const { store } = await openMemoryStore();
    await store.putMessage(putMessageOf({ body: lookAlike(10_000, FIRST_BODY_AT) }));
    for (let index = 0; index < 40; index++) await store.putMessage(putMessageOf({ body: Buffer.alloc(400) }));
    expect(store.maxCommitLogOffset).toBeGreaterThan(10_000 + FIRST_BODY_AT);
    const allocate = jest.spyOn(Buffer, 'allocUnsafe');
    try {
      expect(await store.selectRecord(FIRST_BODY_AT)).toBeUndefined();
      expect(Math.max(...allocate.mock.calls.map(([sizeBytes]) => sizeBytes))).toBeLessThan(1000);
    } finally {
      allocate.mockRestore();
    }
  });
});
