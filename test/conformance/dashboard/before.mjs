import { aboutTopic, get, post, submit } from './asks.mjs';

/** @typedef {import('./asks.mjs').Step} Step @typedef {import('./asks.mjs').World} World */

const cluster = { clusterNameList: ['DefaultCluster'] };

/** @param {string} topicName @param {object} [more] */
const topic = (topicName, more) => ({
  ...cluster,
  ...{ topicName, writeQueueNums: 4, readQueueNums: 4, perm: 6, order: false, messageType: 'NORMAL', ...more },
});

/** The dashboard's producer begins at a queue by chance. */
const oneQueue = { writeQueueNums: 1, readQueueNums: 1 };

/** @param {string} groupName @param {object} [more] */
const group = (groupName, more) => ({
  ...cluster,
  subscriptionGroupConfig: { groupName, consumeEnable: true, retryQueueNums: 1, retryMaxTimes: 16, ...more },
});

/** Before the clients come: what is there, and topics and groups of every kind. @param {World} world @returns {Step[]} */
export const before = ({ nameServerAddr, brokerAddr }) => [
  get('rocketmq-dashboard/csrf-token'),
  get('login/check.query'),
  post('login/login.do', { username: 'nobody', password: 'x' }),
  post('login/logout.do', {}),
  get('rocketmq/nsaddr.query'),
  get('ops/homePage.query'),
  submit('ops/addNameSvrAddr.do', { newNamesrvAddr: nameServerAddr }),
  submit('ops/updateNameSvrAddr.do', { nameSvrAddrList: nameServerAddr }),
  submit('ops/updateUseTLS.do', { useTLS: false }),
  get('ops/rocketMqStatus.query'),
  get('cluster/list.query'),
  get('cluster/brokerConfig.query', { brokerAddr }),
  get('cluster/brokerConfig.query', { brokerAddr: '127.0.0.1:1' }),
  get('consumer/groupList.query', { skipSysGroup: false }),
  ...['DashTopic', 'DashOther'].map((name) => post('topic/createOrUpdate.do', topic(name))),
  ...['DashFailing', 'DashOne'].map((name) => post('topic/createOrUpdate.do', topic(name, oneQueue))),
  ...['FIFO', 'DELAY', 'TRANSACTION', 'MIXED', 'UNSPECIFIED'].map((messageType) =>
    post('topic/createOrUpdate.do', topic(`Dash${messageType}`, { ...oneQueue, messageType })),
  ),
  post('topic/createOrUpdate.do', topic('DashFifo', { messageType: 'FIFO', order: true })),
  post('topic/createOrUpdate.do', topic('DashOther', { writeQueueNums: 2, readQueueNums: 3, perm: 4 })),
  post('topic/createOrUpdate.do', topic('DashOther', { messageType: 'FIFO' })),
  post('topic/createOrUpdate.do', topic('DashOnBroker', { clusterNameList: [], brokerNameList: ['broker-a'] })),
  post('topic/createOrUpdate.do', topic('')),
  post('topic/createOrUpdate.do', topic('no good name')),
  post('topic/createOrUpdate.do', topic('TBW102')),
  post('topic/createOrUpdate.do', topic('SCHEDULE_TOPIC_XXXX')),
  post('topic/createOrUpdate.do', topic('DashPerm', { perm: 9 })),
  post('topic/createOrUpdate.do', topic('DashNone', { writeQueueNums: 0, readQueueNums: 0 })),
  post('topic/createOrUpdate.do', topic('DashKind', { messageType: 'NO_SUCH' })),
  post('topic/createOrUpdate.do', topic('DashNowhere', { clusterNameList: [] })),
  post('topic/createOrUpdate.do', topic('DashNowhere', { clusterNameList: ['NoCluster'] })),
  post('topic/createOrUpdate.do', topic('D'.repeat(128))),
  ...[true, false].flatMap((skipSysProcess) =>
    [true, false].map((skipRetryAndDlq) => get('topic/list.query', { skipSysProcess, skipRetryAndDlq })),
  ),
  get('topic/list.queryTopicType'),
  ...['DashOther', 'DashFifo', 'NoTopic', 'SCHEDULE_TOPIC_XXXX', 'broker-a'].flatMap(aboutTopic),
  post('consumer/createOrUpdate.do', group('DashGroup')),
  post('consumer/createOrUpdate.do', group('DashOrderly', { consumeMessageOrderly: true })),
  post(
    'consumer/createOrUpdate.do',
    group('DashClosed', { consumeEnable: false, retryQueueNums: 2, retryMaxTimes: 3 }),
  ),
  post('consumer/createOrUpdate.do', group('DashClosed', { consumeBroadcastEnable: false, brokerId: 0 })),
  post('consumer/createOrUpdate.do', group('')),
  post('consumer/createOrUpdate.do', group('no good name')),
  post('consumer/createOrUpdate.do', { ...group('DashNowhere'), clusterNameList: [] }),
  ...['DashGroup', 'DashClosed', 'NoGroup', 'TOOLS_CONSUMER', '%SYS%TOOLS_CONSUMER'].flatMap((consumerGroup) => [
    get('consumer/examineSubscriptionGroupConfig.query', { consumerGroup }),
    get('consumer/fetchBrokerNameList.query', { consumerGroup }),
    get('consumer/group.query', { consumerGroup }),
    get('consumer/queryTopicByConsumer.query', { consumerGroup, address: brokerAddr }),
    get('consumer/consumerConnection.query', { consumerGroup, address: brokerAddr }),
  ]),
];
