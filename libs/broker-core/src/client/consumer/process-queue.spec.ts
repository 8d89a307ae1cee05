import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MessageExt } from '../../protocol/message.js';
import { ProcessQueue } from './process-queue.js';

const queue = { topic: 'T', brokerName: 'b', queueId: 0 };
const message = (queueOffset: number, bytes = 1) =>
  Object.assign(new MessageExt('T', Buffer.alloc(bytes)), { queueOffset });
const offsetsOf = (messages: readonly MessageExt[]) => messages.map(({ queueOffset }) => queueOffset);

describe('ProcessQueue, concurrent', () => {
  it('commits up to the oldest message that is not finished', () => {
    const cached = new ProcessQueue(queue, 0);
    const [a, b, c] = [message(10), message(11), message(15)];
    cached.put([a, b, c]);
    expect(cached.finish([b], 1)).toBe(10);
    expect(cached.finish([a], 1)).toBe(15);
    expect(cached.finish([c], 1)).toBe(16);
    expect(cached.finish([c], 1)).toBeUndefined();
  });

  it('counts what it holds', () => {
    const cached = new ProcessQueue(queue, 0);
    cached.put([message(5, 100), message(25, 50)]);
    expect([cached.messageCount, cached.bodyBytes, cached.span]).toEqual([2, 150, 20]);
    cached.finish([message(5)], 1);
    expect([cached.messageCount, cached.bodyBytes, cached.span]).toEqual([1, 50, 0]);
  });

  it('leaves out what it had before', () => {
    const cached = new ProcessQueue(queue, 0);
    cached.put([message(1), message(2)]);
    cached.finish([message(1)], 1);
    expect(offsetsOf(cached.put([message(1), message(2), message(3)]))).toEqual([3]);
  });

  it('commits over what was none of ours once nothing of ours is left', () => {
    const cached = new ProcessQueue(queue, 0);
    cached.put([message(3), message(5)], 10);
    expect(cached.finish([message(5)], 1)).toBe(3);
    expect(cached.finish([message(3)], 1)).toBe(10);
  });

  it('never lets the committed offset pass an unfinished message, nor go back', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.array(fc.nat()), fc.integer({ min: 1, max: 40 }), (steps, picks, pullSize) => {
        const cached = new ProcessQueue(queue, 0);
        const unfinished: MessageExt[] = [];
        let offset = 0;
        let committed = 0;
        const all = steps.map((step) => message((offset += step)));
        for (let at = 0; at < all.length; at += pullSize) {
          unfinished.push(...cached.put(all.slice(at, at + pullSize)));
          for (const pick of picks.slice(at, at + pullSize)) {
            const [done] = unfinished.splice(pick % (unfinished.length || 1), 1);
            if (!done) continue;
            const commit = cached.finish([done], 1) as number;
            const oldest = Math.min(...offsetsOf(unfinished), Number.POSITIVE_INFINITY);
            expect(commit).toBeLessThanOrEqual(oldest);
            expect(commit).toBeGreaterThanOrEqual(committed);
            committed = commit;
          }
        }
        for (const done of unfinished) committed = cached.finish([done], 1) as number;
        if (all.length > 0 && unfinished.length > 0) expect(committed).toBe(offset + 1);
        expect(cached.bodyBytes).toBe(cached.messageCount);
      }),
    );
  });
});

describe('ProcessQueue, orderly', () => {
  const filled = () => {
    const cached = new ProcessQueue(queue, 0);
    cached.put([1, 2, 3, 4, 5].map((offset) => message(offset)));
    return cached;
  };

  it('hands out in order and commits what was handed out', () => {
    const cached = filled();
    expect(offsetsOf(cached.take(2, 1))).toEqual([1, 2]);
    expect(cached.commit()).toBe(3);
    expect(offsetsOf(cached.take(9, 1))).toEqual([3, 4, 5]);
    expect(cached.commit()).toBe(6);
    expect(cached.commit()).toBeUndefined();
    expect(cached.take(1, 1)).toEqual([]);
  });

  it('hands out a suspended batch again before anything else', () => {
    const cached = filled();
    cached.take(2, 1);
    cached.take(2, 1);
    cached.again(2);
    expect(offsetsOf(cached.take(2, 1))).toEqual([3, 4]);
    expect(cached.commit()).toBe(5);
  });

  it('rolls back to the last commit', () => {
    const cached = filled();
    cached.take(1, 1);
    cached.commit();
    cached.take(3, 1);
    cached.rollback();
    expect(offsetsOf(cached.take(9, 1))).toEqual([2, 3, 4, 5]);
  });

  it('keeps order and loses nothing over thousands of messages', () => {
    const cached = new ProcessQueue(queue, 0);
    const seen: number[] = [];
    for (let round = 0; round < 100; round++) {
      cached.put(Array.from({ length: 100 }, (_, index) => message(round * 100 + index)));
      seen.push(...offsetsOf(cached.take(70, 1)));
      expect(cached.commit()).toBe(seen.length);
    }
    seen.push(...offsetsOf(cached.take(10_000, 1)));
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });
});
