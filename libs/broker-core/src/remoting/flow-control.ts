import type { RemotingLimits } from './limits.js';

/** What a connection holds at a moment. */
export interface Load {
  /** Requests of the peer that are not answered yet. */
  readonly inFlight: number;
  /** Bytes of their bodies. */
  readonly inFlightBytes: number;
  /** Bytes of ours that the peer has not taken. */
  readonly unsentBytes: number;
}

/**
 * Whether a connection's next frame may be served.
 *
 * `open`  frames are served as they come
 * `shut`  the socket is not read until the load is down to half of every limit; the peer's writes then wait in TCP
 */
export type ReadGate = { readonly kind: 'open' } | { readonly kind: 'shut' };

const OPEN: ReadGate = { kind: 'open' };
const SHUT: ReadGate = { kind: 'shut' };

/** The gate of a new connection. */
export const openGate: ReadGate = OPEN;

/** The gate after a look at the load: shuts at a limit, opens again at half of it, so it does not flutter. */
export function nextGate(gate: ReadGate, load: Load, limits: RemotingLimits): ReadGate {
  const share = gate.kind === 'open' ? 1 : 0.5;
  const isTooMuch =
    load.inFlight >= limits.maxInFlightPerConnection * share ||
    load.inFlightBytes >= limits.maxInFlightBytesPerConnection * share ||
    load.unsentBytes >= limits.pauseUnsentBytes * share;
  return isTooMuch ? SHUT : OPEN;
}

/** Since when a connection has been in a state that must not last (monotonic ms); undefined when it is not in it. */
export interface Vitals {
  /** The last byte in either direction. */
  readonly lastActivityMs: number;
  /** When the oldest incomplete frame was begun. */
  readonly partialSinceMs: number | undefined;
  /** When bytes began to wait for the peer without it taking any. */
  readonly unreadSinceMs: number | undefined;
  readonly unsentBytes: number;
}

/** Why a connection has to be closed now, as a sentence for the log; undefined when it may stay. */
export function reasonToClose(vitals: Vitals, limits: RemotingLimits, nowMs: number): string | undefined {
  if (vitals.unsentBytes > limits.maxUnsentBytes) return 'it reads too slowly: too many bytes wait for it';
  if (isOver(vitals.unreadSinceMs, limits.unreadTimeoutMs, nowMs)) return 'it took none of the bytes that wait for it';
  if (isOver(vitals.partialSinceMs, limits.partialFrameTimeoutMs, nowMs))
    return 'it began a frame and did not finish it';
  if (isOver(vitals.lastActivityMs, limits.idleTimeoutMs, nowMs)) return 'it was idle';
  return undefined;
}

function isOver(sinceMs: number | undefined, allowedMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs >= allowedMs;
}
