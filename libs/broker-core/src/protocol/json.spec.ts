import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goldenText } from '../../../../test/support/golden.js';
import { RequestError } from '../runtime/errors.js';
import { parseJson, stringifyJson } from './json.js';

describe('parseJson', () => {
  it.each([
    ['bare numbers as keys', '{0:12,1:5}', { 0: 12, 1: 5 }],
    ['negative keys', '{-1:12}', { '-1': 12 }],
    ['objects as keys', '{{"a":1,"b":"x"}:5}', { '{"a":1,"b":"x"}': 5 }],
    ['bare words as keys', '{name:"v"}', { name: 'v' }],
    ['single quotes', "{'a':'it\\'s'}", { a: "it's" }],
    ['trailing commas', '{"a":[1,2,],}', { a: [1, 2] }],
    ['comments', '/* one */{"a":1}// two', { a: 1 }],
    ['numbers with Java letters', '{a:1L,b:2.5D,c:-3e2}', { a: 1, b: 2.5, c: -300 }],
    ['escapes', "{'a':'\\u4f60\\x41\\n\\t\\\\'}", { a: '你A\n\t\\' }],
    ['words', '{a:true,b:false,c:null}', { a: true, b: false, c: null }],
    ['standard JSON', ' {"a": [1, {"b": null}]} ', { a: [1, { b: null }] }],
  ])('reads %s', (_, text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('follows references of fastjson', () => {
    expect(parseJson(goldenText('bodies-fastjson1', 'reference'))).toEqual({
      first: { topic: 'TopicTest' },
      second: { topic: 'TopicTest' },
    });
    expect(parseJson('{"a":[{"x":1}],"b":{"$ref":"$.a[0]"}}')).toEqual({ a: [{ x: 1 }], b: { x: 1 } });
    expect(parseJson('{"a":{"b":{"$ref":".."}}}')).toMatchObject({ a: {} });
    expect(parseJson('{"a":{"$ref":"$.nowhere.else"}}')).toEqual({ a: null });
    const circle = parseJson('{"a":{"$ref":"$"}}') as { a: unknown };
    expect(circle.a).toBe(circle);
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['half a string', '{"a":"x'],
    ['two values', '{} {}'],
    ['a missing comma', '{"a":1 "b":2}'],
    ['a missing colon', '{"a" 1}'],
    ['a word it does not know', '{"a":maybe}'],
    ['a bad escape', "{'a':'\\uZZZZ'}"],
    ['a bomb of arrays', '['.repeat(100_000)],
    ['a bomb of objects', '{a:'.repeat(1000)],
    ['a bomb of keys', '{'.repeat(10_000)],
    ['a bomb with a reference', `${'['.repeat(10_000)}{"$ref":"$"}${']'.repeat(10_000)}`],
    ['a whole bomb', '['.repeat(50_000) + ']'.repeat(50_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseJson(text)).toThrow(RequestError);
  });

  it('counts no brackets inside strings', () => {
    const text = JSON.stringify({ a: `"\\${'['.repeat(100_000)}` });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('makes a field of __proto__, not a prototype', () => {
    for (const text of ['{"__proto__":{"isAdmin":true}}', "{'__proto__':{'isAdmin':true}}"]) {
      const value = parseJson(text) as { isAdmin?: boolean };
      expect(value.isAdmin).toBeUndefined();
      expect(Object.hasOwn(value, '__proto__')).toBe(true);
    }
  });

  it('reads what it writes, both ways of writing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), fc.boolean(), (value, standard, pretty) => {
        // A bean leaves out its nulls, as fastjson does, and has no negative zero.
        const clean = JSON.parse(JSON.stringify(value), (_, item) => (item === null ? undefined : item));
        if (clean === undefined || hasHole(clean)) return;
        expect(parseJson(stringifyJson(clean, { standard, pretty }))).toEqual(clean);
      }),
    );
  });
});

function hasHole(value: unknown): boolean {
  if (Array.isArray(value)) return Object.keys(value).length !== value.length || value.some(hasHole);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasHole);
}

describe('stringifyJson', () => {
  it('sorts the fields of a bean and leaves out what is absent', () => {
    expect(stringifyJson({ b: 1, a: undefined, c: null, B: 2 })).toBe('{"B":2,"b":1}');
  });

  it('writes keys of maps as fastjson does, and quoted for ordinary parsers', () => {
    const table = { t: new Map([[0, 12]]) };
    expect(stringifyJson(table)).toBe('{"t":{0:12}}');
    expect(stringifyJson(table, { standard: true })).toBe('{"t":{"0":12}}');
    const queue = { topic: 't', queueId: 0, brokerName: 'b' };
    expect(stringifyJson(new Map([[queue, 5]]))).toBe('{{"brokerName":"b","queueId":0,"topic":"t"}:5}');
  });

  it('writes ASCII only when asked for standard JSON', () => {
    expect(stringifyJson({ a: 'grün 🚀' }, { standard: true })).toBe('{"a":"gr\\u00fcn \\ud83d\\ude80"}');
  });

  it('indents as the files under config/ are', () => {
    const text = stringifyJson({ a: new Map([[0, 1]]), b: [] }, { pretty: true });
    expect(text).toBe('{\n\t"a":{\n\t\t0:1\n\t},\n\t"b":[]\n}');
  });
});
