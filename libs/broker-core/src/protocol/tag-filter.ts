import { RequestError } from '../runtime/errors.js';
import type { SubscriptionData } from './bodies/heartbeat-data.js';
import { ResponseCode } from './response-code.js';
import { javaStringHash } from './string-hash.js';

/** How an expression is meant. RocketMQ: ExpressionType. */
export const ExpressionType = { TAG: 'TAG', SQL92: 'SQL92' } as const;

/** The expression that wants everything. */
export const SUB_ALL = '*';

/** Whether the type names tags; absent, it does. */
export function isTagType(type: string | undefined): boolean {
  return type === undefined || type === '' || type === ExpressionType.TAG;
}

/** The code of a tag in a ConsumeQueue: its Java hash; 0 for no tag. */
export function tagsCodeOf(tag: string | undefined): number {
  return tag === undefined || tag === '' ? 0 : javaStringHash(tag);
}

/**
 * What a consumer wants of a topic, from the expression it wrote: `*` or nothing for all, `A || B` for tags, or an SQL92
 * expression, which is kept as it is.
 *
 * Units   version in milliseconds since the epoch: of two subscriptions the one with the larger version counts
 * Throws  RequestError(SUBSCRIPTION_PARSE_FAILED) if the expression names no tag
 * Source  RocketMQ FilterAPI
 */
export function buildSubscriptionData(
  topic: string,
  expression: string | undefined,
  type: string | undefined,
  version: number,
): SubscriptionData {
  const subscription: SubscriptionData = {
    classFilterMode: false,
    topic,
    subString: expression === undefined || expression === '' ? SUB_ALL : expression,
    tagsSet: new Set(),
    codeSet: new Set(),
    subVersion: version,
    expressionType: isTagType(type) ? ExpressionType.TAG : type!,
  };
  if (!isTagType(type) || subscription.subString === SUB_ALL) return subscription;
  for (const part of subscription.subString.split('||')) {
    const tag = part.trim();
    if (tag === '') continue;
    subscription.tagsSet.add(tag);
    subscription.codeSet.add(javaStringHash(tag));
  }
  if (subscription.tagsSet.size === 0) {
    throw new RequestError(ResponseCode.SUBSCRIPTION_PARSE_FAILED, `the expression "${expression}" names no tag`);
  }
  return subscription;
}

/** Whether a ConsumeQueue entry may be wanted: the broker's look, by hash. Other tags can have the same hash. */
export function matchesTag(subscription: SubscriptionData, tagsCode: number): boolean {
  if (subscription.classFilterMode || subscription.subString === SUB_ALL) return true;
  return subscription.codeSet.has(tagsCode);
}

/** Whether a message with this tag is wanted: the client's look, by the tag itself. */
export function matchesTagExactly(subscription: SubscriptionData, tag: string | undefined): boolean {
  if (subscription.classFilterMode || subscription.tagsSet.size === 0) return true;
  return tag !== undefined && subscription.tagsSet.has(tag);
}
