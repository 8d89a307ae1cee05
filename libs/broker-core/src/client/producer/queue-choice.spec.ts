import { describe, expect, it } from '@jest/globals';
import { chooseQueue } from './queue-choice.js';

const queue = (brokerName: string, queueId: number) => ({ topic: 'T', brokerName, queueId });
const queues = [queue('a', 0), queue('a', 1), queue('b', 0), queue('b', 1)];

describe('chooseQueue', () => {
  it('goes round', () => {
    let next = 3;
    const seen = Array.from({ length: 5 }, () => {
      const choice = chooseQueue(queues, next, []);
      next = choice?.next ?? -1;
      return `${choice?.queue.brokerName}${choice?.queue.queueId}`;
    });
    expect(seen).toEqual(['b1', 'a0', 'a1', 'b0', 'b1']);
  });

  it('keeps away from the broker that just failed', () => {
    expect(chooseQueue(queues, 0, [({ brokerName }) => brokerName !== 'a'])?.queue).toEqual(queue('b', 0));
  });

  it('prefers a slow broker to the one that just failed, and anything to nothing', () => {
    const notA = ({ brokerName }: { brokerName: string }) => brokerName !== 'a';
    const quick = ({ brokerName }: { brokerName: string }) => brokerName === 'a';
    expect(chooseQueue(queues, 0, [notA, quick])?.queue.brokerName).toBe('b');
    expect(chooseQueue([queue('a', 0)], 0, [notA])?.queue.brokerName).toBe('a');
  });

  it('has nothing to offer when there are no queues', () => {
    expect(chooseQueue([], 0, [])).toBeUndefined();
  });
});
