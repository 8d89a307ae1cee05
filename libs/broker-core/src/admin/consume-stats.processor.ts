import { type ConsumeStats, encodeConsumeStats, encodeConsumeStatsList } from '../protocol/bodies/admin-stats.js';
import { GetConsumeStatsInBrokerHeader, GetConsumeStatsRequestHeader } from '../protocol/headers/inspection.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';

/** How far groups are behind: GET_CONSUME_STATS (208), GET_BROKER_CONSUME_STATS (317). RocketMQ: AdminBrokerProcessor */
export function consumeStatsProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.GET_CONSUME_STATS, (request) => ofGroup(parts, request)],
    [RequestCode.GET_BROKER_CONSUME_STATS, (request) => ofBroker(parts, request)],
  ];
}

async function ofGroup(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { consumerGroup, topic, topicList } = GetConsumeStatsRequestHeader.decode(request.extFields);
  const listed = (topicList ?? '').split(';').filter((name) => name.trim() !== '');
  const named = topic === undefined || topic.trim() === '' ? parts.offsets.topicsOf(consumerGroup) : [topic];
  // A list given by the caller is taken as it is; anything else is held against what the group subscribes to now.
  const names = listed.length > 0 ? listed : [...named].filter((name) => isSubscribed(parts, consumerGroup, name));
  const offsetTable: ConsumeStats['offsetTable'] = new Map();
  let consumeTps = 0;
  for (const name of names) {
    const config = parts.topics.get(name);
    if (!config) continue;
    const stats = await statsOf(parts, consumerGroup, config, config.readQueueNums);
    for (const [queue, offsets] of stats.offsetTable) offsetTable.set(queue, offsets);
    consumeTps += stats.consumeTps;
  }
  return success(encodeConsumeStats({ offsetTable, consumeTps }));
}

async function ofBroker(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { isOrder } = GetConsumeStatsInBrokerHeader.decode(request.extFields);
  const consumeStatsList: Map<string, ConsumeStats[]>[] = [];
  let totalDiff = 0;
  let totalInflightDiff = 0;
  for (const { groupName } of parts.subscriptionGroups.all()) {
    const ofTopics: ConsumeStats[] = [];
    for (const topic of parts.offsets.topicsOf(groupName)) {
      const config = parts.topics.get(topic);
      if (!config || (isOrder && !config.order) || !isSubscribed(parts, groupName, topic)) continue;
      const stats = await statsOf(parts, groupName, config, config.writeQueueNums);
      for (const { brokerOffset, consumerOffset, pullOffset } of stats.offsetTable.values()) {
        totalDiff += brokerOffset - consumerOffset;
        totalInflightDiff += pullOffset - consumerOffset;
      }
      ofTopics.push(stats);
    }
    consumeStatsList.push(new Map([[groupName, ofTopics]]));
  }
  const body = { consumeStatsList, brokerAddr: parts.address(), totalDiff, totalInflightDiff };
  return success(encodeConsumeStatsList(body));
}

/** A group that is not online subscribes to whatever it once consumed. */
function isSubscribed({ consumerGroups }: AdminParts, groupName: string, topic: string): boolean {
  const group = consumerGroups.get(groupName);
  return !group || group.subscriptions.size === 0 || group.subscriptions.has(topic);
}

async function statsOf(
  parts: AdminParts,
  group: string,
  { topicName: topic }: TopicConfig,
  queues: number,
): Promise<ConsumeStats> {
  const { store, offsets, identity, stats } = parts;
  const offsetTable: ConsumeStats['offsetTable'] = new Map();
  for (let queueId = 0; queueId < queues; queueId++) {
    const brokerOffset = Math.max(0, store.maxQueueOffset(topic, queueId));
    const consumerOffset = Math.max(0, offsets.query(group, topic, queueId) ?? 0);
    const pullOffset = Math.max(consumerOffset, offsets.queryPulled(group, topic, queueId) ?? 0);
    const lastTimestamp = consumerOffset > 0 ? await store.storeTimestampOf(topic, queueId, consumerOffset - 1) : 0;
    const queue = { topic, brokerName: identity.brokerName, queueId };
    offsetTable.set(queue, { brokerOffset, consumerOffset, pullOffset, lastTimestamp: Math.max(0, lastTimestamp) });
  }
  return { offsetTable, consumeTps: stats.tpsGroupGet(group, topic) };
}
