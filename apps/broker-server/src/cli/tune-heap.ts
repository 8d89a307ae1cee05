import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from making short-lived objects where the long-lived ones are.
 *
 * V8 watches which literals of the code make objects that survive a scavenge. In the first moments of a busy broker
 * those of the hot path do, so they are allocated in old space from then on; there they die at once and hold on to
 * whatever they pointed to. Measured with 64 sends in flight: a megabyte survived every scavenge instead of 50 KB, which
 * then took 4 to 6 ms instead of 1, and major collections came up to three times a second.
 */
export function tuneHeap(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
