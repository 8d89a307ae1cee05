import { get, post, remove, submit } from './asks.mjs';

/** @typedef {import('./asks.mjs').Step} Step @typedef {import('./asks.mjs').World} World */

/** Offsets moved, figures collected, and everything taken away again. @param {World} world @returns {Step[]} */
export const after = ({ nameServerAddr, brokerAddr, dead, began }) => {
  const reset = (/** @type {string} */ consumerGroup, more = {}) => ({
    ...{ consumerGroupList: [consumerGroup], topic: 'DashTopic', resetTime: began - 60_000, force: true, ...more },
  });
  const date = new Date(began).toISOString().slice(0, 10);
  const user = { username: 'u', password: 'p', userType: 'Normal', userStatus: 'enable' };
  const place = { clusterName: 'DefaultCluster', brokerName: 'broker-a' };
  const policies = [
    { policyType: 'Custom', entries: [{ resource: ['Topic:T'], actions: ['Pub'], sourceIps: [], decision: 'Allow' }] },
  ];
  const letters = dead.map((msgId) => ({ topicName: '%DLQ%DashFails', consumerGroup: 'DashFails', msgId }));
  return [
    get('dlqMessage/exportDlqMessage.do', { consumerGroup: 'DashFails', msgId: dead[0] }),
    post('dlqMessage/batchExportDlqMessage.do', letters),
    post('dlqMessage/batchResendDlqMessage.do', letters),
    ...['DashGone', 'DashGroup', 'NoGroup'].flatMap((name) => [
      post('consumer/resetOffset.do', reset(name)),
      post('consumer/resetOffset.do', reset(name, { force: false, resetTime: began + 3_600_000 })),
      post('consumer/resetOffset.do', reset(name, { topic: 'NoTopic' })),
      post('consumer/skipAccumulate.do', reset(name, { resetTime: -1 })),
    ]),
    get('consumer/queryTopicByConsumer.query', { consumerGroup: 'DashGone', address: brokerAddr }),
    submit('monitor/createOrUpdateConsumerMonitor.do', { consumeGroupName: 'DashGroup', minCount: 1, maxDiffTotal: 9 }),
    get('monitor/consumerMonitorConfig.query'),
    get('monitor/consumerMonitorConfigByGroupName.query', { consumeGroupName: 'DashGroup' }),
    submit('monitor/deleteConsumerMonitor.do', { consumeGroupName: 'DashGroup' }),
    get('proxy/homePage.query'),
    submit('proxy/addProxyAddr.do', { newProxyAddr: '127.0.0.1:1' }),
    submit('proxy/updateProxyAddr.do', { proxyAddr: '127.0.0.1:1' }),
    get('acl/users.query', place),
    post('acl/createUser.do', { ...place, userInfo: user }),
    post('acl/updateUser.do', { ...place, userInfo: user }),
    get('acl/acls.query', place),
    post('acl/createAcl.do', { ...place, subject: 'User:u', policies }),
    post('acl/updateAcl.do', { ...place, subject: 'User:u', policies }),
    remove('acl/deleteAcl.do', { ...place, subject: 'User:u' }),
    remove('acl/deleteUser.do', { ...place, username: 'u' }),
    // Collected once a minute; how many came within the last one is chance.
    get('dashboard/topicCurrent.query', {}, ({ data }) => data?.length > 0),
    get('dashboard/topic.query', { date }, ({ data }) => Object.keys(data ?? {}).length > 0),
    get('dashboard/topic.query', { date, topicName: 'DashTopic' }),
    get('dashboard/broker.query', { date }, ({ data }) => Object.keys(data ?? {}).length > 0),
    get('cluster/list.query'),
    post('consumer/deleteSubGroup.do', { groupName: 'DashGone', brokerNameList: ['broker-a'] }),
    post('consumer/deleteSubGroup.do', { groupName: 'NoGroup', brokerNameList: ['broker-a'] }),
    get('consumer/examineSubscriptionGroupConfig.query', { consumerGroup: 'DashGone' }),
    submit('topic/deleteTopic.do', { topic: 'DashOther' }),
    submit('topic/deleteTopic.do', { topic: 'DashFIFO', clusterName: 'DefaultCluster' }),
    submit('topic/deleteTopic.do', { topic: 'NoTopic' }),
    submit('topic/deleteTopic.do', { topic: 'TBW102', clusterName: 'DefaultCluster' }),
    submit('topic/deleteTopicByBroker.do', { topic: 'DashDELAY', brokerName: 'broker-a' }),
    get('topic/examineTopicConfig.query', { topic: 'DashOther' }),
    get('topic/list.query', { skipSysProcess: true, skipRetryAndDlq: true }),
    submit('ops/updateIsVIPChannel.do', { useVIPChannel: false }),
    get('ops/homePage.query'),
    get('topic/stats.query', { topic: 'DashTopic' }),
    get('test/runTask.do'),
    get('topic/stats.query', { topic: 'TestTopic' }, ({ data }) => data !== null),
    submit('ops/updateNameSvrAddr.do', { nameSvrAddrList: nameServerAddr }),
  ];
};
