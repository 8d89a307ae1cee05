/** What an operator may decide about topics. RocketMQ: the topic keys of BrokerConfig. */
export interface TopicSettings {
  /** Sending to an unknown topic creates it from TBW102. */
  readonly autoCreateTopicEnable: boolean;
  /** Queues of TBW102, and so the most that auto-creation gives a topic. */
  readonly defaultTopicQueueNums: number;
  /** The topic named like the cluster may be read and written. */
  readonly clusterTopicEnable: boolean;
  /** The topic named like the broker may be read and written. */
  readonly brokerTopicEnable: boolean;
  readonly traceTopicEnable: boolean;
  readonly msgTraceTopicName: string;
  /** Queues of the POP revive topic. */
  readonly reviveQueueNum: number;
  /** Topics beyond this number are refused; the table is held in memory and saved as one file. */
  readonly maxTopicNums: number;
}

export const defaultTopicSettings: TopicSettings = {
  autoCreateTopicEnable: true,
  defaultTopicQueueNums: 8,
  clusterTopicEnable: true,
  brokerTopicEnable: true,
  traceTopicEnable: false,
  msgTraceTopicName: 'RMQ_SYS_TRACE_TOPIC',
  reviveQueueNum: 8,
  maxTopicNums: 100_000,
};
