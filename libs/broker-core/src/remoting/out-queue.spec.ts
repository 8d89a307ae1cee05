import { describe, expect, it } from '@jest/globals';
import { encodeCommand } from '../protocol/command-codec.js';
import { createResponse, type RemotingCommand, SerializeType } from '../protocol/remoting-command.js';
import { lentBuffers } from '../runtime/lent-buffers.js';
import { seededRandom } from '../runtime/random.js';
import { OutQueue, SegmentPool } from './out-queue.js';

const answer = (opaque: number, bodyBytes: number, remark?: string): RemotingCommand => {
  const command = createResponse(
    0,
    remark,
    { n: `${opaque}` },
    bodyBytes === 0 ? undefined : Buffer.alloc(bodyBytes, opaque),
  );
  command.opaque = opaque;
  if (opaque % 3 === 0) command.serializeType = SerializeType.ROCKETMQ;
  return command;
};

describe('what is taken', () => {
  it('is every frame whole and in order, whatever their sizes', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 50; round++) {
      const queue = new OutQueue(new SegmentPool());
      const commands = Array.from({ length: 1 + random.int(40) }, (_, index) =>
        answer(index, random.int(3) * random.int(20_000)),
      );
      for (const command of commands) queue.add(command);
      const expected = Buffer.concat(commands.map(encodeCommand));
      expect(queue.bytes).toBe(expected.length);
      const parts = queue.take(round % 2 === 0);
      queue.release(round % 3 === 0, round % 5 === 0);
      expect(Buffer.concat(parts).equals(expected)).toBe(true);
      expect(queue.bytes).toBe(0);
    }
  });

  it('is one buffer for many small answers, and a big body by reference', () => {
    const queue = new OutQueue(new SegmentPool());
    for (let opaque = 0; opaque < 100; opaque++) queue.add(answer(opaque, 20));
    expect(queue.take(false)).toHaveLength(1);
    queue.release(true, true);
    const big = answer(1, 100_000);
    queue.add(answer(0, 10));
    queue.add(big);
    queue.add(answer(2, 10));
    const parts = queue.take(false);
    expect(parts).toHaveLength(4);
    expect(parts[2]).toBe(big.body);
  });

  it('holds a header larger than a segment', () => {
    const queue = new OutQueue(new SegmentPool());
    const command = answer(1, 0, 'x'.repeat(100_000));
    queue.add(command);
    expect(Buffer.concat(queue.take(false)).equals(encodeCommand(command))).toBe(true);
  });

  it('shares no memory with the pool when it is detached', () => {
    const pool = new SegmentPool();
    const queue = new OutQueue(pool);
    queue.add(answer(1, 10));
    const [first] = queue.take(true);
    const copy = Buffer.from(first!);
    queue.release(true, true);
    queue.add(answer(2, 10));
    expect(first!.equals(copy)).toBe(true);
  });
});

it('a segment is used again only after its bytes left', () => {
  const pool = new SegmentPool();
  const queue = new OutQueue(pool);
  const memoryOf = () => {
    queue.add(answer(1, 1));
    return queue.take(false)[0]!.buffer;
  };
  const first = memoryOf();
  queue.release(true, true);
  const second = memoryOf();
  queue.release(false, false);
  const third = memoryOf();
  expect(second).toBe(first);
  expect(third).not.toBe(second);
});

it('a lent body goes back to who lent it once its bytes left, and not before', () => {
  const queue = new OutQueue(new SegmentPool());
  const memoryAfter = (isSent: boolean) => {
    const body = lentBuffers.take(100_000);
    queue.add({ ...answer(1, 0), body });
    queue.take(false);
    queue.release(isSent, isSent);
    return body.buffer;
  };
  const kept = memoryAfter(false);
  const given = memoryAfter(true);
  expect(given).not.toBe(kept);
  expect(memoryAfter(true)).toBe(given);
});
