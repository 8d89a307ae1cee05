import { flag, int, type SliceOf, text } from '../key.js';

/** Topics: which exist from the start, and which may come into being. */
export const topicsKeys = {
  brokerPermission: int('brokerPermission', 6, 'What clients may do here: 2 write, 4 read, 6 both.', {
    min: 0,
    max: 6,
    live: true,
    important: true,
  }),
  autoCreateTopicEnable: flag(
    'autoCreateTopicEnable',
    true,
    'Whether sending to an unknown topic creates it from TBW102.',
    {
      live: true,
      important: true,
    },
  ),
  defaultTopicQueueNums: int('defaultTopicQueueNums', 8, 'Most queues of a topic that was created by sending.', {
    min: 1,
    max: 1024,
    live: true,
  }),
  clusterTopicEnable: flag(
    'clusterTopicEnable',
    true,
    'Whether the cluster’s name is a topic with the inherit permission.',
  ),
  brokerTopicEnable: flag(
    'brokerTopicEnable',
    true,
    'Whether the broker’s name is a topic with the inherit permission.',
  ),
  traceTopicEnable: flag('traceTopicEnable', false, 'Whether this broker holds the message trace topic.', {
    important: true,
  }),
  msgTraceTopicName: text('msgTraceTopicName', 'RMQ_SYS_TRACE_TOPIC', 'The name of the message trace topic.'),
  reviveQueueNum: int('reviveQueueNum', 8, 'Queues of the revive topic of POP.', { min: 1, max: 1024 }),
  enableMixedMessageType: flag(
    'enableMixedMessageType',
    false,
    'Whether topics of message type MIXED may be created.',
    {
      live: true,
    },
  ),
  validateSystemTopicWhenUpdateTopic: flag(
    'validateSystemTopicWhenUpdateTopic',
    true,
    'Whether system topics are protected against updates.',
    { live: true },
  ),
  clearRetryTopicWhenDeleteTopic: flag(
    'clearRetryTopicWhenDeleteTopic',
    true,
    'Whether deleting a topic deletes the POP retry topics of its groups.',
    { live: true },
  ),
};

export type TopicsConfig = SliceOf<typeof topicsKeys>;
