import type { Disk } from '../runtime/disk.js';
import { CorruptRecordError } from '../runtime/errors.js';

/**
 * A small text file that is whole at every moment: written beside, synced, renamed over the old one, which is kept as
 * `.bak`. Saves that come while one runs share the next.
 */
export class SafeFile {
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
  ) {}

  /**
   * The text; the one before it when the file is missing or `isWhole` says no; undefined when there is neither.
   *
   * Throws  CorruptRecordError when something is there and none of it is whole: to begin anew would erase what may be saved
   */
  load(isWhole: (text: string) => boolean): string | undefined {
    const paths = [this.path, `${this.path}.bak`].filter((path) => this.disk.exists(path));
    for (const path of paths) {
      const text = this.#read(path);
      if (isWhole(text)) return text;
    }
    if (paths.length === 0) return undefined;
    const sentence = `${paths.join(' and ')}: no whole JSON; put a good copy at ${this.path}, or move these away to begin with nothing`;
    throw new CorruptRecordError(sentence, { file: this.path });
  }

  /** Resolves when what `text` returns (asked as late as possible) is durable. */
  save(text: () => string): Promise<void> {
    if (this.#running === undefined) return this.#begin(text);
    this.#next ??= this.#running.then(
      () => this.#begin(text),
      () => this.#begin(text),
    );
    return this.#next;
  }

  #begin(text: () => string): Promise<void> {
    this.#next = undefined;
    const running = this.#write(text()).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #write(text: string): Promise<void> {
    const { disk, path } = this;
    const directory = path.slice(0, path.lastIndexOf('/')) || '/';
    disk.makeDirectory(directory);
    const temporary = `${path}.tmp`;
    disk.remove(temporary);
    const file = disk.open(temporary, { create: true });
    try {
      file.writeAt(Buffer.from(text), 0);
      await file.awaitSynced();
    } finally {
      file.close();
    }
    if (disk.exists(path)) disk.rename(path, `${path}.bak`);
    disk.rename(temporary, path);
    disk.syncDirectory(directory);
  }

  #read(path: string): string {
    const file = this.disk.open(path, { readOnly: true });
    try {
      const bytes = Buffer.alloc(file.sizeBytes());
      return bytes.toString('utf8', 0, file.readAt(bytes, 0));
    } finally {
      file.close();
    }
  }
}
