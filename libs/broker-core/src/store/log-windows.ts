import type { CommitLog } from './commit-log.js';
import { storeLimits } from './store-config.js';

/** Windows begin at multiples of this, so that readers of several queues meet in the same ones. */
const WINDOW_STEP = 64 * 1024;
/** Windows that are read ahead of one reader. */
const AHEAD_OF_ONE = 2;

/** A stretch of the log that was read, or is being read. */
interface Stretch {
  readonly startOffset: number;
  /** Where it ends; while it is on its way, where it will if the disk gives all of it. */
  readonly endOffset: number;
  /** Nobody has asked for it yet. */
  isAhead: boolean;
}

/** A stretch in memory. */
export interface Window extends Stretch {
  readonly bytes: Buffer;
}

/** A stretch on its way from the disk. */
interface Loading extends Stretch {
  /** Resolves with where it does end. */
  readonly read: Promise<number>;
}

/**
 * Stretches of the log read from its files. They are much larger than a record, because consumers of a backlog go on
 * from record to record, and messages of all queues lie side by side.
 *
 * Whoever goes straight on where a window ends is read ahead for: while one window is used, those after it are on their
 * way. At most `windows` are in memory, and at most `windowsAhead`, of all readers together, are there or on their way
 * that nobody has asked for.
 */
export class LogWindows {
  /** Newest use last. */
  readonly #windows: Window[] = [];
  /** Memory of windows that were put away while views into them may be held … */
  #resting: Buffer[] = [];
  /** … and of those into which none is: the next windows are read into it. */
  readonly #spare: Buffer[] = [];
  readonly #loading = new Set<Loading>();
  #aheadCount = 0;

  constructor(private readonly log: CommitLog) {}

  /** The window that has these bytes, all of them. */
  find(offset: number, sizeBytes: number): Window | undefined {
    for (let index = this.#windows.length - 1; index >= 0; index--) {
      const window = this.#windows[index]!;
      if (offset < window.startOffset || offset + sizeBytes > window.endOffset) continue;
      if (index < this.#windows.length - 1) this.#windows.push(...this.#windows.splice(index, 1));
      if (window.isAhead) this.#use(window);
      return window;
    }
    return undefined;
  }

  /** Reads the window around these bytes, blocking. */
  read(offset: number, sizeBytes: number): Window | undefined {
    const startOffset = this.#startOf(offset);
    const bytes = this.#allocate(startOffset, offset, sizeBytes);
    const got = this.log.files.readAt(bytes, startOffset);
    const window = { startOffset, endOffset: startOffset + got, bytes: bytes.subarray(0, got), isAhead: false };
    this.#keep(window);
    return offset + sizeBytes <= window.endOffset ? window : undefined;
  }

  /** The same off the hot thread; waits for a window that is on its way and has all of them. Whether the disk gave them. */
  async load(offset: number, sizeBytes: number): Promise<boolean> {
    const endOffset = offset + sizeBytes;
    const onItsWay = [...this.#loading].find((each) => each.startOffset <= offset && each.endOffset >= endOffset);
    const loading = onItsWay ?? this.#begin(offset, sizeBytes, false);
    if (onItsWay?.isAhead) this.#use(onItsWay);
    else if (onItsWay === undefined && this.#goesOn(offset)) this.#readAhead(loading.endOffset);
    return (await loading.read) >= endOffset;
  }

  /**
   * Says that no view is held any more. Windows come and go by the thousand while a backlog is read, and collecting
   * their memory would cost more than reading them.
   */
  release(): void {
    if (this.#resting.length === 0) return;
    this.#spare.push(...this.#resting.slice(0, storeLimits.windows - this.#spare.length));
    this.#resting = [];
  }

  /** Whether somebody who wants this offset comes from the end of a window. */
  #goesOn(offset: number): boolean {
    return this.#windows.some((each) => offset >= each.startOffset && offset <= each.endOffset + WINDOW_STEP);
  }

  /** What was read ahead was worth it: its reader will want what follows. */
  #use(stretch: Stretch): void {
    stretch.isAhead = false;
    this.#aheadCount--;
    this.#readAhead(stretch.endOffset);
  }

  /** Begins to read what follows `endOffset`, as far as it is written and nobody reads it yet. */
  #readAhead(endOffset: number): void {
    let end = endOffset;
    for (let count = 0; count < AHEAD_OF_ONE && end + storeLimits.windowBytes <= this.log.writtenOffset; count++) {
      // A record may reach over the end of a window, though not over that of a file.
      const offset = end % this.log.files.segmentBytes === 0 ? end : end - 1;
      const goesOn = (each: Stretch) => each.startOffset <= offset && each.endOffset > end;
      let next: Stretch | undefined = this.#windows.find(goesOn) ?? [...this.#loading].find(goesOn);
      if (next === undefined && this.#aheadCount < storeLimits.windowsAhead) next = this.#begin(offset, 1, true);
      if (next === undefined) return;
      end = next.endOffset;
    }
  }

  #begin(offset: number, sizeBytes: number, isAhead: boolean): Loading {
    const startOffset = this.#startOf(offset);
    const bytes = this.#allocate(startOffset, offset, sizeBytes);
    const read = this.log.files.read(bytes, startOffset).then((got) => startOffset + got);
    const loading: Loading = { startOffset, endOffset: startOffset + bytes.length, isAhead, read };
    this.#loading.add(loading);
    if (isAhead) this.#aheadCount++;
    read.then(
      (endOffset) => {
        this.#loading.delete(loading);
        this.#keep({
          startOffset,
          endOffset,
          bytes: bytes.subarray(0, endOffset - startOffset),
          isAhead: loading.isAhead,
        });
      },
      () => {
        // Whoever waits hears of it; what was only read ahead is read again by who wants it.
        this.#loading.delete(loading);
        if (loading.isAhead) this.#aheadCount--;
      },
    );
    return loading;
  }

  /** Windows begin at steps that readers of several queues share, and never before the file of what is wanted. */
  #startOf(offset: number): number {
    return Math.max(offset - (offset % WINDOW_STEP), offset - (offset % this.log.files.segmentBytes));
  }

  /** Room for a window; it ends where its file or the log does, because what follows is still to be written. */
  #allocate(startOffset: number, offset: number, sizeBytes: number): Buffer {
    const wanted = Math.max(startOffset + storeLimits.windowBytes, offset + sizeBytes);
    const fileEnd = startOffset + this.log.files.segmentBytes - (startOffset % this.log.files.segmentBytes);
    const end = Math.min(wanted, fileEnd, this.log.writtenOffset);
    const spare = end - startOffset === storeLimits.windowBytes ? this.#spare.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(end - startOffset);
  }

  #keep(window: Window): void {
    this.#windows.push(window);
    if (this.#windows.length <= storeLimits.windows) return;
    const { bytes, isAhead } = this.#windows.shift()!;
    if (isAhead) this.#aheadCount--;
    if (bytes.length === storeLimits.windowBytes) this.#resting.push(bytes);
  }
}
