import { aboutTopic, get, post, submit } from './asks.mjs';

/** @typedef {import('./asks.mjs').Step} Step @typedef {import('./asks.mjs').World} World */

/** @param {string} consumerGroup */
const running = (consumerGroup, jstack = false) => ({ consumerGroup, clientId: `127.0.0.1@${consumerGroup}`, jstack });

const groups = ['DashGroup', 'DashOrderly', 'DashBroadcast', 'DashFails', 'DashGone'];

/** While the clients run. @param {World} world @returns {Step[]} */
export const during = ({ brokerAddr, sent, began }) => {
  const msgId = sent[0]?.msgId;
  const place = (/** @type {string} */ consumerGroup) => ({ consumerGroup, address: brokerAddr });
  const time = { begin: began, end: began + 3_600_000 };
  const page = (/** @type {string} */ name, more = {}) => ({
    topic: name,
    pageNum: 1,
    pageSize: 5,
    taskId: '',
    ...time,
    ...more,
  });
  const direct = (/** @type {object} */ more) =>
    submit('message/consumeMessageDirectly.do', { topic: 'DashTopic', consumerGroup: 'DashGroup', msgId, ...more });
  const dlq = { topicName: 'DashTopic', consumerGroup: 'DashGroup', msgId };
  return [
    // Offsets reach the broker every five seconds, and queues their owners after a rebalance.
    ...groups.map((consumerGroup) =>
      get(
        'consumer/group.query',
        { consumerGroup },
        ({ data }) => data.diffTotal === 0 || consumerGroup === 'DashBroadcast',
      ),
    ),
    // A client may find the topic of its retries half a minute late, and then waits there for messages.
    ...['DashGroup', 'DashOrderly', 'DashFails'].map((consumerGroup) =>
      get('consumer/queryTopicByConsumer.query', place(consumerGroup), ({ data }) => data.length === 2),
    ),
    get('consumer/consumerRunningInfo.query', running('DashBroadcast'), ({ data }) =>
      Object.values(data.mqTable).every((queue) => queue.commitOffset === 3),
    ),
    get('consumer/group.refresh.all'),
    get('consumer/groupList.query', { skipSysGroup: true }),
    ...groups.flatMap((consumerGroup) => [
      get('consumer/group.refresh', { consumerGroup }),
      get('consumer/queryTopicByConsumer.query', place(consumerGroup)),
      get('consumer/consumerConnection.query', place(consumerGroup)),
      get('consumer/examineSubscriptionGroupConfig.query', { consumerGroup }),
      ...[true, false].map((jstack) => get('consumer/consumerRunningInfo.query', running(consumerGroup, jstack))),
    ]),
    get('consumer/consumerRunningInfo.query', { consumerGroup: 'DashGroup', clientId: 'no-client', jstack: false }),
    ...['DashTopic', 'DashFifo', 'DashFailing', '%RETRY%DashGroup', '%DLQ%DashFails'].flatMap(aboutTopic),
    get('topic/list.query', { skipSysProcess: false, skipRetryAndDlq: false }),
    get('topic/list.queryTopicType'),
    get('producer/producerConnection.query', { producerGroup: 'DashProducer', topic: 'DashTopic' }),
    get('producer/producerConnection.query', { producerGroup: 'NoProducer', topic: 'DashTopic' }),
    get('producer/producerConnection.query', { producerGroup: 'DashProducer', topic: 'NoTopic' }),
    ...['key-3', 'no-key'].map((key) => get('message/queryMessageByTopicAndKey.query', { topic: 'DashTopic', key })),
    get('message/queryMessageByTopicAndKey.query', { topic: 'NoTopic', key: 'key-3' }),
    ...[sent[3]?.msgId, sent[3]?.offsetMsgId, '7F00000100002A9F00000000FFFFFFFF', 'nonsense'].flatMap((id) => [
      get('message/viewMessage.query', { topic: 'DashTopic', msgId: id }),
      get('messageTrace/viewMessage.query', { topic: 'DashTopic', msgId: id }),
    ]),
    get('message/queryMessageByTopic.query', { topic: 'DashTopic', ...time }),
    get('message/queryMessageByTopic.query', { topic: 'DashTopic', begin: 0, end: began - 3_600_000 }),
    get('message/queryMessageByTopic.query', { topic: 'NoTopic', ...time }),
    post('message/queryMessagePageByTopic.query', page('DashTopic')),
    post('message/queryMessagePageByTopic.query', page('DashTopic', { pageSize: 50 })),
    post('message/queryMessagePageByTopic.query', page('DashTopic', { begin: 0, end: began - 3_600_000 })),
    post('message/queryMessagePageByTopic.query', page('NoTopic')),
    direct({ clientId: '127.0.0.1@DashGroup' }),
    direct({}),
    direct({ clientId: 'no-client' }),
    direct({ consumerGroup: 'DashGone' }),
    direct({ consumerGroup: 'DashOrderly' }),
    direct({ msgId: 'nonsense' }),
    // The client sends its traces in batches of its own.
    get('messageTrace/viewMessageTraceDetail.query', { msgId }, ({ data }) => data?.length >= 3),
    get('messageTrace/viewMessageTraceGraph.query', { msgId }),
    get('messageTrace/viewMessageTraceGraph.query', { msgId, traceTopic: 'NoTraces' }),
    get('messageTrace/viewMessageTraceDetail.query', { msgId: 'nonsense' }),
    post(
      'dlqMessage/queryDlqMessageByConsumerGroup.query',
      page('%DLQ%DashFails'),
      ({ data }) => data?.page.totalElements === 2,
    ),
    post('dlqMessage/queryDlqMessageByConsumerGroup.query', page('%DLQ%DashGroup')),
    get('dlqMessage/exportDlqMessage.do', { consumerGroup: 'DashFails', msgId: 'nonsense' }),
    post('dlqMessage/batchResendDlqMessage.do', [{ ...dlq, clientId: '127.0.0.1@DashGroup' }]),
    post('dlqMessage/batchResendDlqMessage.do', [{ ...dlq, consumerGroup: 'DashGone' }]),
    ...['DashOne', 'DashFIFO', 'DashDELAY', 'DashTRANSACTION', 'NoTopic'].flatMap((name) =>
      [true, false].map((traceEnabled) =>
        post('topic/sendTopicMessage.do', {
          topic: name,
          key: 'from-dashboard',
          tag: 'A',
          messageBody: 'hello',
          traceEnabled,
        }),
      ),
    ),
    get(
      'message/queryMessageByTopicAndKey.query',
      { topic: 'DashOne', key: 'from-dashboard' },
      ({ data }) => data?.length === 2,
    ),
  ];
};
