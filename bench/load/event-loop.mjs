// How late our broker's event loop is. Loaded into it by `--import`, never part of it: SIGUSR2 begins to watch, the next
// one writes what was seen to $BENCH_EVENT_LOOP, as one JSON line, and begins anew.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** The histogram holds times between ticks of a timer, so what a tick lasts has to be taken off. */
const TICK_MS = 1;

if (isMainThread && process.env.BENCH_EVENT_LOOP) {
  const delays = monitorEventLoopDelay({ resolution: TICK_MS });
  const ms = (nanoseconds) => Number(Math.max(0, nanoseconds / 1e6 - TICK_MS).toFixed(2));
  process.on('SIGUSR2', () => {
    const seen = { p50: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), max: ms(delays.max) };
    writeFileSync(process.env.BENCH_EVENT_LOOP, `${JSON.stringify(seen)}\n`);
    delays.reset();
    delays.enable();
  });
}
