import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../golden');

/** The captured cases of one file of test/golden: name → hex of bytes, or text. */
export function golden(file: string): Map<string, string> {
  const content = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as {
    cases: { [name: string]: string };
  };
  return new Map(Object.entries(content.cases));
}

/** One captured text. */
export function goldenText(file: string, name: string): string {
  const value = golden(file).get(name);
  if (value === undefined) throw new Error(`test/golden/${file}.json has no case "${name}"`);
  return value;
}

/** The bytes of one case that was captured as hex. */
export function goldenBytes(file: string, name: string): Buffer {
  return Buffer.from(goldenText(file, name), 'hex');
}
