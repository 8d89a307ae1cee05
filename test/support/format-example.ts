import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../docs/formats');

/** The fenced blocks of one language in docs/formats/<page>.md, in their order. */
export function fencedBlocks(page: string, language: string): string[] {
  const text = readFileSync(join(folder, `${page}.md`), 'utf8');
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map((match) => match[1]!);
}

/** The bytes of the n-th `hex` block of a page: hex digits and blanks, and whatever stands after a `#` is a remark. */
export function formatExample(page: string, index = 0): Buffer {
  const block = fencedBlocks(page, 'hex')[index];
  if (block === undefined) throw new Error(`docs/formats/${page}.md has no hex block ${index}`);
  return Buffer.from(block.replace(/#.*$/gm, '').replace(/\s+/g, ''), 'hex');
}
