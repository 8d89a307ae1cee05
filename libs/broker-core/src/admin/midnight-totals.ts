import type { Clock } from '../runtime/clock.js';
import { localTimeOf } from '../runtime/machine.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { Totals } from './broker-stats.js';

/** Totals as they stood at the last midnights: what `clusterList -m` shows. */
export interface MorningTotals {
  readonly putYesterdayMorning: number;
  readonly putTodayMorning: number;
  readonly getYesterdayMorning: number;
  readonly getTodayMorning: number;
}

/** Remembers the totals of the last two midnights, local time. RocketMQ: BrokerStats#record */
export class MidnightTotals {
  readonly #totals: Totals;
  readonly #clock: Clock;
  #day: number;
  #mornings: MorningTotals = { putYesterdayMorning: 0, putTodayMorning: 0, getYesterdayMorning: 0, getTodayMorning: 0 };
  #cancel: Cancel = () => {};

  constructor(totals: Totals, clock: Clock) {
    this.#totals = totals;
    this.#clock = clock;
    this.#day = this.#today();
  }

  start(scheduler: Scheduler): void {
    this.#cancel = scheduler.every(1000, () => {
      if (this.#today() !== this.#day) this.#newDay();
    });
  }

  stop(): void {
    this.#cancel();
  }

  get mornings(): MorningTotals {
    return this.#mornings;
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
