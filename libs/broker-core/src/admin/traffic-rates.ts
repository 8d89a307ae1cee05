import type { Clock } from '../runtime/clock.js';
import { localTimeOf } from '../runtime/machine.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { Totals } from './broker-stats.js';

const SECONDS = 600;
const SPANS_SECONDS = [10, 60, 600] as const;

/** Totals as they stood at the last midnights: what `clusterList -m` shows. */
export interface MorningTotals {
  readonly putYesterdayMorning: number;
  readonly putTodayMorning: number;
  readonly getYesterdayMorning: number;
  readonly getTodayMorning: number;
}

/**
 * Rates over the last 10, 60 and 600 seconds, and totals at midnight.
 *
 * RocketMQ: StoreStatsService#getPutTps, BrokerStats#record
 */
export class TrafficRates {
  readonly #totals: Totals;
  readonly #clock: Clock;
  /** [ms, puts, gets] each second, as a ring. */
  readonly #ring = new Float64Array((SECONDS + 1) * 3);
  #samples = 0;
  #day: number;
  #mornings: MorningTotals = { putYesterdayMorning: 0, putTodayMorning: 0, getYesterdayMorning: 0, getTodayMorning: 0 };
  #cancel: Cancel = () => {};

  constructor(totals: Totals, clock: Clock) {
    this.#totals = totals;
    this.#clock = clock;
    this.#day = this.#today();
    this.#sample();
  }

  start(scheduler: Scheduler): void {
    this.#cancel = scheduler.every(1000, () => this.#sample());
  }

  stop(): void {
    this.#cancel();
  }

  get mornings(): MorningTotals {
    return this.#mornings;
  }

  /** `10 s, 60 s and 600 s` of messages stored a second, as tools split it: at spaces. */
  putTps(): string {
    return SPANS_SECONDS.map((seconds) => this.#rate(1, seconds)).join(' ');
  }

  /** The same of messages given to consumers. */
  getTps(): string {
    return SPANS_SECONDS.map((seconds) => this.#rate(2, seconds)).join(' ');
  }

  #rate(field: 1 | 2, seconds: number): number {
    const size = SECONDS + 1;
    const last = ((this.#samples - 1) % size) * 3;
    const back = Math.min(seconds, this.#samples - 1);
    const first = ((this.#samples - 1 - back) % size) * 3;
    const elapsedMs = (this.#ring[last] ?? 0) - (this.#ring[first] ?? 0);
    const amount = (this.#ring[last + field] ?? 0) - (this.#ring[first + field] ?? 0);
    return elapsedMs > 0 ? (amount * 1000) / elapsedMs : 0;
  }

  #sample(): void {
    const at = (this.#samples++ % (SECONDS + 1)) * 3;
    this.#ring[at] = this.#clock.monotonicMs();
    this.#ring[at + 1] = this.#totals.putNums;
    this.#ring[at + 2] = this.#totals.getNums;
    if (this.#today() !== this.#day) this.#newDay();
  }

  #newDay(): void {
    this.#day = this.#today();
    this.#mornings = {
      putYesterdayMorning: this.#mornings.putTodayMorning,
      putTodayMorning: this.#totals.putNums,
      getYesterdayMorning: this.#mornings.getTodayMorning,
      getTodayMorning: this.#totals.getNums,
    };
  }

  #today(): number {
    return localTimeOf(this.#clock.now()).day;
  }
}
