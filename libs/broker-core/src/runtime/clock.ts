/** Tells the time. Code outside runtime/ and remoting/ never calls `Date.now()`: tests hold this in their hands. */
export interface Clock {
  /** Milliseconds since the epoch, as stored in messages. May jump when the system clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonicMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
