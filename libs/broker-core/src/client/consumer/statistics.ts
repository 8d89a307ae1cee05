import type { Clock } from '../../runtime/clock.js';

/** Rates are means over this time. */
const WINDOW_MS = 60_000;
const SLICE_MS = 10_000;

interface Slice {
  readonly startedAtMs: number;
  pulls: number;
  pullMs: number;
  pulled: number;
  ok: number;
  failed: number;
  consumeMs: number;
  consumes: number;
}

/** How a topic fares in this consumer: milliseconds and messages a second over the last minute. RocketMQ: ConsumeStatus. */
export interface TopicStatus {
  readonly pullRT: number;
  readonly pullTPS: number;
  readonly consumeRT: number;
  readonly consumeOKTPS: number;
  readonly consumeFailedTPS: number;
  /** Since the start. */
  readonly consumeFailedMsgs: number;
}

/** Counts what a consumer does, by topic, for operators. RocketMQ: ConsumerStatsManager. */
export class Statistics {
  readonly #slices = new Map<string, Slice[]>();
  readonly #failedEver = new Map<string, number>();

  /** When the counting began, which is when the consumer did. */
  readonly startedAt: number;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.now();
  }

  pulled(topic: string, messages: number, tookMs: number): void {
    const slice = this.#slice(topic);
    slice.pulls++;
    slice.pullMs += tookMs;
    slice.pulled += messages;
  }

  consumed(topic: string, messages: number, isGood: boolean, tookMs: number): void {
    const slice = this.#slice(topic);
    slice.consumes++;
    slice.consumeMs += tookMs;
    if (isGood) slice.ok += messages;
    else {
      slice.failed += messages;
      this.#failedEver.set(topic, (this.#failedEver.get(topic) ?? 0) + messages);
    }
  }

  of(topic: string): TopicStatus {
    const recent = this.#recent(topic);
    const sum = (pick: (slice: Slice) => number) => recent.reduce((total, slice) => total + pick(slice), 0);
    const oldest = recent[0]?.startedAtMs ?? this.clock.monotonicMs();
    const seconds = Math.max(1, (this.clock.monotonicMs() - oldest) / 1000);
    const mean = (total: number, count: number) => (count === 0 ? 0 : total / count);
    return {
      pullRT: mean(
        sum(({ pullMs }) => pullMs),
        sum(({ pulls }) => pulls),
      ),
      pullTPS: sum(({ pulled }) => pulled) / seconds,
      consumeRT: mean(
        sum(({ consumeMs }) => consumeMs),
        sum(({ consumes }) => consumes),
      ),
      consumeOKTPS: sum(({ ok }) => ok) / seconds,
      consumeFailedTPS: sum(({ failed }) => failed) / seconds,
      consumeFailedMsgs: this.#failedEver.get(topic) ?? 0,
    };
  }

  #recent(topic: string): readonly Slice[] {
    const from = this.clock.monotonicMs() - WINDOW_MS;
    return (this.#slices.get(topic) ?? []).filter(({ startedAtMs }) => startedAtMs >= from);
  }

  #slice(topic: string): Slice {
    const now = this.clock.monotonicMs();
    const slices = this.#slices.get(topic);
    const newest = slices?.at(-1);
    if (newest && now - newest.startedAtMs < SLICE_MS) return newest;
    const slice: Slice = {
      startedAtMs: now,
      pulls: 0,
      pullMs: 0,
      pulled: 0,
      ok: 0,
      failed: 0,
      consumeMs: 0,
      consumes: 0,
    };
    this.#slices.set(topic, [...(slices ?? []).filter(({ startedAtMs }) => startedAtMs >= now - WINDOW_MS), slice]);
    return slice;
  }
}
