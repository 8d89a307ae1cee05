// What can be seen only from inside our broker. Loaded into it by `--import`, never part of it.
//   $BENCH_EVENT_LOOP   SIGUSR2 begins to watch how late the event loop is; the next one writes what was seen to this file,
//                       as one JSON line, and begins anew
//   $BENCH_PROFILE      a directory: the whole run is profiled, and the profile is written there at the end
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** The histogram holds times between ticks of a timer, so what a tick lasts has to be taken off. */
const TICK_MS = 1;

function watchEventLoop(file) {
  const delays = monitorEventLoopDelay({ resolution: TICK_MS });
  const ms = (nanoseconds) => Number(Math.max(0, nanoseconds / 1e6 - TICK_MS).toFixed(2));
  process.on('SIGUSR2', () => {
    const seen = { p50: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), max: ms(delays.max) };
    writeFileSync(file, `${JSON.stringify(seen)}\n`);
    delays.reset();
    delays.enable();
  });
}

function profile(directory) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  process.once('exit', () => {
    session.post('Profiler.stop', (error, result) => {
      if (error) throw error;
      writeFileSync(`${directory}/broker.cpuprofile`, JSON.stringify(result.profile));
    });
  });
}

if (isMainThread) {
  if (process.env.BENCH_EVENT_LOOP) watchEventLoop(process.env.BENCH_EVENT_LOOP);
  if (process.env.BENCH_PROFILE) profile(process.env.BENCH_PROFILE);
}
