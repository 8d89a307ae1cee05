import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editProperties } from './edit-properties.js';
import { parseProperties, printProperties } from './properties.js';

const values = (text: string) => Object.fromEntries(parseProperties(text).map(({ name, value }) => [name, value]));

const nasty = fc.string({ unit: fc.constantFrom(...'\\\n\r\t\f\u2028 =:#!un0') });
const tables = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9.]{0,20}$/), fc.oneof(nasty, fc.string()));

describe('parseProperties', () => {
  it('takes =, : and white space as separators', () => {
    expect(values('a=1\nb:2\nc 3\nd = 4\n e\t5')).toEqual({ a: '1', b: '2', c: '3', d: '4', e: '5' });
  });

  it('takes # and ! as comments only at the start of a line', () => {
    expect(values('# one\n ! two\nbrokerIP1=10.0.0.1 # three')).toEqual({ brokerIP1: '10.0.0.1 # three' });
  });

  it('continues a line behind a backslash and reads escapes', () => {
    expect(values('a=1\\\n   2\nb=x\\ty\\u0041\nc\\=d=e\nf=C:\\\\tmp')).toEqual({
      a: '12',
      b: 'x\tyA',
      'c=d': 'e',
      f: 'C:\\tmp',
    });
  });

  it('knows the line of each setting', () => {
    expect(parseProperties('\n\na=1\\\n2\nb=2').map(({ line }) => line)).toEqual([3, 5]);
  });

  it('drops white space after a value, unless it is escaped', () => {
    expect(values('a=1 \t\nb=2\\  \nc=3\\\\  ')).toEqual({ a: '1', b: '2 ', c: '3\\' });
  });

  it('reads what printProperties wrote, one line a setting', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const text = printProperties(Object.entries(table));
        expect(values(text)).toEqual({ ...table });
        expect(text.split(/\r\n|\r|\n/).length).toBe(Object.keys(table).length + 1);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseProperties(text)));
  });
});

describe('editProperties', () => {
  const changes = new Map([
    ['a', '9'],
    ['new', '1'],
  ]);

  it('replaces a setting where it stands, keeps comments, and adds what is new', () => {
    expect(editProperties('# mine\na = 1\nb=2\n', changes)).toBe('# mine\na=9\nb=2\nnew=1\n');
  });

  it('replaces the last of several, with the lines that continue it', () => {
    expect(editProperties('a=1\na=2\\\n  3\nb=2\n', changes)).toBe('a=1\na=9\nb=2\nnew=1\n');
  });

  it('leaves settings alone whose names only begin alike', () => {
    expect(editProperties('ab=1\n', new Map([['a', '9']]))).toBe('ab=1\na=9\n');
  });

  it('writes a text of its own when there is none', () => {
    expect(editProperties('', changes)).toBe('a=9\nnew=1\n');
  });

  it('keeps every value as it is, and every other setting, whatever the value holds', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom('\n', '\r\n'), (table, lineEnd) => {
        const before = ['# mine', 'A=1\\', '  a=2', 'B=2', ''].join(lineEnd);
        const text = editProperties(before, new Map(Object.entries(table)));
        expect(values(text)).toEqual({ A: '1a=2', B: '2', ...table });
      }),
    );
  });

  it('does not take the rest of a continued line for a setting', () => {
    expect(editProperties('x=1\\\na=2\n', new Map([['a', '9']]))).toBe('x=1\\\na=2\na=9\n');
  });

  it('adds nothing to a line that announces another at the end of the text', () => {
    expect(values(editProperties('x=1\\', new Map([['a', '9']])))).toEqual({ x: '1', a: '9' });
  });
});
