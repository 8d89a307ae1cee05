import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDestination, parseDestination } from './destination.js';

describe('a destination', () => {
  it('is a topic, or a topic and a tag at the first colon', () => {
    expect(parseDestination('orders')).toEqual({ topic: 'orders' });
    expect(parseDestination('orders:paid')).toEqual({ topic: 'orders', tag: 'paid' });
    expect(parseDestination('orders:a:b')).toEqual({ topic: 'orders', tag: 'a:b' });
  });

  it.each(['', '  ', ':paid', undefined as unknown as string])('refuses %p, which has no topic', (text) => {
    expect(() => parseDestination(text)).toThrow('has no topic');
  });

  it('refuses an empty tag and several tags, quoting what was written', () => {
    expect(() => parseDestination('orders:')).toThrow('"orders:" has an empty tag');
    expect(() => parseDestination('orders:a || b')).toThrow('belongs to a selectorExpression');
  });

  it('comes back from its text', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    fc.assert(
      fc.property(word, fc.option(word, { nil: undefined }), (topic, tag) => {
        expect(parseDestination(formatDestination(topic, tag))).toEqual(tag === undefined ? { topic } : { topic, tag });
      }),
    );
  });
});
