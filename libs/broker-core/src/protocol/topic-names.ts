/** Topics of RocketMQ's own, under the names that every broker gives them. Source: RocketMQ TopicValidator. */
export const SystemTopic = {
  AUTO_CREATE_TOPIC_KEY_TOPIC: 'TBW102',
  RMQ_SYS_SCHEDULE_TOPIC: 'SCHEDULE_TOPIC_XXXX',
  RMQ_SYS_BENCHMARK_TOPIC: 'BenchmarkTest',
  RMQ_SYS_TRANS_HALF_TOPIC: 'RMQ_SYS_TRANS_HALF_TOPIC',
  RMQ_SYS_TRACE_TOPIC: 'RMQ_SYS_TRACE_TOPIC',
  RMQ_SYS_TRANS_OP_HALF_TOPIC: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC: 'TRANS_CHECK_MAX_TIME_TOPIC',
  RMQ_SYS_SELF_TEST_TOPIC: 'SELF_TEST_TOPIC',
  RMQ_SYS_OFFSET_MOVED_EVENT: 'OFFSET_MOVED_EVENT',
  RMQ_SYS_ROCKSDB_OFFSET_TOPIC: 'CHECKPOINT_TOPIC',
  RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC: 'RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC',
  RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC: 'RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC',
  RMQ_SYS_WHEEL_TIMER: 'rmq_sys_wheel_timer',
} as const;

/** Groups of RocketMQ's own. Source: RocketMQ MixAll. */
export const SystemGroup = {
  DEFAULT_PRODUCER_GROUP: 'DEFAULT_PRODUCER',
  DEFAULT_CONSUMER_GROUP: 'DEFAULT_CONSUMER',
  TOOLS_CONSUMER_GROUP: 'TOOLS_CONSUMER',
  SCHEDULE_CONSUMER_GROUP: 'SCHEDULE_CONSUMER',
  FILTERSRV_CONSUMER_GROUP: 'FILTERSRV_CONSUMER',
  MONITOR_CONSUMER_GROUP: '__MONITOR_CONSUMER',
  CLIENT_INNER_PRODUCER_GROUP: 'CLIENT_INNER_PRODUCER',
  SELF_TEST_PRODUCER_GROUP: 'SELF_TEST_P_GROUP',
  SELF_TEST_CONSUMER_GROUP: 'SELF_TEST_C_GROUP',
  ONS_HTTP_PROXY_GROUP: 'CID_ONS-HTTP-PROXY',
  CID_ONSAPI_PERMISSION_GROUP: 'CID_ONSAPI_PERMISSION',
  CID_ONSAPI_OWNER_GROUP: 'CID_ONSAPI_OWNER',
  CID_ONSAPI_PULL_GROUP: 'CID_ONSAPI_PULL',
  CID_SYS_RMQ_TRANS: 'CID_RMQ_SYS_TRANS',
} as const;

export const RETRY_GROUP_TOPIC_PREFIX = '%RETRY%';
export const DLQ_GROUP_TOPIC_PREFIX = '%DLQ%';
export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_';
export const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_';
export const REPLY_TOPIC_POSTFIX = 'REPLY_TOPIC';
export const LMQ_PREFIX = '%LMQ%';

export const TOPIC_MAX_LENGTH = 127;
export const GROUP_MAX_LENGTH = 120;
export const RETRY_OR_DLQ_TOPIC_MAX_LENGTH = 255;

const systemTopics: ReadonlySet<string> = new Set(Object.values(SystemTopic));
const systemGroups: ReadonlySet<string> = new Set(Object.values(SystemGroup));
const forbiddenToSend: ReadonlySet<string> = new Set([
  SystemTopic.RMQ_SYS_SCHEDULE_TOPIC,
  SystemTopic.RMQ_SYS_TRANS_HALF_TOPIC,
  SystemTopic.RMQ_SYS_TRANS_OP_HALF_TOPIC,
  SystemTopic.RMQ_SYS_TRANS_CHECK_MAX_TIME_TOPIC,
  SystemTopic.RMQ_SYS_SELF_TEST_TOPIC,
  SystemTopic.RMQ_SYS_OFFSET_MOVED_EVENT,
]);

const NAME = /^[%|a-zA-Z0-9_-]+$/;

/** What is wrong with a topic's name, or undefined. Names that pass are safe as names of folders. */
export function validateTopic(topic: string | undefined): string | undefined {
  return validateName(
    'topic',
    topic,
    isRetryTopic(topic) || isDlqTopic(topic) ? RETRY_OR_DLQ_TOPIC_MAX_LENGTH : TOPIC_MAX_LENGTH,
  );
}

/** What is wrong with a group's name, or undefined. */
export function validateGroup(group: string | undefined): string | undefined {
  return validateName('group', group, GROUP_MAX_LENGTH);
}

function validateName(what: string, name: string | undefined, maxLength: number): string | undefined {
  if (name === undefined || name.trim() === '') return `the ${what}'s name is blank`;
  if (name.length > maxLength)
    return `the ${what}'s name has ${name.length} characters; at most ${maxLength} are allowed`;
  if (!NAME.test(name)) return `the ${what} ${JSON.stringify(name)} may only have letters, digits and %|_-`;
  return undefined;
}

/** Whether the topic is RocketMQ's own. Whatever begins with rmq_sys_ is. */
export function isSystemTopic(topic: string): boolean {
  return systemTopics.has(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX);
}

/** Whether clients may not send to the topic, although it exists. */
export function isForbiddenToSend(topic: string): boolean {
  return forbiddenToSend.has(topic);
}

/** Whether the group is RocketMQ's own. Whatever begins with CID_RMQ_SYS_ is. */
export function isSystemGroup(group: string): boolean {
  return systemGroups.has(group) || group.startsWith(SYSTEM_GROUP_PREFIX);
}

/** The topic that holds what a group could not consume yet. */
export function retryTopicOf(group: string): string {
  return RETRY_GROUP_TOPIC_PREFIX + group;
}

/** The topic that holds what a group gave up on. */
export function dlqTopicOf(group: string): string {
  return DLQ_GROUP_TOPIC_PREFIX + group;
}

/** The topic through which a cluster's replies travel. */
export function replyTopicOf(cluster: string): string {
  return `${cluster}_${REPLY_TOPIC_POSTFIX}`;
}

export function isRetryTopic(topic: string | undefined): boolean {
  return topic?.startsWith(RETRY_GROUP_TOPIC_PREFIX) === true;
}

export function isDlqTopic(topic: string | undefined): boolean {
  return topic?.startsWith(DLQ_GROUP_TOPIC_PREFIX) === true;
}

/** The group of a retry or dead letter topic; undefined for any other topic. */
export function groupOfTopic(topic: string): string | undefined {
  if (isRetryTopic(topic)) return topic.slice(RETRY_GROUP_TOPIC_PREFIX.length);
  if (isDlqTopic(topic)) return topic.slice(DLQ_GROUP_TOPIC_PREFIX.length);
  return undefined;
}
