import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HeldPull, type HoldEvent, step } from './held-pull.js';

const waiting: HeldPull = { kind: 'waiting', from: 10, deadline: 1000 };
const withMessages: HeldPull = { kind: 'answered', with: 'messages' };
const withNothing: HeldPull = { kind: 'answered', with: 'nothing' };

describe('a held pull', () => {
  const news: readonly (readonly [HoldEvent, HeldPull])[] = [
    [{ kind: 'arrived', maxOffset: 11, isWanted: true }, withMessages],
    [{ kind: 'arrived', maxOffset: 11, isWanted: false }, waiting],
    [{ kind: 'arrived', maxOffset: 10, isWanted: true }, waiting],
    [{ kind: 'checked', maxOffset: 10 }, waiting],
    [{ kind: 'checked', maxOffset: 11 }, withMessages],
    [{ kind: 'moved' }, withMessages],
    [{ kind: 'tick', now: 999 }, waiting],
    [{ kind: 'tick', now: 1000 }, withNothing],
    [{ kind: 'shutdown' }, withNothing],
  ];

  it.each(news)('that hears %j becomes %j', (event, expected) => {
    expect(step(waiting, event)).toEqual(expected);
  });

  it.each(news)('that was answered hears no more news, %j either', (event) => {
    expect(() => step(withMessages, event)).toThrow('an answered pull hears no more news');
    expect(() => step(withNothing, event)).toThrow('an answered pull hears no more news');
  });

  it('answers empty-handed at its deadline, not a moment before', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (deadline, now) => {
        const after = step({ kind: 'waiting', from: 0, deadline }, { kind: 'tick', now });
        expect(after.kind === 'answered').toBe(now >= deadline);
      }),
    );
  });
});
