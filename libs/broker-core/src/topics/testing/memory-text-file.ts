import type { TextFile } from '../saved-table.js';

/** A file in memory that saves at once, or when its gate opens: for specs of tables. */
export class MemoryTextFile implements TextFile {
  readonly path = 'memory.json';
  /** While it is pending, saves are too. */
  gate: Promise<void> | undefined;

  constructor(public text: string | undefined = undefined) {}

  load(): string | undefined {
    return this.text;
  }

  async save(text: () => string): Promise<void> {
    const saved = text();
    if (this.gate !== undefined) await this.gate;
    this.text = saved;
  }
}
