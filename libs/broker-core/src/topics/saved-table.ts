import { type Logger, silentLogger } from '../runtime/logger.js';

/** Where a table keeps its text. SafeFile is one: it writes beside, syncs and renames. */
export interface TextFile {
  readonly path: string;
  /** The saved text; undefined when nothing was ever saved. */
  load(): string | undefined;
  /** Resolves when what `text` returns would survive a power cut. */
  save(text: () => string): Promise<void>;
}

/**
 * Keeps a table in memory and its text on disk, without making the hot thread wait for the disk.
 *
 * One save is under way at most; what changes meanwhile goes into one more save after it. Who must not say yes before
 * the change is durable awaits `awaitSaved`.
 */
export class SavedTable {
  readonly #file: TextFile;
  readonly #print: () => string;
  readonly #logger: Logger;
  #changes = 0;
  #saved = 0;
  #running: Promise<void> | undefined;

  constructor(file: TextFile, print: () => string, logger: Logger = silentLogger) {
    this.#file = file;
    this.#print = print;
    this.#logger = logger;
  }

  /** The text of the last save; undefined on the first start. */
  load(): string | undefined {
    return this.#file.load();
  }

  /** Says that the table differs from its text and starts a save. */
  markChanged(): void {
    this.markStale();
    void this.awaitSaved().catch(() => {});
  }

  /** Says that the table differs from its text; someone else decides when it is saved. */
  markStale(): void {
    this.#changes++;
  }

  /** Changes that were ever marked. */
  get changeCount(): number {
    return this.#changes;
  }

  /** How many of them are durable. */
  get savedCount(): number {
    return this.#saved;
  }

  /** Resolves when every change marked before this call is durable; rejects when the disk refuses. */
  async awaitSaved(): Promise<void> {
    const wanted = this.#changes;
    while (this.#saved < wanted) {
      this.#running ??= this.#save();
      await this.#running;
    }
  }

  async #save(): Promise<void> {
    const covers = this.#changes;
    try {
      await this.#file.save(this.#print);
      this.#saved = covers;
    } catch (error) {
      this.#logger.error('a table could not be saved', { path: this.#file.path, error });
      throw error;
    } finally {
      this.#running = undefined;
    }
  }
}
