import type { ConsumeVerdict } from '../interfaces/driver.js';
import { ConsumeResult, type Millis } from '../interfaces/vocabulary.js';
import { DELAY_LEVELS } from '../messages/delay.js';
import { outcomeOf } from '../rocketmq.exceptions.js';

/** A listener's own numbers that a verdict falls back on. */
export interface VerdictDefaults {
  readonly delayLevelWhenNextConsume: number;
  readonly suspendCurrentQueueTime: Millis;
}

/** All three words of ConsumeResult. */
const RESULTS: ReadonlySet<unknown> = new Set(Object.values(ConsumeResult));

/** Whether a handler returned a ConsumeResult rather than something of its own. */
export function isConsumeResult(returned: unknown): returned is ConsumeResult {
  return RESULTS.has(returned);
}

/**
 * The verdict on a message whose handler answered `result`.
 *
 * RETRY takes its delay from `setDelayLevelWhenNextConsume`, then from the listener's options. A delay level of -1
 * means dead letter, as in RocketMQ.
 */
export function verdictOf(
  result: ConsumeResult,
  defaults: VerdictDefaults,
  delayLevel: number | undefined = defaults.delayLevelWhenNextConsume,
): ConsumeVerdict {
  if (result !== ConsumeResult.RETRY) return { result };
  if (delayLevel < 0) return { result: ConsumeResult.DEAD_LETTER };
  return { result, delayLevel, suspendTime: defaults.suspendCurrentQueueTime };
}

/** The verdict that one of our three exceptions asks for; `undefined` for any other error. */
export function verdictOfError(error: unknown, defaults: VerdictDefaults): ConsumeVerdict | undefined {
  const outcome = outcomeOf(error);
  if (!outcome) return undefined;
  const level = outcome.delayLevel ?? (outcome.delay === undefined ? undefined : levelNotShorterThan(outcome.delay));
  const verdict = verdictOf(outcome.result, defaults, level);
  return outcome.delay === undefined || verdict.suspendTime === undefined
    ? verdict
    : { ...verdict, suspendTime: Math.min(30_000, Math.max(10, outcome.delay)) };
}

function levelNotShorterThan(delay: Millis): number {
  const index = DELAY_LEVELS.findIndex((level) => level >= delay);
  return index < 0 ? DELAY_LEVELS.length : index + 1;
}
