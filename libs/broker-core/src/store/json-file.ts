import { parseJson } from '../protocol/json.js';
import type { Disk } from '../runtime/disk.js';
import { CorruptRecordError } from '../runtime/errors.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import { makeDurableDirectory } from './files/durable-directory.js';

/**
 * A small file that is replaced as a whole, so that whoever reads it finds the old text or the new one, never half of one.
 *
 * Order   write `<path>.tmp` · sync it · rename the old file to `<path>.bak` · rename the new one into place · sync the directory
 * Source  RocketMQ 5.x ConfigManager keeps the same `.bak`; its own replacing is not atomic
 */
export class JsonFile {
  /** The save under way: the next one begins behind it. */
  #saving: Promise<void> = Promise.resolve();
  /** Whether the file is damaged: then the good `.bak` is worth more, and stays. */
  #isDamaged = false;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
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

  /** Replaces the text; resolves when the new one would survive a power cut. */
  save(text: string): Promise<void> {
    const saved = this.#saving.then(() => this.#replace(text));
    this.#saving = saved.catch(() => {});
    return saved;
  }

  async #replace(text: string): Promise<void> {
    const directory = this.path.slice(0, this.path.lastIndexOf('/'));
    makeDurableDirectory(this.disk, directory);
    const temporary = `${this.path}.tmp`;
    const file = this.disk.open(temporary, { create: true });
    try {
      file.truncate(0);
      file.writeAt(Buffer.from(text, 'utf8'), 0);
      await file.awaitSynced();
    } finally {
      file.close();
    }
    if (this.disk.exists(this.path) && !this.#isDamaged) this.disk.rename(this.path, `${this.path}.bak`);
    this.disk.rename(temporary, this.path);
    this.#isDamaged = false;
    await this.disk.awaitDirectorySynced(directory);
  }

  #read(path: string): FoundFile | undefined {
    if (!this.disk.exists(path)) return undefined;
    try {
      const text = this.#readText(path);
      if (text.trim() === '') return { path, text, problem: 'is empty' };
      return { path, text, problem: isJson(text) ? undefined : 'is not JSON' };
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

function isJson(text: string): boolean {
  try {
    return parseJson(text) !== undefined;
  } catch {
    return false;
  }
}
