/** Classes of equal width, up to their ends: 0.5 ms steps to 10 ms, then coarser. In ms. */
const STEPS: readonly (readonly [widthMs: number, untilMs: number])[] = [
  [0.5, 10],
  [10, 100],
  [50, 1000],
  [500, 10_000],
];
const ENDS: readonly number[] = classEnds();

/**
 * How long puts take, as percentiles of the last two turns (a turn is what lies between two `turn()` calls).
 *
 * Source  RocketMQ StoreStatsService#findPutMessageEntireTimePX, which interpolates within a class likewise
 */
export class PutTimes {
  #current = new Uint32Array(ENDS.length + 1);
  #last = new Uint32Array(ENDS.length + 1);

  add(tookMs: number): void {
    this.#current[classOf(tookMs)]!++;
  }

  /** Forgets what is older than one turn. */
  turn(): void {
    const oldest = this.#last;
    this.#last = this.#current;
    this.#current = oldest.fill(0);
  }

  /** The time, in ms, that `share` (0..1) of the puts stayed under; 0 without puts. */
  percentile(share: number): number {
    const counts = this.#last.map((count, index) => count + this.#current[index]!);
    const wanted = counts.reduce((sum, count) => sum + count, 0) * share;
    let passed = 0;
    for (let index = 0; index < counts.length; index++) {
      const count = counts[index]!;
      if (count > 0 && passed + count >= wanted) {
        const begin = index === 0 ? 0 : ENDS[index - 1]!;
        const end = ENDS[index] ?? begin;
        return begin + ((end - begin) * (wanted - passed)) / count;
      }
      passed += count;
    }
    return 0;
  }
}

function classEnds(): number[] {
  const ends: number[] = [];
  for (const [width, until] of STEPS)
    for (let end = (ends.at(-1) ?? 0) + width; end <= until; end += width) ends.push(end);
  return ends;
}

/** Most puts fall into the first classes, so the search begins there. */
function classOf(tookMs: number): number {
  let index = 0;
  while (index < ENDS.length && tookMs >= ENDS[index]!) index++;
  return index;
}
