import type { Disk } from '../runtime/disk.js';

/**
 * A small file that is replaced as a whole, so that whoever reads it finds the old text or the new one, never half of one.
 *
 * Order   write `<path>.tmp` · sync it · rename the old file to `<path>.bak` · rename the new one into place · sync the directory
 * Source  RocketMQ 5.x ConfigManager keeps the same `.bak`; its own replacing is not atomic
 */
export class JsonFile {
  constructor(
    private readonly disk: Disk,
    readonly path: string,
  ) {}

  /** The text; that of `.bak` when the file is missing, empty or refused by `isGood`; undefined when there is neither. */
  load(isGood: (text: string) => boolean = () => true): string | undefined {
    for (const path of [this.path, `${this.path}.bak`]) {
      const text = this.#read(path);
      if (text !== undefined && text.trim() !== '' && isGood(text)) return text;
    }
    return undefined;
  }

  /** Replaces the text; when this returns, the new one survives a power cut. */
  save(text: string): void {
    const directory = this.path.slice(0, this.path.lastIndexOf('/'));
    if (!this.disk.exists(directory)) this.disk.makeDirectory(directory);
    const temporary = `${this.path}.tmp`;
    const file = this.disk.open(temporary, { create: true });
    try {
      const bytes = Buffer.from(text, 'utf8');
      file.truncate(0);
      file.writeAt(bytes, 0);
      file.sync();
    } finally {
      file.close();
    }
    if (this.disk.exists(this.path)) this.disk.rename(this.path, `${this.path}.bak`);
    this.disk.rename(temporary, this.path);
    this.disk.syncDirectory(directory);
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
