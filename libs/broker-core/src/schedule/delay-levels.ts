const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Due this long after it was stored, when a record names a level that the table no longer has. */
const UNKNOWN_LEVEL_MS = 1000;

/**
 * How long each delay level waits.
 *
 * Source  RocketMQ ScheduleMessageService#parseDelayLevel, #computeDeliverTimestamp
 */
export interface DelayLevels {
  /** The highest level; levels count from 1. */
  readonly max: number;
  /** Milliseconds of a level; undefined when there is no such level. */
  delayMs(level: number): number | undefined;
  /** When a message of `level` is due that was stored at `storeTimestamp`, both in ms since 1970. */
  deliverTimestamp(level: number, storeTimestamp: number): number;
}

/** Reads `1s 5s 10s …`: the n-th word is level n. The text was checked with the configuration. */
export function parseDelayLevels(text: string): DelayLevels {
  const delays = text
    .trim()
    .split(/\s+/)
    .map((word) => Number(word.slice(0, -1)) * (UNIT_MS.get(word.slice(-1)) ?? Number.NaN));
  return {
    max: delays.length,
    delayMs: (level) => delays[level - 1],
    deliverTimestamp: (level, storeTimestamp) => storeTimestamp + (delays[level - 1] ?? UNKNOWN_LEVEL_MS),
  };
}

/** The queue of SCHEDULE_TOPIC_XXXX in which a level waits. */
export const queueIdOfLevel = (level: number): number => level - 1;
