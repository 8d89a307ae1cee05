import { FrameTooLargeError, ProtocolError } from '../runtime/errors.js';
import { decodeFrame, defaultHeaderLimits, FRAME_PREFIX_BYTES, type HeaderLimits } from './command-codec.js';
import type { RemotingCommand } from './remoting-command.js';

/** What a connection lets through. */
export interface FrameLimits extends Partial<HeaderLimits> {
  /** The largest length field that is accepted. RocketMQ: com.rocketmq.remoting.frameMaxLength, 16 MiB. */
  readonly maxFrameBytes: number;
}

const LENGTH_BYTES = 4;
const FIRST_ROOM_BYTES = 4096;

/**
 * Cuts a stream of chunks into commands.
 *
 * A frame that lies in one chunk is read in place, and its body shares the chunk's memory. A frame that spans chunks is
 * gathered in a buffer of its own, which grows with what has really arrived and never because of what a length announces.
 * Every byte is copied at most twice, however small the chunks are.
 *
 * Throws  FrameTooLargeError, ProtocolError; after either the decoder must not be used again
 */
export class FrameDecoder {
  private readonly limits: HeaderLimits;
  private readonly maxFrameBytes: number;
  /** Chunks not yet looked at; `position` is in the first of them. */
  private chunks: Buffer[] = [];
  private position = 0;
  /** The frame that spans chunks, while it is gathered. */
  private gathered: Buffer | undefined;
  private gatheredBytes = 0;
  private pendingBytes = 0;

  constructor(limits: FrameLimits) {
    this.maxFrameBytes = limits.maxFrameBytes;
    this.limits = {
      maxHeaderBytes: limits.maxHeaderBytes ?? defaultHeaderLimits.maxHeaderBytes,
      maxExtFields: limits.maxExtFields ?? defaultHeaderLimits.maxExtFields,
    };
  }

  /** Bytes that were pushed and have not come back as commands. */
  get bufferedBytes(): number {
    return this.pendingBytes;
  }

  /** Takes what a socket read; the chunk belongs to the decoder from now on. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.pendingBytes += chunk.length;
  }

  /** The next whole command, or undefined until more chunks come. */
  next(): RemotingCommand | undefined {
    for (;;) {
      const chunk = this.chunks[0];
      if (chunk === undefined) return undefined;
      if (this.gathered !== undefined) {
        const command = this.gatherFrom(chunk);
        if (command !== undefined) return command;
        continue;
      }
      const start = this.position;
      const available = chunk.length - start;
      let room = FIRST_ROOM_BYTES;
      if (available >= LENGTH_BYTES) {
        const needed = this.frameBytes(chunk, start);
        if (needed <= available) {
          this.advance(chunk, start + needed);
          this.pendingBytes -= needed;
          return decodeFrame(chunk, start, start + needed, this.limits);
        }
        room = Math.min(needed, Math.max(FIRST_ROOM_BYTES, available * 2));
      }
      this.gathered = Buffer.allocUnsafe(room);
    }
  }

  /** Length of the whole frame, its length field included. */
  private frameBytes(source: Buffer, start: number): number {
    const announced = source.readInt32BE(start);
    if (announced > this.maxFrameBytes) throw new FrameTooLargeError(announced, this.maxFrameBytes);
    if (announced < FRAME_PREFIX_BYTES - LENGTH_BYTES) throw new ProtocolError(`a frame announces ${announced} bytes`);
    return LENGTH_BYTES + announced;
  }

  /** Moves bytes from the first chunk to the gathered frame; the command, if that made it whole. */
  private gatherFrom(chunk: Buffer): RemotingCommand | undefined {
    if (this.gatheredBytes < LENGTH_BYTES) {
      this.move(chunk, LENGTH_BYTES);
      return undefined;
    }
    const needed = this.frameBytes(this.gathered!, 0);
    this.move(chunk, needed);
    if (this.gatheredBytes < needed) return undefined;
    const frame = this.gathered!;
    this.gathered = undefined;
    this.gatheredBytes = 0;
    this.pendingBytes -= needed;
    return decodeFrame(frame, 0, needed, this.limits);
  }

  private move(chunk: Buffer, needed: number): void {
    const end = Math.min(chunk.length, this.position + needed - this.gatheredBytes);
    const total = this.gatheredBytes + end - this.position;
    if (total > this.gathered!.length) this.grow(total, needed);
    chunk.copy(this.gathered!, this.gatheredBytes, this.position, end);
    this.gatheredBytes = total;
    this.advance(chunk, end);
  }

  private grow(total: number, needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(needed, Math.max(total, this.gathered!.length * 2)));
    this.gathered!.copy(larger, 0, 0, this.gatheredBytes);
    this.gathered = larger;
  }

  private advance(chunk: Buffer, end: number): void {
    if (end < chunk.length) {
      this.position = end;
      return;
    }
    this.position = 0;
    // Nearly always the only chunk: emptying beats shifting.
    if (this.chunks.length === 1) this.chunks.length = 0;
    else this.chunks.shift();
  }
}
