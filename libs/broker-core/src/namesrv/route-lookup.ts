import type { BrokerData, TopicRouteData } from '../protocol/bodies/topic-route-data.js';
import { isWriteable } from '../protocol/permissions.js';
import { SYSTEM_TOPIC_PREFIX } from '../protocol/topic-names.js';
import { MASTER_ID } from './broker-table.js';
import type { RouteInfo } from './route-info.js';

/** Topics through which replicas of a group talk; they always show who is really there. */
const SYNC_BROKER_MEMBER_GROUP_PREFIX = `${SYSTEM_TOPIC_PREFIX}SYNC_BROKER_MEMBER_`;

/**
 * Where a topic lies: the queues of each broker, and the addresses of these brokers. Undefined when nobody has it.
 * The answer is a copy: who asked may change it.
 *
 * Source  RocketMQ RouteInfoManager#pickupTopicRouteData
 */
export function lookUpRoute(info: RouteInfo, topic: string, supportActingMaster: boolean): TopicRouteData | undefined {
  const queues = info.topics.queuesOf(topic);
  if (queues === undefined) return undefined;
  const route: TopicRouteData = {
    orderTopicConf: undefined,
    queueDatas: [...queues.values()].map((one) => ({ ...one })),
    brokerDatas: [],
    filterServerTable: new Map(),
    topicQueueMappingByBroker: copyOf(info.mappingsOf(topic)),
  };
  for (const brokerName of queues.keys()) {
    const group = info.brokers.groups.get(brokerName);
    if (group === undefined) continue;
    route.brokerDatas.push({ ...group, brokerAddrs: new Map(group.brokerAddrs) });
    for (const address of group.brokerAddrs.values()) {
      const filterServers = info.brokers.lifeOf(group.cluster, address)?.filterServers ?? [];
      if (filterServers.length > 0) route.filterServerTable.set(address, [...filterServers]);
    }
  }
  if (route.brokerDatas.length === 0) return undefined;
  if (supportActingMaster && !topic.startsWith(SYNC_BROKER_MEMBER_GROUP_PREFIX)) showActingMasters(route);
  return route;
}

function copyOf<K, V>(map: ReadonlyMap<K, V> | undefined): Map<K, V> | undefined {
  return map === undefined ? undefined : new Map(map);
}

/** Shows the first slave of a group without a master as its master, once its queues take no messages any more. */
function showActingMasters(route: TopicRouteData): void {
  for (const { brokerName, brokerAddrs, enableActingMaster } of route.brokerDatas) {
    if (brokerAddrs.size === 0 || brokerAddrs.has(MASTER_ID) || !enableActingMaster) continue;
    const queues = route.queueDatas.find((one) => one.brokerName === brokerName);
    if (queues === undefined || isWriteable(queues.perm)) continue;
    const smallest = Math.min(...brokerAddrs.keys());
    const address = brokerAddrs.get(smallest)!;
    brokerAddrs.delete(smallest);
    brokerAddrs.set(MASTER_ID, address);
  }
}

/**
 * Leaves only brokers of one zone, and those whose master is down: their slaves serve anyone.
 *
 * Source  RocketMQ ZoneRouteRPCHook
 */
export function nearby(route: TopicRouteData, zoneName: string): TopicRouteData {
  const zone = zoneName.toLowerCase();
  const isNear = (group: BrokerData) => !group.brokerAddrs.has(MASTER_ID) || group.zoneName?.toLowerCase() === zone;
  const far = route.brokerDatas.filter((group) => !isNear(group));
  const farNames = new Set(far.map((group) => group.brokerName));
  const filterServerTable = new Map(route.filterServerTable);
  for (const group of far) for (const address of group.brokerAddrs.values()) filterServerTable.delete(address);
  return {
    ...route,
    brokerDatas: route.brokerDatas.filter(isNear),
    queueDatas: route.queueDatas.filter((queues) => !farNames.has(queues.brokerName)),
    filterServerTable,
  };
}
