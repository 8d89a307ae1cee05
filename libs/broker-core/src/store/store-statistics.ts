import type { Clock } from '../runtime/clock.js';
import { PutTimes } from './put-times.js';

/** Seconds that the three figures of a rate look back. RocketMQ prints them separated by spaces. */
const WINDOWS_S = [10, 60, 600] as const;
const SAMPLES = 601;
/** Samples after which percentiles forget. */
const TURN_SAMPLES = 60;

/** Upper ends of the classes of put times, in ms. RocketMQ: StoreStatsService#initPutMessageDistributeTime */
const PUT_TIME_CLASSES: readonly (readonly [label: string, belowMs: number])[] = [
  ['<=0ms', 1],
  ['0~10ms', 10],
  ['10~50ms', 50],
  ['50~100ms', 100],
  ['100~200ms', 200],
  ['200~500ms', 500],
  ['500ms~1s', 1000],
  ['1~2s', 2000],
  ['2~3s', 3000],
  ['3~4s', 4000],
  ['4~5s', 5000],
  ['5~10s', 10_000],
  ['10s~', Number.POSITIVE_INFINITY],
];

/** Counters of the store and their rates. RocketMQ: StoreStatsService */
export class StoreStatistics {
  putTimes = 0;
  putFailedTimes = 0;
  putBytes = 0;
  putTimeMaxMs = 0;
  getFoundTimes = 0;
  getMissTimes = 0;
  getTransferred = 0;
  getTimeMaxMs = 0;
  readonly #putTimes = new PutTimes();
  #samplesOfTurn = 0;
  readonly #putTimesByClass = PUT_TIME_CLASSES.map(() => 0);
  readonly #startedAt: number;
  /** One row a second: put, found, miss, transferred; the newest ten minutes. */
  readonly #samples: (readonly [number, number, number, number])[] = [];

  constructor(private readonly clock: Clock) {
    this.#startedAt = clock.now();
  }

  /** Counts a message that was stored. */
  addPut(bytes: number, tookMs: number): void {
    this.putTimes++;
    this.putBytes += bytes;
    if (tookMs > this.putTimeMaxMs) this.putTimeMaxMs = tookMs;
    let index = 0;
    while (tookMs >= PUT_TIME_CLASSES[index]![1]) index++;
    this.#putTimesByClass[index]!++;
    this.#putTimes.add(tookMs);
  }

  addGet(messages: number, tookMs: number): void {
    if (tookMs > this.getTimeMaxMs) this.getTimeMaxMs = tookMs;
    if (messages > 0) this.getFoundTimes++;
    else this.getMissTimes++;
    this.getTransferred += messages;
  }

  /** Takes the sample of this second. */
  sample(): void {
    this.#samples.push([this.putTimes, this.getFoundTimes, this.getMissTimes, this.getTransferred]);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    if (++this.#samplesOfTurn < TURN_SAMPLES) return;
    this.#samplesOfTurn = 0;
    this.#putTimes.turn();
  }

  /** The keys that mqadmin and the dashboard read. RocketMQ: StoreStatsService#getRuntimeInfo */
  runtimeInfo(): Map<string, string> {
    const classes = PUT_TIME_CLASSES.map(([label], index) => `[${label}]:${this.#putTimesByClass[index]} `);
    return new Map([
      ['bootTimestamp', String(this.#startedAt)],
      ['runtime', durationText(this.clock.now() - this.#startedAt)],
      ['putMessageEntireTimeMax', String(Math.round(this.putTimeMaxMs))],
      ['putMessageTimesTotal', String(Math.max(1, this.putTimes))],
      ['putMessageFailedTimes', String(this.putFailedTimes)],
      ['putMessageSizeTotal', String(this.putBytes)],
      ['putMessageDistributeTime', classes.join('')],
      ['putMessageAverageSize', String(this.putBytes / Math.max(1, this.putTimes))],
      ['dispatchMaxBuffer', '0'],
      ['getMessageEntireTimeMax', String(Math.round(this.getTimeMaxMs))],
      ['putTps', this.#rates(([put]) => put)],
      ['getFoundTps', this.#rates(([, found]) => found)],
      ['getMissTps', this.#rates(([, , miss]) => miss)],
      ['getTotalTps', this.#rates(([, found, miss]) => found + miss)],
      ['getTransferredTps', this.#rates(([, , , transferred]) => transferred)],
      ['putLatency99', this.#putTimes.percentile(0.99).toFixed(2)],
      ['putLatency999', this.#putTimes.percentile(0.999).toFixed(2)],
    ]);
  }

  #rates(pick: (sample: readonly [number, number, number, number]) => number): string {
    return WINDOWS_S.map((seconds) => {
      const last = this.#samples.at(-1);
      // Until the window is full, what there is of it: tools split on spaces and want three numbers.
      const first = this.#samples.at(-Math.min(seconds + 1, this.#samples.length));
      const took = Math.min(seconds, this.#samples.length - 1);
      return last && first && took > 0 ? String((pick(last) - pick(first)) / took) : '0.0';
    }).join(' ');
  }
}

/** `[ 0 days, 1 hours, 2 minutes, 3 seconds ]`. RocketMQ: StoreStatsService#getFormatRuntime */
function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  return `[ ${days} days, ${hours} hours, ${Math.floor(seconds / 60) % 60} minutes, ${seconds % 60} seconds ]`;
}
