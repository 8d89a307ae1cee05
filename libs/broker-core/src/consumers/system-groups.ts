import { newSubscriptionGroupConfig, type SubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { isSystemGroup, SystemGroup } from '../protocol/topic-names.js';

/**
 * The groups that tools, proxies and the broker itself use.
 *
 * Source  RocketMQ SubscriptionGroupManager#init
 */
export function systemGroups(): SubscriptionGroupConfig[] {
  return [
    SystemGroup.TOOLS_CONSUMER_GROUP,
    SystemGroup.FILTERSRV_CONSUMER_GROUP,
    SystemGroup.SELF_TEST_CONSUMER_GROUP,
    SystemGroup.ONS_HTTP_PROXY_GROUP,
    SystemGroup.CID_ONSAPI_PULL_GROUP,
    SystemGroup.CID_ONSAPI_PERMISSION_GROUP,
    SystemGroup.CID_ONSAPI_OWNER_GROUP,
    SystemGroup.CID_SYS_RMQ_TRANS,
  ].map((group) => newSubscriptionGroupConfig(group));
}

const PRODUCERS: ReadonlySet<string> = new Set([
  SystemGroup.DEFAULT_PRODUCER_GROUP,
  SystemGroup.CLIENT_INNER_PRODUCER_GROUP,
  SystemGroup.SELF_TEST_PRODUCER_GROUP,
]);

/** Groups that may pull without heartbeats even when pull consumers are rejected. RocketMQ: MixAll#isSysConsumerGroupPullMessage */
export function isSystemPullGroup(group: string): boolean {
  return isSystemGroup(group) && !PRODUCERS.has(group);
}
