/** How a counter moved within a span. RocketMQ: StatsSnapshot */
export interface StatsSnapshot {
  /** What was added. */
  readonly sum: number;
  /** The same per second. */
  readonly tps: number;
  /** The same per time it was added to. */
  readonly avgpt: number;
}

/** Samples kept of one span, and how far apart they are. */
export interface SpanKind {
  readonly name: 'minute' | 'hour' | 'day';
  readonly samples: number;
  readonly everyMs: number;
}

/**
 * Seven samples ten seconds apart make a minute, and so on.
 *
 * Source  RocketMQ StatsItem#samplingInSeconds, #samplingInMinutes, #samplingInHour
 */
export const SPANS: readonly SpanKind[] = [
  { name: 'minute', samples: 7, everyMs: 10_000 },
  { name: 'hour', samples: 7, everyMs: 600_000 },
  { name: 'day', samples: 25, everyMs: 3_600_000 },
];

const NOTHING: StatsSnapshot = { sum: 0, tps: 0, avgpt: 0 };

/** Values of one counter at the sample times of one span: a ring of [time, value, times] triples. */
class Samples {
  readonly #ring: Float64Array;
  readonly #size: number;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#ring = new Float64Array(size * 3);
  }

  take(now: number, value: number, times: number): void {
    const at = (this.#count++ % this.#size) * 3;
    this.#ring[at] = now;
    this.#ring[at + 1] = value;
    this.#ring[at + 2] = times;
  }

  snapshot(): StatsSnapshot {
    if (this.#count < 2) return NOTHING;
    const last = ((this.#count - 1) % this.#size) * 3;
    const first = this.#count <= this.#size ? 0 : (this.#count % this.#size) * 3;
    const of = (field: number) => (this.#ring[last + field] ?? 0) - (this.#ring[first + field] ?? 0);
    const [elapsedMs, sum, times] = [of(0), of(1), of(2)];
    return { sum, tps: elapsedMs > 0 ? (sum * 1000) / elapsedMs : 0, avgpt: times > 0 ? sum / times : 0 };
  }
}

/** Counts something, and remembers how it stood over the last minute, hour and day. RocketMQ: StatsItem */
export class StatsCounter {
  value = 0;
  times = 0;
  readonly #spans = new Map<SpanKind['name'], Samples>();

  /** For hot paths: two additions. */
  add(amount: number): void {
    this.value += amount;
    this.times++;
  }

  /** Notes how it stands at the end of a step of `span`. The first one counts as a whole step that began with nothing. */
  sample({ name, samples, everyMs }: SpanKind, now: number): void {
    let kept = this.#spans.get(name);
    if (!kept) {
      kept = new Samples(samples);
      kept.take(now - everyMs, 0, 0);
      this.#spans.set(name, kept);
    }
    kept.take(now, this.value, this.times);
  }

  snapshot(span: SpanKind['name']): StatsSnapshot {
    return this.#spans.get(span)?.snapshot() ?? NOTHING;
  }
}
