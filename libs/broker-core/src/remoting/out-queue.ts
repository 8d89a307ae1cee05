import { encodeCommand, encodeCommandInto, encodeHead } from '../protocol/command-codec.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { lentBuffers } from '../runtime/lent-buffers.js';

/** Size of the buffers that answers are collected in: one turn of a busy connection fits. */
const SEGMENT_BYTES = 64 * 1024;
/** A longer body is handed over as it is; below, copying costs less than one more entry of a writev. */
const COPY_BODY_BYTES = 16 * 1024;
/** Segments kept for reuse; beyond it they are garbage. */
const MAX_SPARE_SEGMENTS = 64;

/** Buffers for answers on their way out, shared by all connections of one server or client. */
export class SegmentPool {
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(SEGMENT_BYTES);
  }

  give(segment: Buffer): void {
    if (this.#spare.length < MAX_SPARE_SEGMENTS) this.#spare.push(segment);
  }
}

/**
 * The frames one connection will write next, already encoded: small ones side by side in pooled segments, big bodies by
 * reference between them.
 *
 * Encoding happens when a command is added, so its sender may reuse it at once; a body of more than 16 KiB must stay as
 * it is until it was sent.
 */
export class OutQueue {
  /** What is complete; `#own[i]` says whether part i lies in a segment of the pool. */
  #parts: Buffer[] = [];
  #own: boolean[] = [];
  /** Segments under `#parts`, the one being filled last. */
  #segments: Buffer[] = [];
  #segment: Buffer | undefined;
  /** Big bodies under `#parts`. */
  #bodies: Buffer[] = [];
  #start = 0;
  #end = 0;
  #bytes = 0;

  constructor(private readonly pool: SegmentPool) {}

  /** Bytes added and not taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Encodes a command behind the others; throws what the codec throws, and is then as before. */
  add(command: RemotingCommand): void {
    const body = command.body;
    if (body !== undefined && body.length > COPY_BODY_BYTES) {
      const head = encodeHead(command, body.length);
      this.#addOwn(head);
      this.#addOwn(body);
      this.#bodies.push(body);
      return;
    }
    if (this.#segment !== undefined && this.#encodeInto(this.#segment, command)) return;
    this.#beginSegment();
    if (this.#encodeInto(this.#segment!, command)) return;
    this.#addOwn(encodeCommand(command));
  }

  /**
   * What is to be written, in order; the queue is empty then. `detached` copies what lies in segments, for a socket that
   * will not take it at once: a few bytes must not hold 64 KiB while they wait.
   */
  take(detached: boolean): Buffer[] {
    this.#closePart();
    const parts = this.#parts;
    if (detached) {
      for (let index = 0; index < parts.length; index++) {
        if (this.#own[index]) parts[index] = Buffer.from(parts[index]!);
      }
    }
    this.#parts = [];
    this.#own = [];
    this.#segment = undefined;
    this.#bytes = 0;
    return parts;
  }

  /**
   * Ends what the last `take` began: what the socket is done with can be used again; the rest never comes back.
   * Segments are free when they were copied or sent (`areFree`), big bodies only when everything `isSent`.
   */
  release(areFree: boolean, isSent: boolean): void {
    if (areFree) for (const segment of this.#segments) this.pool.give(segment);
    if (isSent) for (const body of this.#bodies) lentBuffers.give(body);
    this.#segments = [];
    this.#bodies = [];
  }

  #encodeInto(segment: Buffer, command: RemotingCommand): boolean {
    const end = encodeCommandInto(command, segment, this.#end);
    if (end < 0) return false;
    this.#bytes += end - this.#end;
    this.#end = end;
    return true;
  }

  #beginSegment(): void {
    this.#closePart();
    this.#segment = this.pool.take();
    this.#segments.push(this.#segment);
    this.#start = 0;
    this.#end = 0;
  }

  #addOwn(part: Buffer): void {
    this.#closePart();
    this.#parts.push(part);
    this.#own.push(false);
    this.#bytes += part.length;
  }

  #closePart(): void {
    if (this.#segment === undefined || this.#end === this.#start) return;
    this.#parts.push(this.#segment.subarray(this.#start, this.#end));
    this.#own.push(true);
    this.#start = this.#end;
  }
}
