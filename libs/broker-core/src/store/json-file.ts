import { parseJson } from '../protocol/json.js';
import type { Disk } from '../runtime/disk.js';
import { CorruptRecordError } from '../runtime/errors.js';
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

  constructor(
    private readonly disk: Disk,
    readonly path: string,
  ) {}

  /**
   * The text; that of `.bak` when the file is missing, empty or no JSON; undefined when nothing was ever saved.
   *
   * Throws  CorruptRecordError when there is something and none of it is JSON: to begin anew would erase what may be saved
   */
  load(): string | undefined {
    const texts = [this.path, `${this.path}.bak`].map((path) => this.#read(path)).filter((text) => text?.trim());
    const good = texts.find(isJson);
    if (good === undefined && texts.length > 0) {
      throw new CorruptRecordError(
        `${this.path} is not JSON, nor is its .bak: repair it, or move both away to begin anew`,
        {
          file: this.path,
        },
      );
    }
    return good;
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
    if (this.disk.exists(this.path)) this.disk.rename(this.path, `${this.path}.bak`);
    this.disk.rename(temporary, this.path);
    await this.disk.awaitDirectorySynced(directory);
  }

  #read(path: string): string | undefined {
    if (!this.disk.exists(path)) return undefined;
    const file = this.disk.open(path, { readOnly: true });
    try {
      const bytes = Buffer.alloc(file.sizeBytes());
      return bytes.toString('utf8', 0, file.readAt(bytes, 0));
    } finally {
      file.close();
    }
  }
}

function isJson(text: string | undefined): boolean {
  try {
    return text !== undefined && text.trim() !== '' && parseJson(text) !== undefined;
  } catch {
    return false;
  }
}
