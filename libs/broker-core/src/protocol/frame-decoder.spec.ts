import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { golden, goldenBytes } from '../../../../test/support/golden.js';
import { FrameTooLargeError, ProtocolError } from '../runtime/errors.js';
import { decodeFrame, encodeCommand } from './command-codec.js';
import { FrameDecoder } from './frame-decoder.js';
import { createRequest, type RemotingCommand } from './remoting-command.js';

const MIB = 1024 * 1024;

function drain(decoder: FrameDecoder): RemotingCommand[] {
  const commands: RemotingCommand[] = [];
  for (let next = decoder.next(); next !== undefined; next = decoder.next()) commands.push(next);
  return commands;
}

function bytes(...parts: number[]): Buffer {
  return Buffer.from(parts);
}

describe('FrameDecoder', () => {
  const frames = [...golden('frames').keys()].map((name) => goldenBytes('frames', name));
  const expected = frames.map((frame) => decodeFrame(frame, 0, frame.length));
  const stream = Buffer.concat(frames);

  it('finds the same commands wherever the stream is cut', () => {
    const cuts = fc.array(fc.nat(stream.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.boolean(), (positions, drainsEachChunk) => {
        const decoder = new FrameDecoder({ maxFrameBytes: MIB });
        const found: RemotingCommand[] = [];
        let start = 0;
        for (const end of [...positions.sort((a, b) => a - b), stream.length]) {
          decoder.push(Buffer.from(stream.subarray(start, end)));
          if (drainsEachChunk) found.push(...drain(decoder));
          start = end;
        }
        found.push(...drain(decoder));
        expect(found).toEqual(expected);
        expect(decoder.bufferedBytes).toBe(0);
      }),
    );
  });

  it('finds them byte by byte', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: MIB });
    const found: RemotingCommand[] = [];
    for (const byte of stream) {
      decoder.push(bytes(byte));
      found.push(...drain(decoder));
    }
    expect(found).toEqual(expected);
  });

  it('knows how many bytes wait for the rest', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: MIB });
    decoder.push(Buffer.from(frames[0]!.subarray(0, 10)));
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(10);
  });

  it('reads a frame that is far larger than its chunks', () => {
    const body = Buffer.alloc(3 * MIB, 'x');
    const frame = encodeCommand(createRequest(10, { a: 'b' }, body));
    const decoder = new FrameDecoder({ maxFrameBytes: 16 * MIB });
    for (let at = 0; at < frame.length; at += 65_536) decoder.push(Buffer.from(frame.subarray(at, at + 65_536)));
    expect(decoder.next()?.body?.equals(body)).toBe(true);
  });

  it('refuses a frame that announces too much, before it comes', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: MIB });
    decoder.push(bytes(0x00, 0x10, 0x00, 0x01));
    expect(() => decoder.next()).toThrow(FrameTooLargeError);
  });

  it('sets no memory aside for what is only announced', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 1024 * MIB });
    decoder.push(bytes(0x3f, 0xff, 0xff, 0xff, 0, 0, 0, 1));
    const before = process.memoryUsage().arrayBuffers;
    expect(decoder.next()).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
  });

  it.each([
    ['a negative length', bytes(0xff, 0xff, 0xff, 0xff)],
    ['a length of nothing', bytes(0, 0, 0, 0)],
    ['no room for the header length', bytes(0, 0, 0, 3)],
    ['a header longer than the frame', bytes(0, 0, 0, 4, 0, 0, 0, 1)],
    ['a binary header that is too short', bytes(0, 0, 0, 5, 1, 0, 0, 1, 0)],
    ['somebody else’s protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('refuses %s', (_, start) => {
    const decoder = new FrameDecoder({ maxFrameBytes: 16 * MIB });
    decoder.push(start);
    expect(() => decoder.next()).toThrow(ProtocolError);
  });

  it('refuses a header longer than its own limit', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: MIB, maxHeaderBytes: 100 });
    decoder.push(encodeCommand(createRequest(1, { long: 'x'.repeat(200) })));
    expect(() => decoder.next()).toThrow('exceeds the limit of 100');
  });

  it('ends in ProtocolErrors only, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const decoder = new FrameDecoder({ maxFrameBytes: 4096 });
        try {
          for (const chunk of chunks) {
            decoder.push(Buffer.from(chunk));
            drain(decoder);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});
