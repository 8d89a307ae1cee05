import { anything, boolean, mapOf, number, objectOf, setOf, type ShapeValue, text } from './json-shape.js';

const simpleSubscriptionShape = objectOf({
  topic: text,
  expressionType: text.or('TAG'),
  expression: text.optional,
  version: number,
});

/** Reads a SubscriptionGroupConfig out of a body or a file. */
export const subscriptionGroupConfigShape = objectOf({
  groupName: text,
  consumeEnable: boolean.or(true),
  consumeFromMinEnable: boolean.or(true),
  consumeBroadcastEnable: boolean.or(true),
  consumeMessageOrderly: boolean,
  retryQueueNums: number.or(1),
  retryMaxTimes: number.or(16),
  /** `{type: 'CUSTOMIZED' | 'EXPONENTIAL', …}`; how long a POP consumer's retries wait. Kept as it came. */
  groupRetryPolicy: anything,
  brokerId: number,
  whichBrokerWhenConsumeSlowly: number.or(1),
  notifyConsumerIdsChangedEnable: boolean.or(true),
  groupSysFlag: number,
  consumeTimeoutMinute: number.or(15),
  subscriptionDataSet: setOf(simpleSubscriptionShape).optional,
  attributes: mapOf(text),
});

/**
 * What a broker knows of a consumer group before any consumer comes.
 *
 * Source  RocketMQ SubscriptionGroupConfig
 */
export type SubscriptionGroupConfig = ShapeValue<typeof subscriptionGroupConfigShape>;

/** A group as RocketMQ makes it when nothing else is said. */
export function newSubscriptionGroupConfig(
  groupName: string,
  given: Partial<Omit<SubscriptionGroupConfig, 'groupName'>> = {},
): SubscriptionGroupConfig {
  return { ...subscriptionGroupConfigShape.absent(), groupRetryPolicy: { type: 'CUSTOMIZED' }, ...given, groupName };
}
