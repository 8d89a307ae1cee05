/** Digits that cannot leave the safe range, and so need no check. */
const SAFE_DIGITS = 15;
const DECIMAL = /^[+-]?\d{1,19}$/;

/** A decimal integer, cut to ±(2^53 - 1); undefined if the text is none. Hot: most texts are short runs of digits. */
export function parseInt64(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > SAFE_DIGITS) return parseLong(text);
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return parseLong(text);
    value = value * 10 + digit;
  }
  return value;
}

function parseLong(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return value < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

/** A decimal integer of 32 bits; undefined if the text is none. */
export function parseInt32(text: string): number | undefined {
  const value = parseInt64(text);
  return value === undefined || (value | 0) !== value ? undefined : value;
}

/** Java's Boolean.parseBoolean. */
export function isTrue(text: string): boolean {
  return text === 'true' || text.toLowerCase() === 'true';
}

/** A decimal fraction; undefined if the text is none. */
export function parseDouble(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
