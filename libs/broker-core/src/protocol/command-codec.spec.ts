import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { golden, goldenBytes } from '../../../../test/support/golden.js';
import { ProtocolError } from '../runtime/errors.js';
import { decodeFrame, encodeCommand, encodeCommandInto, encodedLength, encodeHead } from './command-codec.js';
import {
  CURRENT_VERSION,
  createRequest,
  createResponse,
  type ExtFields,
  isOneWay,
  isResponse,
  type RemotingCommand,
} from './remoting-command.js';
import { RequestCode } from './request-code.js';
import { ResponseCode } from './response-code.js';

const decode = (frame: Buffer) => decodeFrame(frame, 0, frame.length);
const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

/** ROCKETMQ reads empty texts as absent, so they do not make it through. */
const commands = fc.record({
  code: fc.integer({ min: 0, max: 0x7fff }),
  language: fc.constantFrom('JAVA', 'OTHER', 'GO', 'NODE_JS'),
  version: fc.integer({ min: 0, max: 600 }),
  opaque: fc.integer(),
  flag: fc.integer({ min: 0, max: 3 }),
  remark: fc.option(names, { nil: undefined }),
  extFields: fc.option(fc.dictionary(names, names, { minKeys: 1, noNullPrototype: true }), { nil: undefined }),
  body: fc.option(
    fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  ),
  serializeType: fc.constantFrom(0 as const, 1 as const),
});

describe('a frame', () => {
  it.each([...golden('frames').keys()])('of Apache comes out as it went in: %s', (name) => {
    const bytes = goldenBytes('frames', name);
    expect(encodeCommand(decode(bytes)).toString('latin1')).toBe(bytes.toString('latin1'));
  });

  it('says the same in both serialisations', () => {
    for (const name of golden('frames').keys()) {
      if (!name.endsWith(' JSON')) continue;
      const json = decode(goldenBytes('frames', name));
      const binary = decode(goldenBytes('frames', name.replace(/JSON$/, 'ROCKETMQ')));
      expect(binary).toEqual({ ...json, serializeType: 1 });
    }
  });

  it('of a send reads as Apache meant it', () => {
    const command = decode(goldenBytes('frames', 'send V2 ROCKETMQ'));
    expect(command).toMatchObject({ code: RequestCode.SEND_MESSAGE_V2, opaque: 11, language: 'JAVA', version: 513 });
    expect(command.extFields).toMatchObject({ a: 'PG', b: 'TopicTest', e: '3', n: 'broker-a' });
    expect(command.extFields?.['i']).toContain('colour\u0001grün 你好\u0002');
    expect(command.body?.toString()).toBe('Hello RocketMQ');
    expect(CURRENT_VERSION).toBe(command.version);
  });

  it('keeps every command, whatever its texts are', () => {
    fc.assert(fc.property(commands, (command) => expect(decode(encodeCommand(command))).toEqual(command)));
  });

  it('is not broken by a language that is no name', () => {
    const command = { ...createRequest(1), language: '","code":2,"x":"' };
    expect(decode(encodeCommand(command))).toEqual(command);
    expect(decode(encodeCommand({ ...command, serializeType: 1 })).language).toBe('OTHER');
  });

  it('keeps a JSON code of more than 16 bits, which ROCKETMQ cannot', () => {
    const pop = createRequest(RequestCode.POP_MESSAGE);
    expect(decode(encodeCommand(pop)).code).toBe(RequestCode.POP_MESSAGE);
    expect(decode(encodeCommand({ ...pop, serializeType: 1 })).code).toBe(3442);
  });

  it('has the length that is foretold, and fits exactly', () => {
    fc.assert(
      fc.property(commands, fc.nat(20), (command, position) => {
        const frame = encodeCommand(command);
        expect(encodedLength(command)).toBe(frame.length);
        const target = Buffer.alloc(position + frame.length + 2048);
        const end = encodeCommandInto(command, target, position);
        expect(target.subarray(position, end)).toEqual(frame);
        expect(encodeCommandInto(command, Buffer.alloc(position + frame.length - 1), position)).toBe(-1);
      }),
    );
  });

  it('can go out without its body', () => {
    const command = createResponse(ResponseCode.SUCCESS, undefined, { a: 'b' }, Buffer.from('body'));
    const frame = encodeCommand(command);
    expect(encodeHead(command, 4)).toEqual(frame.subarray(0, frame.length - 4));
  });
});

describe('flags', () => {
  it('tell responses from requests, and those nobody answers', () => {
    expect(isResponse(createResponse(0))).toBe(true);
    expect(isResponse(createRequest(10))).toBe(false);
    expect(isOneWay(decode(goldenBytes('frames', 'max offset, one-way JSON')))).toBe(true);
  });
});

describe('a header from a stranger', () => {
  const jsonFrame = (header: string) => {
    const bytes = Buffer.from(header);
    const frame = Buffer.alloc(8 + bytes.length);
    frame.writeInt32BE(4 + bytes.length);
    frame.writeInt32BE(bytes.length, 4);
    bytes.copy(frame, 8);
    return frame;
  };

  it.each([
    ['no JSON', '{"code":1'],
    ['an array', '[1]'],
    ['null', 'null'],
    ['a code that is text', '{"code":"x"}'],
    ['an opaque beyond 32 bits', '{"opaque":4294967296}'],
    ['ext fields that are a list', '{"extFields":[1]}'],
    ['an ext field that is an object', '{"extFields":{"a":{}}}'],
    ['a bomb of brackets', '['.repeat(300_000)],
    ['nothing', ''],
  ])('is refused: %s', (_, header) => {
    expect(() => decode(jsonFrame(header))).toThrow(ProtocolError);
  });

  it('may leave out everything', () => {
    expect(decode(jsonFrame('{}'))).toMatchObject({ code: 0, opaque: 0, flag: 0, version: 0, extFields: undefined });
  });

  it('may have numbers where Java has strings', () => {
    const { extFields } = decode(jsonFrame('{"extFields":{"queueId":3,"batch":false,"none":null}}'));
    expect(extFields).toEqual({ queueId: '3', batch: 'false' });
  });

  it('may have texts where Java has numbers, as long as they are numbers', () => {
    expect(decode(jsonFrame('{"code":"105","opaque":"-7"}'))).toMatchObject({ code: 105, opaque: -7 });
    expect(() => decode(jsonFrame('{"code":"4294967296"}'))).toThrow(ProtocolError);
  });

  it('cannot reach a prototype', () => {
    const hostile = '{"extFields":{"__proto__":"x","constructor":"y"}}';
    const { extFields } = decode(jsonFrame(hostile));
    expect(Object.getPrototypeOf(extFields)).toBe(Object.prototype);
    expect(Object.keys(extFields as ExtFields)).toEqual(['__proto__', 'constructor']);
  });

  it('has no more fields than the limit', () => {
    const fields = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`f${index}`, 'v']));
    for (const serializeType of [0, 1] as const) {
      const command: RemotingCommand = { ...createRequest(1, fields), serializeType };
      expect(() => decode(encodeCommand(command))).toThrow('more than 256 fields');
    }
  });

  it('is no longer than its frame', () => {
    const frame = encodeCommand(createRequest(1));
    frame.writeInt32BE(frame.length, 4);
    expect(() => decode(frame)).toThrow(ProtocolError);
  });

  it('has a serialisation that exists', () => {
    const frame = encodeCommand(createRequest(1));
    frame[4] = 2;
    expect(() => decode(frame)).toThrow('unknown serialisation 2');
  });

  it('ends in a ProtocolError or a command, whatever its bytes are', () => {
    const seeds = [...golden('frames').values()].map((hex) => Buffer.from(hex, 'hex'));
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      at: fc.nat(400),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(mutation, ({ seed, at, byte }) => {
        const frame = Buffer.from(seed);
        frame[4 + (at % (frame.length - 4))] = byte;
        try {
          decode(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
