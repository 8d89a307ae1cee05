import type { Disk } from './disk.js';
import { makeDurableDirectory } from './durable-directory.js';
import { CorruptRecordError } from './errors.js';
import { type Logger, silentLogger } from './logger.js';

/** What is wrong with a text, as the end of a sentence (`is not JSON`); undefined for one that can be used. */
export type ProblemOf = (text: string) => string | undefined;

/**
 * A small text file that is replaced as a whole, so that whoever reads it finds the old text or the new one, never half
 * of one.
 *
 * Order   write `<path>.tmp` · sync it · rename the old file to `<path>.bak` · rename the new one into place · sync the directory
 * Source  RocketMQ 5.x ConfigManager keeps the same `.bak`; its own replacing is not atomic
 */
export class SafeFile {
  /** The save under way. */
  #running: Promise<void> | undefined;
  /** The one behind it, shared by everybody who comes meanwhile. */
  #next: Promise<void> | undefined;
  /** What was asked for last. */
  #text: () => string = () => '';
  /** Whether the file is damaged: then the good `.bak` is worth more, and stays. */
  #isDamaged = false;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly problemOf: ProblemOf,
    private readonly logger: Logger = silentLogger,
  ) {}

  /**
   * The text; that of `.bak` when the file is missing or damaged; undefined when there is neither.
   *
   * Throws  CorruptRecordError when something is there and none of it can be used: to begin anew would erase what may be saved
   */
  load(): string | undefined {
    const files = [this.path, `${this.path}.bak`].map((path) => this.#read(path)).filter((file) => file !== undefined);
    const damaged = files.filter(({ problem }) => problem !== undefined);
    const good = files.find(({ problem }) => problem === undefined);
    const problem = damaged.map((file) => `${file.path} ${file.problem}`).join(', and ');
    if (!good && damaged.length > 0) {
      const advice = `put a good copy at ${this.path}, or move it and its .bak away to begin with nothing`;
      throw new CorruptRecordError(`${problem}: ${advice}`, { file: this.path }, { cause: damaged[0]?.cause });
    }
    this.#isDamaged = files[0] !== good;
    if (this.#isDamaged) this.logger.warn('a damaged file was found; the text before it is used', { problem });
    return good?.text;
  }

  /**
   * Replaces the text by what `text` returns, asked as late as possible; resolves when it, or a later one, would survive
   * a power cut.
   */
  save(text: () => string): Promise<void> {
    this.#text = text;
    if (this.#running === undefined) return this.#begin();
    const begin = () => this.#begin();
    this.#next ??= this.#running.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const running = this.#replace().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #replace(): Promise<void> {
    const { disk, path } = this;
    const directory = path.slice(0, path.lastIndexOf('/')) || '/';
    makeDurableDirectory(disk, directory);
    const temporary = `${path}.tmp`;
    const file = disk.open(temporary, { create: true });
    try {
      file.truncate(0);
      file.writeAt(Buffer.from(this.#text(), 'utf8'), 0);
      await file.awaitSynced();
    } finally {
      file.close();
    }
    if (disk.exists(path) && !this.#isDamaged) disk.rename(path, `${path}.bak`);
    disk.rename(temporary, path);
    this.#isDamaged = false;
    await disk.awaitDirectorySynced(directory);
  }

  #read(path: string): FoundFile | undefined {
    if (!this.disk.exists(path)) return undefined;
    try {
      const text = this.#readText(path);
      return { path, text, problem: text.trim() === '' ? 'is empty' : this.problemOf(text) };
    } catch (cause) {
      return { path, text: '', problem: `cannot be read (${(cause as Error).message})`, cause };
    }
  }

  #readText(path: string): string {
    const file = this.disk.open(path, { readOnly: true });
    try {
      const bytes = Buffer.alloc(file.sizeBytes());
      return bytes.toString('utf8', 0, file.readAt(bytes, 0));
    } finally {
      file.close();
    }
  }
}

/** A file that is there, whatever it is worth. */
interface FoundFile {
  readonly path: string;
  readonly text: string;
  /** Why its text cannot be used. */
  readonly problem: string | undefined;
  readonly cause?: unknown;
}
