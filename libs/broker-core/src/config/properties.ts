/** One setting as it stands in a .properties text. */
export interface Property {
  readonly name: string;
  readonly value: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/**
 * Reads the grammar of java.util.Properties: what broker.conf and the bodies of configuration requests are written in.
 *
 * A line is `name=value`, `name:value` or `name value`; `#` and `!` begin a comment only at the start of a line; a
 * backslash continues a line or writes `\t \n \r \f \uXXXX` and separators. White space after a value is dropped unless a
 * backslash stands before it (Java keeps it, and then reads no number from it).
 */
export function parseProperties(text: string): Property[] {
  const properties: Property[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let logical = (lines[index] ?? '').trimStart();
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    while (endsInBackslash(logical) && index + 1 < lines.length) {
      logical = logical.slice(0, -1) + (lines[++index] ?? '').trimStart();
    }
    const { name, value } = split(logical);
    if (name !== '') properties.push({ name, value, line });
  }
  return properties;
}

/** Writes `name=value` lines that `parseProperties` reads back. */
export function printProperties(values: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [name, value] of values) text += `${printProperty(name, value)}\n`;
  return text;
}

/**
 * One setting as one line, whatever its value holds: what would end the line or be dropped is escaped.
 * RocketMQ: MixAll#properties2String, which escapes nothing.
 */
export function printProperty(name: string, value: string): string {
  const escaped = value.replace(/[\\\t\n\r\f]/g, (letter) => `\\${LETTERS.get(letter) ?? letter}`);
  return `${name}=${escaped.replace(/^\s|\s$/g, '\\$&')}`;
}

/** Whether the next line continues this one. */
export function endsInBackslash(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === '\\') count++;
  return count % 2 === 1;
}

function split(logical: string): { name: string; value: string } {
  let end = 0;
  while (end < logical.length && !/[=:\s]/.test(logical.charAt(end))) end += logical.charAt(end) === '\\' ? 2 : 1;
  const separator = /^\s*[=:]?\s*/.exec(logical.slice(end))?.[0] ?? '';
  const value = trimBlanks(logical.slice(end + separator.length));
  return { name: unescapeText(logical.slice(0, end)), value: unescapeText(value) };
}

/** Without the white space at the end, except one that is escaped. */
function trimBlanks(text: string): string {
  const trimmed = text.trimEnd();
  return endsInBackslash(trimmed) ? text.slice(0, trimmed.length + 1) : trimmed;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);
const LETTERS: ReadonlyMap<string, string> = new Map([...ESCAPES].map(([letter, meaning]) => [meaning, letter]));

function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.?))/g, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPES.get(letter ?? '') ?? letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
