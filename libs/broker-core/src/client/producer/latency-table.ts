/** A broker's answer times below the class's bound cost nothing; above it, so many milliseconds without new messages. */
const CLASSES: readonly { readonly fromMs: number; readonly avoidMs: number }[] = [
  { fromMs: 15_000, avoidMs: 30_000 },
  { fromMs: 5_000, avoidMs: 10_000 },
  { fromMs: 3_000, avoidMs: 6_000 },
  { fromMs: 1_800, avoidMs: 5_000 },
  { fromMs: 550, avoidMs: 2_000 },
];

/** A broker that failed is taken for one that answered after so long. */
const FAILED_COUNTS_AS_MS = 10_000;

/**
 * Which brokers to leave alone for a while, judged by how long they took. RocketMQ: MQFaultStrategy and LatencyFaultTolerance.
 *
 * Units  milliseconds; `now` is the caller's clock
 */
export class LatencyTable {
  readonly #avoidUntil = new Map<string, number>();

  /** Notes one answer, or one failure. */
  note(brokerName: string, tookMs: number, failed: boolean, now: number): void {
    const avoidMs = avoidanceOf(failed ? Math.max(FAILED_COUNTS_AS_MS, tookMs) : tookMs);
    if (avoidMs > 0) this.#avoidUntil.set(brokerName, now + avoidMs);
    else if (this.#avoidUntil.size > 0) this.#avoidUntil.delete(brokerName);
  }

  isAvailable(brokerName: string, now: number): boolean {
    const until = this.#avoidUntil.get(brokerName);
    return until === undefined || now >= until;
  }
}

/** How long a broker that took `tookMs` is avoided. */
export function avoidanceOf(tookMs: number): number {
  return CLASSES.find(({ fromMs }) => tookMs >= fromMs)?.avoidMs ?? 0;
}
