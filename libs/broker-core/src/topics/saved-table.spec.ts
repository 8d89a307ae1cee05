import { describe, expect, it } from '@jest/globals';
import { SavedTable, type TextFile } from './saved-table.js';

/** A file whose saves finish when the spec says so. */
class SlowFile implements TextFile {
  readonly path = 'table.json';
  readonly saved: string[] = [];
  readonly #waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];

  load(): string | undefined {
    return this.saved.at(-1);
  }

  save(text: () => string): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ text: text(), resolve, reject }));
  }

  get underWay(): number {
    return this.#waiting.length;
  }

  finish(error?: Error): void {
    const next = this.#waiting.shift();
    if (error) next?.reject(error);
    else if (next) {
      this.saved.push(next.text);
      next.resolve();
    }
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a saved table', () => {
  it('saves once for many changes, and once more for those that came meanwhile', async () => {
    const file = new SlowFile();
    let value = 0;
    const table = new SavedTable(file, () => String(value));
    for (value = 1; value <= 3; value++) table.markChanged();
    await settle();
    expect(file.underWay).toBe(1);
    value = 9;
    table.markChanged();
    const saved = table.awaitSaved();
    file.finish();
    await settle();
    file.finish();
    await saved;
    expect(file.saved).toHaveLength(2);
    expect(file.load()).toBe('9');
  });

  it('says saved only when all changes before the question are', async () => {
    const file = new SlowFile();
    const table = new SavedTable(file, () => 'text');
    let isSaved = false;
    table.markChanged();
    void table.awaitSaved().then(() => {
      isSaved = true;
    });
    await settle();
    expect(isSaved).toBe(false);
    file.finish();
    await settle();
    expect(isSaved).toBe(true);
  });

  it('has nothing to do when nothing changed', async () => {
    const file = new SlowFile();
    await new SavedTable(file, () => 'text').awaitSaved();
    expect(file.underWay).toBe(0);
  });

  it('tells who waits that the disk refused, and tries again when asked again', async () => {
    const file = new SlowFile();
    const table = new SavedTable(file, () => 'text');
    table.markStale();
    const refused = table.awaitSaved();
    file.finish(new Error('EIO'));
    await expect(refused).rejects.toThrow('EIO');
    const again = table.awaitSaved();
    file.finish();
    await again;
    expect(file.saved).toEqual(['text']);
  });
});
