import { describe, expect, it } from '@jest/globals';
import type { ListenerTuning } from '../interfaces/listener-options.js';
import { type PlannedListener, planGroup } from './group-plan.js';

const listener = (
  name: string,
  topics: Record<string, string | undefined>,
  tuning: Partial<ListenerTuning> = {},
  owner: unknown = name,
): PlannedListener => ({
  name,
  owner,
  tuning,
  subscriptions: Object.entries(topics).map(([topic, selectorExpression]) => ({ topic, selectorExpression })),
});

describe('the plan of a group', () => {
  it('unites the topics of all listeners, and sends each message to its own', () => {
    const text = listener('TextListener', { TEXT: undefined });
    const user = listener('UserListener', { USER: '*' });
    const tags = listener('TagListener', { EXT: 'tag1||tag0' });
    const plan = planGroup('shop', [text, user, tags]);
    expect(plan.subscriptions.map(({ topic, expression }) => [topic, expression])).toEqual([
      ['TEXT', '*'],
      ['USER', '*'],
      ['EXT', 'tag0 || tag1'],
    ]);
    expect(plan.route('USER', undefined)).toBe(user);
    expect(plan.route('EXT', 'tag1')).toBe(tags);
    expect(plan.route('OTHER', undefined)).toBeUndefined();
  });

  it('keeps consumeFromWhere per topic', () => {
    const first = listener('A', { A: '*' }, { consumeFromWhere: 'FIRST_OFFSET' });
    const plan = planGroup('shop', [first, listener('B', { B: '*' })]);
    expect(plan.subscriptions.map(({ consumeFromWhere }) => consumeFromWhere)).toEqual(['FIRST_OFFSET', 'LAST_OFFSET']);
  });

  it('refuses a topic with two expressions, naming both classes', () => {
    const both = () => planGroup('shop', [listener('First', { T: 'a' }), listener('Second', { T: 'b' })]);
    expect(both).toThrow('First and Second listen to topic "T" in group "shop" with different expressions');
  });

  it('refuses a topic with one expression twice: a message goes to one of them only', () => {
    const both = () => planGroup('shop', [listener('First', { T: 'a||b' }), listener('Second', { T: 'b || a' })]);
    expect(both).toThrow('First and Second both listen to topic "T"');
  });

  it('refuses different modes, an absent one meaning the default', () => {
    const orderly = listener('Orderly', { A: '*' }, { consumeMode: 'ORDERLY' });
    const sentence = 'Orderly (ORDERLY) and Plain (CONCURRENTLY) differ in consumeMode';
    expect(() => planGroup('shop', [orderly, listener('Plain', { B: '*' })])).toThrow(sentence);
    expect(
      planGroup('shop', [orderly, listener('Plain', { B: '*' })], { consumeMode: 'ORDERLY' }).tuning.consumeMode,
    ).toBe('ORDERLY');
    const all = listener('All', { B: '*' }, { messageModel: 'BROADCASTING' });
    expect(() => planGroup('shop', [all, listener('Plain', { A: '*' })])).toThrow('differ in messageModel');
    expect(() =>
      planGroup('shop', [listener('X', { A: '*' }, { consumeMode: 'ORDERLY', messageModel: 'BROADCASTING' })]),
    ).toThrow('ORDERLY and BROADCASTING');
  });

  it('refuses numbers that two listeners give differently, and takes the one that is given', () => {
    const ten = listener('Ten', { A: '*' }, { concurrency: 10 });
    expect(planGroup('shop', [ten, listener('Any', { B: '*' })]).tuning.concurrency).toBe(10);
    const five = listener('Five', { B: '*' }, { concurrency: 5 });
    expect(() => planGroup('shop', [ten, five])).toThrow('Ten (10) and Five (5) differ in concurrency');
  });

  it('lets handlers of one instance share a topic tag by tag, with one for the rest', () => {
    const owner = {};
    const paid = listener('Orders.paid', { T: 'paid' }, {}, owner);
    const rest = listener('Orders.rest', { T: '*' }, {}, owner);
    const plan = planGroup('shop', [paid, rest]);
    expect(plan.subscriptions).toMatchObject([{ topic: 'T', expression: '*' }]);
    expect(plan.route('T', 'paid')).toBe(paid);
    expect(plan.route('T', 'refunded')).toBe(rest);
    expect(plan.route('T', undefined)).toBe(rest);
    expect(() => planGroup('shop', [paid, listener('Orders.again', { T: 'paid' }, {}, owner)])).toThrow(
      'both handle tag "paid"',
    );
  });

  it('gives a retried message whose tag nobody wants any more to the only listener of its topic', () => {
    const only = listener('Only', { T: 'new' });
    expect(planGroup('shop', [only]).route('T', 'old')).toBe(only);
  });
});
