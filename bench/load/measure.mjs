// Figures: latency percentiles, and what a process used, from the operating system's own books.
import { readFileSync } from 'node:fs';

/** Latencies in ms; sorted once, when asked. */
export class Latencies {
  #values = [];

  add(ms) {
    this.#values.push(ms);
  }

  get count() {
    return this.#values.length;
  }

  percentiles() {
    const sorted = Float64Array.from(this.#values).sort();
    const at = (share) =>
      sorted.length === 0
        ? null
        : Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(3));
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}

/** Seconds of CPU that a process has used so far. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Anonymous memory in MiB: what the process itself holds, without mapped files. */
export function anonymousMiB(pid) {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const LOOK_EVERY_MS = 250;

/** The most anonymous memory that a process held, looked at four times a second. */
export class MemoryPeak {
  #most;
  #timer;

  constructor(pid) {
    const look = () => {
      this.#most = Math.max(this.#most ?? 0, anonymousMiB(pid));
    };
    look();
    this.#timer = setInterval(look, LOOK_EVERY_MS);
  }

  /** Ends looking; answers the peak in MiB. */
  stop() {
    clearInterval(this.#timer);
    return this.#most;
  }
}
