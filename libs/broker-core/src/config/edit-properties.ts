/**
 * A .properties text with some settings replaced where they stand, or added at its end; comments and order stay.
 *
 * A setting that is written twice is replaced where it counts: at its last place.
 */
export function editProperties(text: string, changes: ReadonlyMap<string, string>): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const added: string[] = [];
  for (const [name, value] of changes) {
    const pattern = new RegExp(`^\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*[=:\\s]`);
    const at = lines.findLastIndex((line) => pattern.test(line));
    if (at < 0) added.push(`${name}=${value}`);
    else lines.splice(at, continuedLines(lines, at), `${name}=${value}`);
  }
  return `${[...lines, ...added].join('\n')}\n`;
}

/** How many lines a setting takes: a backslash at the end continues it. */
function continuedLines(lines: readonly string[], first: number): number {
  let count = 1;
  while (/(^|[^\\])(\\\\)*\\$/.test(lines[first + count - 1] ?? '') && first + count < lines.length) count++;
  return count;
}
