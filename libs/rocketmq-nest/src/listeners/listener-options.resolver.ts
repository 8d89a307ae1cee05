import type { ListenerTuning, RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';
import type { PlaceholderResolver } from '../interfaces/message-options.js';
import type { ConsumerDefaults } from '../interfaces/module-options.js';
import type { Subscription } from '../interfaces/subscription.js';
import { validateGroup, validateTopic } from 'rocketmq-broker-core/client';
import { checkOptions, refuseUnsupported } from '../options/checked-options.js';
import { resolvePlaceholders } from '../options/placeholders.js';
import { RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** The names of ListenerTuning, to tell tuning from the rest of the options. */
const TUNING_NAMES: ReadonlySet<string> = new Set<keyof ListenerTuning>([
  'consumeMode',
  'messageModel',
  'concurrency',
  'maxReconsumeTimes',
  'consumeTimeout',
  'replyTimeout',
  'delayLevelWhenNextConsume',
  'suspendCurrentQueueTime',
  'awaitTerminationOnShutdown',
  'pullInterval',
  'pullBatchSize',
  'consumeMessageBatchMaxSize',
  'consumeFromWhere',
  'consumeTimestamp',
  'maxCachedMessageCount',
  'maxCachedMessageSizeInBytes',
]);

/** A listener's options with every placeholder replaced and every value checked. */
export interface ResolvedListenerOptions {
  readonly consumerGroup: string;
  readonly subscriptions: readonly Subscription[];
  readonly isEnabled: boolean;
  /** What the listener itself says. */
  readonly tuning: Partial<ListenerTuning>;
  /** Everything else, as given. */
  readonly source: RocketMQMessageListenerOptions;
}

/** The tuning part of any options. */
export function tuningOf(options: object): Partial<ListenerTuning> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => TUNING_NAMES.has(name) && value !== undefined),
  ) as Partial<ListenerTuning>;
}

/**
 * Resolves the options of the listener called `name`.
 *
 * Throws  RocketMQOptionsError naming listener, option and value
 */
export function resolveListenerOptions(
  name: string,
  options: RocketMQMessageListenerOptions,
  lookup: PlaceholderResolver,
  defaults: ConsumerDefaults = {},
): ResolvedListenerOptions {
  const source = checkOptions(resolvePlaceholders(options, lookup, name), name);
  refuseUnsupported(source, name);
  const subscriptions = subscriptionsOf(name, source);
  if (!source.consumerGroup) throw new RocketMQOptionsError(messages.noGroup(name));
  const consumerGroup = `${defaults.groupPrefix ?? ''}${source.consumerGroup}`;
  const problem = validateGroup(consumerGroup);
  if (problem !== undefined)
    throw new RocketMQOptionsError(messages.badOption('consumerGroup', name, consumerGroup, problem));
  const isSwitchedOff = subscriptions.every(
    ({ topic }) => defaults.listeners?.[source.consumerGroup]?.[topic] === false,
  );
  const isEnabled = source.enabled !== false && defaults.enabled !== false && !isSwitchedOff;
  return { consumerGroup, subscriptions, isEnabled, tuning: tuningOf(source), source };
}

function subscriptionsOf(name: string, options: RocketMQMessageListenerOptions): readonly Subscription[] {
  const { topic, selectorExpression, subscriptions = [] } = options;
  const own = topic ? [{ topic, ...(selectorExpression === undefined ? {} : { selectorExpression }) }] : [];
  const all = [...own, ...subscriptions];
  if (all.length === 0) throw new RocketMQOptionsError(messages.noTopic(name));
  for (const subscription of all) {
    refuseUnsupported(subscription, name);
    const problem = validateTopic(subscription.topic);
    if (problem !== undefined)
      throw new RocketMQOptionsError(messages.badOption('topic', name, subscription.topic, problem));
  }
  return all;
}
