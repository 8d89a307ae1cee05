import { beforeEach, describe, expect, it } from '@jest/globals';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ManualTime } from '../runtime/manual-time.js';
import { HeldPulls, type PullToHold } from './held-pulls.js';

describe('held pulls', () => {
  let time: ManualTime;
  let ends: Map<string, number>;
  let pulls: HeldPulls;
  let connection: { isOpen: boolean };
  const answer = createResponse(0);

  beforeEach(() => {
    time = new ManualTime();
    ends = new Map();
    connection = { isOpen: true };
    pulls = new HeldPulls({
      store: { maxQueueOffset: (topic, queueId) => ends.get(`${topic}@${queueId}`) ?? 0 },
      maxHeldPulls: () => 3,
      clock: time,
      scheduler: time,
    });
    pulls.start();
  });

  function hold(given: Partial<PullToHold> = {}): { answers: (RemotingCommand | undefined)[]; isHeld: boolean } {
    const answers: (RemotingCommand | undefined)[] = [];
    const held = pulls.hold({
      topic: 'T',
      queueId: 0,
      from: 5,
      suspendMs: 15_000,
      filter: undefined,
      connection,
      again: () => answer,
      ...given,
    });
    void held?.then((got) => answers.push(got));
    return { answers, isHeld: held !== undefined };
  }

  const settle = () => time.advance(0);

  it('wake for a message of their queue, once', async () => {
    const { answers } = hold();
    pulls.arrived('T', 1, 6, 0);
    pulls.arrived('U', 0, 6, 0);
    await settle();
    expect(answers).toEqual([]);
    pulls.arrived('T', 0, 6, 0);
    pulls.arrived('T', 0, 7, 0);
    await settle();
    expect(answers).toEqual([answer]);
    expect(pulls.size).toBe(0);
  });

  it('wake when an operator moves a group of their queue', async () => {
    const { answers } = hold();
    pulls.moved('T', 1);
    pulls.moved('U', 0);
    await settle();
    expect(answers).toEqual([]);
    pulls.moved('T', 0);
    await settle();
    expect(answers).toEqual([answer]);
  });

  it('ask again only after the run of the store that woke them', async () => {
    let asked = 0;
    hold({
      again: () => {
        asked++;
        return answer;
      },
    });
    pulls.arrived('T', 0, 6, 0);
    expect(asked).toBe(0);
    await settle();
    expect(asked).toBe(1);
  });

  it('sleep through messages that their filter does not want, and look again every five seconds', async () => {
    const { answers } = hold({ filter: { matchesConsumeQueue: (tagsCode) => tagsCode === 1 } });
    ends.set('T@0', 6);
    pulls.arrived('T', 0, 6, 2);
    await time.advance(4_900);
    expect(answers).toEqual([]);
    await time.advance(200);
    expect(answers).toEqual([answer]);
  });

  it('are answered at their deadline', async () => {
    const { answers } = hold({ suspendMs: 1_000 });
    await time.advance(999);
    expect(answers).toEqual([]);
    await time.advance(1);
    expect(answers).toEqual([answer]);
  });

  it('are not held when a message came while the store was asked', async () => {
    ends.set('T@0', 6);
    const { answers } = hold();
    await settle();
    expect(answers).toEqual([answer]);
  });

  it('are forgotten at the next look when their connection is gone, without an answer', async () => {
    const { answers } = hold();
    hold({ connection: { isOpen: true } });
    connection.isOpen = false;
    await time.advance(250);
    expect(answers).toEqual([undefined]);
    expect(pulls.size).toBe(1);
  });

  it('do not ask again for a connection that is gone', async () => {
    const { answers } = hold();
    connection.isOpen = false;
    pulls.arrived('T', 0, 6, 0);
    await settle();
    expect(answers).toEqual([undefined]);
  });

  it('let those of their queue wait on, in their order, who have no reason to be woken', async () => {
    const order: number[] = [];
    const wants = (tagsCode: number) => ({ matchesConsumeQueue: (each: number) => each === tagsCode });
    const holdFor = (tagsCode: number) => {
      const again = () => {
        order.push(tagsCode);
        return answer;
      };
      hold({ filter: wants(tagsCode), again });
    };
    for (const tagsCode of [1, 2, 3]) holdFor(tagsCode);
    pulls.arrived('T', 0, 6, 2);
    await settle();
    expect(pulls.size).toBe(2);
    pulls.moved('T', 0);
    await settle();
    expect(order).toEqual([2, 1, 3]);
  });

  it('are bounded in number', () => {
    expect([1, 2, 3, 4].map(() => hold().isHeld)).toEqual([true, true, true, false]);
  });

  it('are all answered when the broker stops, and leave no timer', async () => {
    const all = [hold(), hold({ queueId: 7 }), hold({ topic: 'U' })];
    pulls.shutdown();
    await settle();
    expect(all.map(({ answers }) => answers)).toEqual([[answer], [answer], [answer]]);
    expect(time.pending).toBe(0);
    expect(hold().isHeld).toBe(false);
  });

  it('pass on what goes wrong when the store is asked again', async () => {
    const held = pulls.hold({
      topic: 'T',
      queueId: 0,
      from: 5,
      suspendMs: 1,
      filter: undefined,
      connection,
      again: () => {
        throw new Error('no disk');
      },
    });
    const failed = expect(held).rejects.toThrow('no disk');
    pulls.arrived('T', 0, 6, 0);
    await failed;
  });
});
