import type { RocketMQPushConsumerLifecycleListener } from '../interfaces/listener.js';
import type { MutablePushConsumerConfig } from '../interfaces/listener-options.js';
import type { Subscription } from '../interfaces/subscription.js';
import { checkOptions, refuseUnsupported } from '../options/checked-options.js';
import type { ListenerEndpoint } from './listener-endpoint.js';
import { tuningOf } from './listener-options.resolver.js';

/**
 * Lets a listener change its own settings right before its consumer starts.
 *
 * Throws  RocketMQOptionsError when it sets something that cannot be
 */
export async function prepareEndpoint(endpoint: ListenerEndpoint): Promise<void> {
  const listener = endpoint.owner as Partial<RocketMQPushConsumerLifecycleListener>;
  if (typeof listener.prepareStart !== 'function') return;
  const { options } = endpoint.parts;
  const added: Subscription[] = [];
  const config: MutablePushConsumerConfig = {
    ...options.tuning,
    subscribe: (topic, selectorExpression, selectorType) => {
      added.push({ topic, selectorExpression, ...(selectorType === undefined ? {} : { selectorType }) });
    },
  };
  await listener.prepareStart(config);
  for (const part of [config, ...added]) refuseUnsupported(part, endpoint.name);
  endpoint.tuning = tuningOf(checkOptions(config, endpoint.name));
  endpoint.subscriptions = [...options.subscriptions, ...added];
}
