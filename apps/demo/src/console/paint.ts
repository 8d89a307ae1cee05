/** Colours for a terminal; without one, or with NO_COLOR, texts stay as they are. */
export type Paint = (text: string) => string;

/** What the demo paints with. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly sent: Paint;
  readonly received: Paint;
  readonly replied: Paint;
  readonly failed: Paint;
}

/** See https://no-color.org: any value but the empty one turns colours off. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

export function createPalette(isColourful: boolean): Palette {
  const style =
    (open: number, close: number): Paint =>
    (text) =>
      isColourful ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    sent: style(36, 39),
    received: style(32, 39),
    replied: style(35, 39),
    failed: style(31, 39),
  };
}
