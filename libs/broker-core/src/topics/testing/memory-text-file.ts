import type { TextFile } from '../saved-table.js';

/** A file in memory that saves at once: for specs of tables. */
export class MemoryTextFile implements TextFile {
  readonly path = 'memory.json';

  constructor(public text: string | undefined = undefined) {}

  load(): string | undefined {
    return this.text;
  }

  async save(text: string): Promise<void> {
    this.text = text;
  }
}
