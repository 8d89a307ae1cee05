import type { SendOptions } from '../interfaces/send-options.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** RocketMQ's default `messageDelayLevel`: the delay of level n is at index n - 1, in milliseconds. */
export const DELAY_LEVELS: readonly number[] = [
  ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2].map((hours) => hours * HOUR),
];

/**
 * The delay level that send options ask for; `undefined` for none.
 *
 * Throws  RocketMQArgumentError when several are given, or one that is not a level (other delays: not supported yet)
 */
export function delayLevelOf(options: Pick<SendOptions, 'delayLevel' | 'delay' | 'deliverAt'>): number | undefined {
  const { delayLevel, delay, deliverAt } = options;
  if ([delayLevel, delay, deliverAt].filter((given) => given !== undefined).length > 1) {
    throw new RocketMQArgumentError(messages.severalDelays());
  }
  if (deliverAt !== undefined) throw new RocketMQArgumentError(messages.deliverAtNotSupported());
  if (delay !== undefined) return levelOfDelay(delay);
  if (delayLevel === undefined || delayLevel === 0) return undefined;
  if (!Number.isInteger(delayLevel) || delayLevel < 0 || delayLevel > DELAY_LEVELS.length) {
    throw new RocketMQArgumentError(messages.badDelayLevel(delayLevel));
  }
  return delayLevel;
}

function levelOfDelay(delay: number): number {
  const index = DELAY_LEVELS.indexOf(delay);
  if (index < 0) throw new RocketMQArgumentError(messages.delayNotSupported(delay));
  return index + 1;
}
