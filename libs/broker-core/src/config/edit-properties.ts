import { endsInBackslash, parseProperties, printProperty } from './properties.js';

/**
 * A .properties text with some settings replaced where they stand, or added at its end; comments and order stay.
 *
 * A setting that is written twice is replaced where it counts: at its last place.
 */
export function editProperties(text: string, changes: ReadonlyMap<string, string>): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/);
  const added: string[] = [];
  for (const [name, value] of changes) {
    const known = parseProperties(lines.join('\n')).findLast((property) => property.name === name);
    if (known === undefined) added.push(printProperty(name, value));
    else lines.splice(known.line - 1, continuedLines(lines, known.line - 1), printProperty(name, value));
  }
  // A backslash at the very end would swallow what is added behind it.
  if (added.length > 0 && endsInBackslash(lines.at(-1) ?? '')) lines.push('');
  return [...lines, ...added, ''].join(lineEnd);
}

/** How many lines a setting takes: a backslash at the end continues it. */
function continuedLines(lines: readonly string[], first: number): number {
  let count = 1;
  while (endsInBackslash(lines[first + count - 1] ?? '') && first + count < lines.length) count++;
  return count;
}
