import { decodeTopicStatsTable, type TopicStatsTable } from '../../protocol/bodies/admin-stats.js';
import { CreateTopicRequestHeader } from '../../protocol/headers/topic-admin.headers.js';
import { RequestCode } from '../../protocol/request-code.js';
import { newTopicConfig } from '../../protocol/topic-config.js';
import { SystemTopic } from '../../protocol/topic-names.js';
import { RouteError } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { MASTER_ID } from '../instance/route.js';
import type { NewTopic } from '../options.js';

/** Queues that RocketMQ's tools give a topic when nobody says otherwise. */
const DEFAULT_QUEUES = 8;

/** Creates or changes a topic on one broker. */
export async function createTopicAt(instance: MQClientInstance, address: string, topic: NewTopic): Promise<void> {
  const { topicName, attributes, ...given } = topic;
  const config = newTopicConfig(topicName, { readQueueNums: DEFAULT_QUEUES, writeQueueNums: DEFAULT_QUEUES, ...given });
  const header = CreateTopicRequestHeader.encode({
    topic: topicName,
    defaultTopic: SystemTopic.AUTO_CREATE_TOPIC_KEY_TOPIC,
    readQueueNums: config.readQueueNums,
    writeQueueNums: config.writeQueueNums,
    perm: config.perm,
    topicFilterType: config.topicFilterType,
    topicSysFlag: config.topicSysFlag,
    order: config.order,
    attributes: [...(attributes ?? [])].map(([name, value]) => `+${name.replace(/^\+/, '')}=${value}`).join(','),
    force: false,
  });
  await ask(instance.transport, address, {
    code: RequestCode.UPDATE_AND_CREATE_TOPIC,
    extFields: header,
    timeoutMs: instance.settings.mqClientApiTimeoutMs,
    topic: topicName,
  });
}

/** Deletes a topic on one broker. */
export async function deleteTopicAt(instance: MQClientInstance, address: string, topic: string): Promise<void> {
  await ask(instance.transport, address, {
    code: RequestCode.DELETE_TOPIC_IN_BROKER,
    extFields: { topic },
    timeoutMs: instance.settings.mqClientApiTimeoutMs,
    topic,
  });
}

/** Ends of the topic's queues, over all masters that have it. */
export async function topicStatsOf(instance: MQClientInstance, topic: string): Promise<TopicStatsTable> {
  const merged: TopicStatsTable = { topicPutTps: 0, offsetTable: new Map() };
  const route = await instance.routes.refresh(topic, instance.settings.mqClientApiTimeoutMs);
  if (!route) throw new RouteError(`no route for topic '${topic}': mqadmin topicList shows which there are`);
  for (const { brokerAddrs } of route.data.brokerDatas) {
    const master = brokerAddrs.get(MASTER_ID);
    if (master === undefined) continue;
    const response = await ask(instance.transport, master, {
      code: RequestCode.GET_TOPIC_STATS_INFO,
      extFields: { topic },
      timeoutMs: instance.settings.mqClientApiTimeoutMs,
      topic,
    });
    const { topicPutTps, offsetTable } = decodeTopicStatsTable(response.body);
    merged.topicPutTps += topicPutTps;
    for (const [queue, ends] of offsetTable) merged.offsetTable.set(queue, ends);
  }
  return merged;
}
