/**
 * What {@link stringifyJson} writes. A plain object is a Java bean: its keys come out sorted, absent ones not at all. A
 * Map is a Java map: in its own order, with keys as fastjson writes them, numbers bare and objects as objects.
 */
export type JsonWritable =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly JsonWritable[]
  | ReadonlySet<JsonWritable>
  | ReadonlyMap<string | number | object, unknown>
  | object;

/** How {@link stringifyJson} writes. */
export interface JsonStyle {
  /** Quotes number keys and writes every character beyond ASCII as \uXXXX, for peers with an ordinary parser. */
  readonly standard?: boolean;
  /** Tabs and lines as in the files under config/. */
  readonly pretty?: boolean;
}

/**
 * Writes JSON as fastjson does, so that Java peers and Apache's own files read alike: `{0:12}` for a map keyed by
 * numbers, `{{"brokerName":"b","queueId":0,"topic":"t"}:5}` for one keyed by objects.
 *
 * Source  fastjson 1.2 as RemotingSerializable uses it; docs/formats/json-dialect.md
 */
export function stringifyJson(value: JsonWritable, style: JsonStyle = {}): string {
  const text = write(value, style, style.pretty === true ? '\n' : '');
  return style.standard === true ? text.replace(/[\x7f-\uffff]/g, escaped) : text;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function write(value: unknown, style: JsonStyle, line: string): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  const inner = line === '' ? '' : `${line}\t`;
  if (Array.isArray(value) || value instanceof Set) {
    const items = Array.from(value as Iterable<unknown>, (item) => write(item, style, inner));
    return enclose('[', items, ']', line, inner);
  }
  const entries = value instanceof Map ? mapEntries(value, style, inner) : beanEntries(value, style, inner);
  return enclose('{', entries, '}', line, inner);
}

function enclose(open: string, items: readonly string[], close: string, line: string, inner: string): string {
  return items.length === 0 ? `${open}${close}` : `${open}${inner}${items.join(`,${inner}`)}${line}${close}`;
}

function mapEntries(map: ReadonlyMap<unknown, unknown>, style: JsonStyle, inner: string): string[] {
  const entries: string[] = [];
  for (const [key, value] of map) {
    if (value === undefined || value === null) continue;
    const name = typeof key === 'object' ? write(key, { ...style, pretty: false }, '') : keyText(key, style);
    entries.push(`${name}:${write(value, style, inner)}`);
  }
  return entries;
}

function keyText(key: unknown, style: JsonStyle): string {
  return typeof key === 'number' && style.standard !== true ? String(key) : JSON.stringify(String(key));
}

function beanEntries(bean: object, style: JsonStyle, inner: string): string[] {
  const fields = bean as { [name: string]: unknown };
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined && fields[name] !== null);
  return names.sort().map((name) => `${JSON.stringify(name)}:${write(fields[name], style, inner)}`);
}
