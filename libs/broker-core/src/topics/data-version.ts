import type { Clock } from '../runtime/clock.js';
import type { DataVersion } from '../protocol/bodies/data-version.js';

/**
 * The version after `version`: who compares two of them knows which table is newer.
 *
 * Source  RocketMQ DataVersion#nextVersion
 */
export function nextDataVersion(version: DataVersion, clock: Clock): DataVersion {
  return { stateVersion: version.stateVersion, timestamp: clock.now(), counter: version.counter + 1 };
}

/** The version of a table that was never changed. */
export function firstDataVersion(clock: Clock): DataVersion {
  return { stateVersion: 0, timestamp: clock.now(), counter: 0 };
}
