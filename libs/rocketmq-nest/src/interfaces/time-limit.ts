/** Has a signal, of one call alone, that is aborted when its time is up. Drivers may make it only when somebody reads it. */
export interface TimeLimit {
  readonly signal: AbortSignal;
}
