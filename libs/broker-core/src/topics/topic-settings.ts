/** What an operator may decide about topics; config/keys/topics.keys.ts says how it is written and what it means. */
export interface TopicSettings {
  /** Permission bits of the whole broker: 4 read, 2 write. */
  readonly brokerPermission: number;
  /** Sending to an unknown topic creates it from TBW102. */
  readonly autoCreateTopicEnable: boolean;
  /** Queues of TBW102, and so the most that auto-creation gives a topic. */
  readonly defaultTopicQueueNums: number;
  readonly clusterTopicEnable: boolean;
  readonly brokerTopicEnable: boolean;
  readonly traceTopicEnable: boolean;
  readonly msgTraceTopicName: string;
  readonly reviveQueueNum: number;
}

/** RocketMQ's defaults. */
export const defaultTopicSettings: TopicSettings = {
  brokerPermission: 6,
  autoCreateTopicEnable: true,
  defaultTopicQueueNums: 8,
  clusterTopicEnable: true,
  brokerTopicEnable: true,
  traceTopicEnable: false,
  msgTraceTopicName: 'RMQ_SYS_TRACE_TOPIC',
  reviveQueueNum: 8,
};
