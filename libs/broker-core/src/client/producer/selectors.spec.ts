import { describe, expect, it } from '@jest/globals';
import { Message } from '../../protocol/message.js';
import { seededRandom } from '../../runtime/random.js';
import { uuidFrom } from './request-message.js';
import { selectMessageQueueByHash } from './selectors.js';

const queues = Array.from({ length: 7 }, (_, queueId) => ({ topic: 'T', brokerName: 'b', queueId }));
const queueOf = (key: string | number) =>
  selectMessageQueueByHash(queues, new Message('T', Buffer.from('x')), key)?.queueId;

describe('selectMessageQueueByHash', () => {
  // Java: Math.abs("order-17".hashCode() % 7), Integer.valueOf(-5).hashCode() % 7, Long.valueOf(1L << 40).hashCode() % 7
  it('picks what Java clients pick', () => {
    expect(queueOf(-5)).toBe(5);
    expect(queueOf(2 ** 40)).toBe(256 % 7);
    expect(queueOf('a')).toBe(97 % 7);
    expect(queueOf('ab')).toBe((97 * 31 + 98) % 7);
  });

  it('is the same for the same key', () => {
    for (const key of ['order-17', '', '世界', 42]) expect(queueOf(key)).toBe(queueOf(key));
  });
});

describe('uuidFrom', () => {
  it('makes version 4 UUIDs, each its own', () => {
    const random = seededRandom(3);
    const made = Array.from({ length: 1000 }, () => uuidFrom(random));
    for (const uuid of made)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(1000);
  });
});
