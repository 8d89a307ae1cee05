/** Sizes of the buffers that are lent; what is asked for is rounded up to one of them. */
const SIZES = [64 * 1024, 320 * 1024];
/** Less is not lent: remoting copies small bodies, and would not give them back. */
const MIN_LENT_BYTES = 16 * 1024;
/** Buffers of one size that wait to be lent again; more are garbage. */
const MAX_IDLE = 32;

/**
 * Lends large buffers for answers and takes them back once they were sent.
 *
 * Node gives each large buffer memory of its own and accounts it to the heap: a broker that answers pulls as fast as it
 * can would spend more time collecting such buffers than filling them. Giving back is a favour, not a duty: what is
 * never given back is collected like any other buffer. Who gives a buffer back must be the last to look at it.
 */
export class LentBuffers {
  readonly #idle: Buffer[][] = SIZES.map(() => []);
  /** Which whole buffer a lent one is the beginning of. */
  readonly #wholes = new WeakMap<Buffer, Buffer>();

  /** A buffer of exactly `sizeBytes` with anything in it. */
  take(sizeBytes: number): Buffer {
    const kind = SIZES.findIndex((size) => sizeBytes <= size);
    const size = SIZES[kind];
    if (size === undefined || sizeBytes < MIN_LENT_BYTES) return Buffer.allocUnsafeSlow(sizeBytes);
    const whole = this.#idle[kind]?.pop() ?? Buffer.allocUnsafeSlow(size);
    const lent = whole.subarray(0, sizeBytes);
    this.#wholes.set(lent, whole);
    return lent;
  }

  /** Takes a buffer back; one that was not lent here, or was given back before, is left alone. */
  give(lent: Buffer): void {
    const whole = this.#wholes.get(lent);
    if (whole === undefined) return;
    this.#wholes.delete(lent);
    const idle = this.#idle[SIZES.indexOf(whole.length)];
    if (idle !== undefined && idle.length < MAX_IDLE) idle.push(whole);
  }
}

/** The buffers of this process: the store fills them, remoting sends them. */
export const lentBuffers = new LentBuffers();
