import { PERM_READ_WRITE, PermName } from '../protocol/permissions.js';
import { newTopicConfig, type TopicConfig } from '../protocol/topic-config.js';
import { replyTopicOf, SystemTopic } from '../protocol/topic-names.js';
import type { BrokerIdentity } from './broker-identity.js';
import type { TopicSettings } from './topic-settings.js';

const INHERIT = PermName.PERM_INHERIT;
const READ_WRITE_INHERIT = PERM_READ_WRITE | INHERIT;
const DELAY_LEVELS = 18;

/**
 * The topics that every broker has from its first start.
 *
 * Those named like the cluster and the broker carry no messages: proxies find brokers by asking for their routes.
 * Source  RocketMQ TopicConfigManager#init
 */
export function systemTopics(identity: BrokerIdentity, settings: TopicSettings): TopicConfig[] {
  const { clusterName, brokerName } = identity;
  const topics: TopicConfig[] = [];
  const add = (name: string, queues: number, perm: number = PERM_READ_WRITE) =>
    topics.push(newTopicConfig(name, { readQueueNums: queues, writeQueueNums: queues, perm }));
  add(SystemTopic.RMQ_SYS_SELF_TEST_TOPIC, 1);
  if (settings.autoCreateTopicEnable)
    add(SystemTopic.AUTO_CREATE_TOPIC_KEY_TOPIC, settings.defaultTopicQueueNums, READ_WRITE_INHERIT);
  add(SystemTopic.RMQ_SYS_BENCHMARK_TOPIC, 1024);
  add(clusterName, 16, settings.clusterTopicEnable ? READ_WRITE_INHERIT : INHERIT);
  add(brokerName, 1, settings.brokerTopicEnable ? READ_WRITE_INHERIT : INHERIT);
  add(SystemTopic.RMQ_SYS_OFFSET_MOVED_EVENT, 1);
  add(SystemTopic.RMQ_SYS_SCHEDULE_TOPIC, DELAY_LEVELS);
  if (settings.traceTopicEnable) add(settings.msgTraceTopicName, 1);
  add(replyTopicOf(clusterName), 1);
  add(`rmq_sys_REVIVE_LOG_${clusterName}`, settings.reviveQueueNum);
  add(`rmq_sys_SYNC_BROKER_MEMBER_${brokerName}`, 1, INHERIT);
  add(SystemTopic.RMQ_SYS_TRANS_HALF_TOPIC, 1);
  add(SystemTopic.RMQ_SYS_TRANS_OP_HALF_TOPIC, 1);
  add(SystemTopic.RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC, 1);
  add(SystemTopic.RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC, 1);
  return topics;
}
