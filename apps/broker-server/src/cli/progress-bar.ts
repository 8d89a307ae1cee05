import { sizeText } from './text-table.js';

const WIDTH = 30;
/** Redrawing more often than the eye sees costs time. */
const REDRAW_MS = 100;

/** A bar that fills while something long is read; on a stream that is no terminal it stays silent. */
export class ProgressBar {
  #drawnAt = 0;
  readonly #startedAt = Date.now();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  readonly show = (done: number, total: number): void => {
    const now = Date.now();
    const isDone = done >= total;
    if (!this.stream.isTTY || (!isDone && now - this.#drawnAt < REDRAW_MS)) return;
    this.#drawnAt = now;
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(share * WIDTH);
    const perSecond = (done * 1000) / Math.max(1, now - this.#startedAt);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    this.stream.write(
      `\r${bar} ${Math.round(share * 100)} %  ${sizeText(done)} of ${sizeText(total)}  ${sizeText(perSecond)}/s   `,
    );
  };

  /** Takes the bar away. */
  clear(): void {
    if (this.stream.isTTY) this.stream.write(`\r${' '.repeat(100)}\r`);
  }
}
