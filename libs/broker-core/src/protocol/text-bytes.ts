/** Up to this length a loop of our own beats the native call. */
const SHORT_TEXT = 24;

/** Writes a text in UTF-8 and returns where it ends; the target has room for three bytes a character. Hot. */
export function writeText(text: string, target: Buffer, position: number): number {
  const { length } = text;
  if (length > SHORT_TEXT) return position + target.write(text, position, 'utf8');
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return position + target.write(text, position, 'utf8');
    target[position + index] = unit;
  }
  return position + length;
}
