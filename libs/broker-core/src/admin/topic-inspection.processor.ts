import {
  encodeQueryConsumeQueueResponseBody,
  encodeQueryConsumeTimeSpanBody,
  encodeTopicStatsTable,
  type TopicStatsTable,
} from '../protocol/bodies/admin-stats.js';
import { encodeGroupList } from '../protocol/bodies/kv-table.js';
import {
  GetTopicStatsInfoRequestHeader,
  QueryConsumeTimeSpanRequestHeader,
  QueryTopicConsumeByWhoRequestHeader,
} from '../protocol/headers/inspection.headers.js';
import { QueryConsumeQueueRequestHeader } from '../protocol/headers/pull-message.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';

/** ConsumeQueue entries in one answer. RocketMQ has no limit here. */
const MAX_ENTRIES = 10_000;

/** How topics stand: ends of their queues, who consumes them, what lies where. RocketMQ: AdminBrokerProcessor */
export function topicInspectionProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.GET_TOPIC_STATS_INFO, (request) => topicStats(parts, request)],
    [RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, (request) => consumeByWho(parts, request)],
    [RequestCode.QUERY_CONSUME_TIME_SPAN, (request) => timeSpan(parts, request)],
    [RequestCode.QUERY_CONSUME_QUEUE, (request) => consumeQueue(parts, request)],
  ];
}

function knownTopic({ topics }: AdminParts, topic: string): TopicConfig {
  const config = topics.get(topic);
  if (config) return config;
  throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
}

async function topicStats(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topic } = GetTopicStatsInfoRequestHeader.decode(request.extFields);
  const { readQueueNums, writeQueueNums } = knownTopic(parts, topic);
  const { store, identity, stats } = parts;
  const offsetTable: TopicStatsTable['offsetTable'] = new Map();
  for (let queueId = 0; queueId < Math.max(readQueueNums, writeQueueNums); queueId++) {
    const minOffset = Math.max(0, store.minQueueOffset(topic, queueId));
    const maxOffset = Math.max(0, store.maxQueueOffset(topic, queueId));
    const lastUpdateTimestamp = maxOffset > 0 ? await store.storeTimestampOf(topic, queueId, maxOffset - 1) : 0;
    const queue = { topic, brokerName: identity.brokerName, queueId };
    offsetTable.set(queue, { minOffset, maxOffset, lastUpdateTimestamp });
  }
  return success(encodeTopicStatsTable({ topicPutTps: stats.tpsTopicPut(topic), offsetTable }));
}

function consumeByWho({ consumerGroups, offsets }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { topic } = QueryTopicConsumeByWhoRequestHeader.decode(request.extFields);
  return success(
    encodeGroupList({ groupList: new Set([...consumerGroups.groupsOfTopic(topic), ...offsets.groupsOf(topic)]) }),
  );
}

async function timeSpan(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topic, group } = QueryConsumeTimeSpanRequestHeader.decode(request.extFields);
  const { writeQueueNums } = knownTopic(parts, topic);
  const consumeTimeSpanSet = [];
  for (let queueId = 0; queueId < writeQueueNums; queueId++) {
    consumeTimeSpanSet.push(await queueTimeSpan(parts, topic, group, queueId));
  }
  return success(encodeQueryConsumeTimeSpanBody({ consumeTimeSpanSet }));
}

async function queueTimeSpan(
  { store, offsets, identity, clock }: AdminParts,
  topic: string,
  group: string,
  queueId: number,
) {
  const maxOffset = store.maxQueueOffset(topic, queueId);
  const consumerOffset = offsets.query(group, topic, queueId) ?? -1;
  const minTimeStamp = await store.storeTimestampOf(topic, queueId, store.minQueueOffset(topic, queueId));
  const maxTimeStamp = await store.storeTimestampOf(topic, queueId, maxOffset - 1);
  const isBegun = consumerOffset > 0;
  const consumeTimeStamp = isBegun ? await store.storeTimestampOf(topic, queueId, consumerOffset - 1) : minTimeStamp;
  const isBehind = consumerOffset < maxOffset;
  // A group that never committed waits for the first message there is.
  const nextTime = isBehind ? await store.storeTimestampOf(topic, queueId, Math.max(0, consumerOffset)) : 0;
  const delayTime = isBehind && nextTime > 0 ? clock.now() - nextTime : 0;
  const messageQueue = { topic, brokerName: identity.brokerName, queueId };
  return { messageQueue, minTimeStamp, maxTimeStamp, consumeTimeStamp, delayTime };
}

async function consumeQueue(
  { store, topics, consumerGroups }: AdminParts,
  request: RemotingCommand,
): Promise<RemotingCommand> {
  const { topic, queueId, index, count, consumerGroup } = QueryConsumeQueueRequestHeader.decode(request.extFields);
  const minQueueIndex = store.minQueueOffset(topic, queueId);
  const maxQueueIndex = store.maxQueueOffset(topic, queueId);
  if (!topics.get(topic)) throw new RequestError(ResponseCode.SYSTEM_ERROR, `${queueId}@${topic} is not exist!`);
  const subscriptionData = consumerGroup ? consumerGroups.get(consumerGroup)?.subscriptions.get(topic) : undefined;
  const isAsked = consumerGroup !== undefined && consumerGroup !== '';
  const filterData = isAsked && !subscriptionData ? `${consumerGroup}@${topic} is not online!` : undefined;
  const entries = await store.consumeQueueEntries(topic, queueId, index, Math.min(count, MAX_ENTRIES));
  const queueData = entries.map(({ commitLogOffset, sizeBytes, tagsCode }) => ({
    physicOffset: commitLogOffset,
    physicSize: sizeBytes,
    tagsCode,
  }));
  const body = { subscriptionData, filterData, queueData, maxQueueIndex, minQueueIndex };
  const answer = success(encodeQueryConsumeQueueResponseBody(body));
  if (queueData.length === 0) answer.remark = `Index ${index} of ${queueId}@${topic} is not exist!`;
  return answer;
}
