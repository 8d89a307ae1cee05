import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../runtime/errors.js';
import { decodeRocketmqHeader } from './header-rocketmq.js';

/** A header with this remark length and ext area, whatever they claim. */
function header(remarkLength: number, extLength: number, area: Buffer): Buffer {
  const fixed = Buffer.alloc(21);
  fixed.writeInt32BE(remarkLength, 13);
  fixed.writeInt32BE(extLength, 17);
  return Buffer.concat([fixed, area]);
}

function field(nameLength: number, name: string, valueLength: number, value: string): Buffer {
  const bytes = Buffer.alloc(6 + Buffer.byteLength(name) + Buffer.byteLength(value));
  bytes.writeUInt16BE(nameLength);
  const at = 2 + bytes.write(name, 2);
  bytes.writeInt32BE(valueLength, at);
  bytes.write(value, at + 4);
  return bytes;
}

const decode = (source: Buffer) => decodeRocketmqHeader(source, 0, source.length, 10);

describe('a binary header whose lengths lie', () => {
  const honest = field(4, 'name', 5, 'value');
  it.each([
    ['a negative remark', header(-1, 0, Buffer.alloc(0))],
    ['a remark beyond the header', header(100, 0, Buffer.alloc(0))],
    ['the longest remark', header(0x7fffffff, 0, Buffer.alloc(0))],
    ['negative ext fields', header(0, -1, Buffer.alloc(0))],
    ['ext fields beyond the header', header(0, honest.length + 1, honest)],
    ['the longest ext fields', header(0, 0x7fffffff, honest)],
    ['a name beyond the ext fields', header(0, honest.length, field(500, 'name', 5, 'value'))],
    ['a negative name', header(0, honest.length, field(0x8004, 'name', 5, 'value'))],
    ['a value beyond the ext fields', header(0, honest.length, field(4, 'name', 6, 'value'))],
    ['a negative value', header(0, honest.length, field(4, 'name', -5, 'value'))],
    ['a field that is cut off', header(0, honest.length + 3, Buffer.concat([honest, Buffer.alloc(3)]))],
    ['too many fields', header(0, honest.length * 11, Buffer.concat(Array(11).fill(honest)))],
  ])('is refused: %s', (_, source) => {
    expect(() => decode(source)).toThrow(ProtocolError);
  });

  it('does not let a name reach the prototype', () => {
    const area = Buffer.concat([field(9, '__proto__', 5, 'value'), honest]);
    const { extFields } = decode(header(0, area.length, area));
    expect(Object.entries(extFields ?? {})).toEqual([
      ['__proto__', 'value'],
      ['name', 'value'],
    ]);
  });

  it('passes over fields without a name or a value, as they mean null', () => {
    const area = Buffer.concat([field(0, '', 5, 'value'), field(4, 'name', 0, ''), honest]);
    expect(decode(header(0, area.length, area)).extFields).toEqual({ name: 'value' });
  });

  it('reads a long value whose length has a byte above 127, and text beyond ASCII beside it', () => {
    const long = 'v'.repeat(200);
    const area = Buffer.concat([field(4, 'name', 200, long), field(5, 'größ'.slice(0, 4), 6, 'é你')]);
    const text = Buffer.concat([field(4, 'name', 200, long), field(Buffer.byteLength('größe'), 'größe', 5, 'é你')]);
    expect(decode(header(0, text.length, text)).extFields).toEqual({ name: long, größe: 'é你' });
    expect(() => decode(header(0, area.length, area))).toThrow(ProtocolError);
  });
});
