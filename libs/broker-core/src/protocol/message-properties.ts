const NAME_END = '\u0001';
const PROPERTY_END = '\u0002';

/**
 * The properties of a message as one string.
 *
 * Shape   name U+0001 value U+0002, for each property; properties without a value are left out
 * Source  RocketMQ MessageDecoder#messageProperties2String; docs/formats/properties.md
 */
export function encodeProperties(properties: ReadonlyMap<string, string | undefined>): string {
  let text = '';
  for (const [name, value] of properties) {
    if (value !== undefined && value !== '') text += name + NAME_END + value + PROPERTY_END;
  }
  return text;
}

/** Reads a properties string; segments without a name or a value are passed over, as RocketMQ does. */
export function decodeProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf(PROPERTY_END, start);
    if (end < 0) end = text.length;
    const nameEnd = text.indexOf(NAME_END, start);
    if (nameEnd > start && nameEnd + 1 < end) properties.set(text.slice(start, nameEnd), text.slice(nameEnd + 1, end));
    start = end + 1;
  }
  return properties;
}

/** The value of one property, found by looking through the string. Cheaper than a Map when one or two are wanted. */
export function getPropertyFrom(text: string, name: string): string | undefined {
  let at = text.indexOf(name);
  while (at >= 0) {
    const nameEnd = at + name.length;
    if (text[nameEnd] === NAME_END && (at === 0 || text[at - 1] === PROPERTY_END)) {
      const end = text.indexOf(PROPERTY_END, nameEnd);
      const value = text.slice(nameEnd + 1, end < 0 ? text.length : end);
      return value === '' ? undefined : value;
    }
    at = text.indexOf(name, at + 1);
  }
  return undefined;
}

/** The string with one more property at its end; the caller knows that it is not there yet. */
export function appendProperty(text: string, name: string, value: string): string {
  const separator = text === '' || text.endsWith(PROPERTY_END) ? '' : PROPERTY_END;
  return `${text}${separator}${name}${NAME_END}${value}${PROPERTY_END}`;
}

/** The string without one property. RocketMQ: MessageUtils#deleteProperty. */
export function withoutProperty(text: string, name: string): string {
  if (getPropertyFrom(text, name) === undefined && !text.includes(name)) return text;
  const properties = decodeProperties(text);
  return properties.delete(name) ? encodeProperties(properties) : text;
}
