import type { SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import { buildSubscriptionData } from '../../protocol/tag-filter.js';
import { validateTopic } from '../../protocol/topic-names.js';
import type { Clock } from '../../runtime/clock.js';
import { ClientError } from '../errors.js';

/** Kinds of expressions a broker can filter by. */
export type ExpressionType = 'TAG' | 'SQL92';

/** What a consumer subscribes to, by topic. RocketMQ: RebalanceImpl's subscriptionInner. */
export class Subscriptions {
  readonly #byTopic = new Map<string, SubscriptionData>();

  constructor(private readonly clock: Clock) {}

  get all(): readonly SubscriptionData[] {
    return [...this.#byTopic.values()];
  }

  get topics(): readonly string[] {
    return [...this.#byTopic.keys()];
  }

  get(topic: string): SubscriptionData | undefined {
    return this.#byTopic.get(topic);
  }

  /** Throws ClientError for a name or an expression that cannot be. */
  add(topic: string, expression: string, type: ExpressionType): void {
    const problem = validateTopic(topic);
    if (problem !== undefined) throw new ClientError(`cannot subscribe: ${problem}`);
    this.#byTopic.set(topic, subscriptionOf(topic, expression, type, this.clock.now()));
  }

  remove(topic: string): boolean {
    return this.#byTopic.delete(topic);
  }

  /** Makes brokers take the topic's subscription as newer than what they have. */
  renew(topic: string): void {
    const subscription = this.#byTopic.get(topic);
    if (subscription) this.#byTopic.set(topic, { ...subscription, subVersion: this.clock.now() });
  }
}

/** One subscription, checked. Throws ClientError for an expression that cannot be. */
export function subscriptionOf(
  topic: string,
  expression: string,
  type: ExpressionType,
  version: number,
): SubscriptionData {
  if (type !== 'TAG' && expression.trim() === '') {
    throw new ClientError(
      `the ${type} expression for topic '${topic}' is empty: write a condition, or subscribe by tag '*'`,
    );
  }
  try {
    return buildSubscriptionData(topic, expression, type, version);
  } catch (cause) {
    throw new ClientError(
      `the expression ${JSON.stringify(expression)} for topic '${topic}' cannot be read: tags are joined by ' || '`,
      {
        cause,
      },
    );
  }
}
