import { type ClusterInfo, decodeClusterInfo } from '../../protocol/bodies/cluster-info.js';
import { decodeTopicList } from '../../protocol/bodies/kv-table.js';
import { RequestCode } from '../../protocol/request-code.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { MASTER_ID } from '../instance/route.js';

/** Every cluster with its brokers, and every broker with its addresses. */
export async function fetchClusterInfo(instance: MQClientInstance): Promise<ClusterInfo> {
  const timeoutMs = instance.settings.mqClientApiTimeoutMs;
  const response = await instance.nameServers.ask({ code: RequestCode.GET_BROKER_CLUSTER_INFO, timeoutMs });
  return decodeClusterInfo(response.body);
}

/** All topics the name server knows. */
export async function fetchTopicList(instance: MQClientInstance): Promise<string[]> {
  const timeoutMs = instance.settings.mqClientApiTimeoutMs;
  const response = await instance.nameServers.ask({ code: RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, timeoutMs });
  return [...decodeTopicList(response.body).topicList];
}

/** Addresses of the masters of one cluster, or of all. */
export function mastersOf(info: ClusterInfo, cluster?: string): string[] {
  const names =
    cluster === undefined ? [...info.brokerAddrTable.keys()] : [...(info.clusterAddrTable.get(cluster) ?? [])];
  return names
    .map((name) => info.brokerAddrTable.get(name)?.brokerAddrs.get(MASTER_ID))
    .filter((address) => address !== undefined);
}
