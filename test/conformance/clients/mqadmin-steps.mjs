import { messageSteps } from './mqadmin-messages.mjs';

/**
 * @typedef {Record<'topic' | 'group' | 'clientId' | 'producerGroup' | 'tracedMsgId' | 'msgId' | 'offsetMsgId' | 'queueId', string>} Fixture
 * @typedef {{ broker: string, name: string, cluster: string, nameServer: string, scratch: string }} Place
 * @typedef {{ name: string, words(f: Fixture, at: Place): string[], shows?: (f: Fixture, at: Place) => Array<string | RegExp> }} Step
 */

/**
 * Apache's commands in the order they are run, with what must be found in their output. Later ones use what earlier ones made.
 *
 * @type {Step[]}
 */
export const steps = [
  {
    name: 'clusterList',
    words: () => ['clusterList'],
    shows: (_f, at) => [
      /#Cluster Name +#Broker Name +#BID +#Addr +#Version +#InTPS\(LOAD\) +#OutTPS\(LOAD\)/,
      new RegExp(`^${at.cluster} +${at.name} +0 +${at.broker} +V\\d+_\\d+_\\d+.* true$`, 'm'),
    ],
  },
  {
    name: 'clusterList -m',
    words: () => ['clusterList', '-m'],
    shows: (_f, at) => [
      /#InTotalYest +#OutTotalYest +#InTotalToday +#OutTotalToday/,
      new RegExp(`^${at.cluster} +${at.name} +0 +0 +\\d+ +\\d+$`, 'm'),
    ],
  },
  {
    name: 'topicList',
    words: () => ['topicList'],
    shows: (f) => [new RegExp(`^${f.topic}$`, 'm'), `%RETRY%${f.group}`],
  },
  {
    name: 'topicList -c',
    words: (_f, at) => ['topicList', '-c', at.cluster],
    shows: (f, at) => [
      /#Cluster Name +#Topic +#Consumer Group/,
      new RegExp(`^${at.cluster} +${f.topic} +${f.group} *$`, 'm'),
    ],
  },
  {
    name: 'topicRoute',
    words: (f) => ['topicRoute', '-t', f.topic],
    shows: (_f, at) => [`"brokerName":"${at.name}"`, `0:"${at.broker}"`, '"readQueueNums":4', '"perm":6'],
  },
  {
    name: 'topicRoute -l',
    words: (f) => ['topicRoute', '-t', f.topic, '-l'],
    shows: (_f, at) => [
      /#BrokerName +#BrokerAddrs +#ReadQueue +#WriteQueue +#Perm/,
      new RegExp(`${at.name} +\\{0=${at.broker}\\} +4 +4 +6`),
    ],
  },
  {
    name: 'topicStatus',
    words: (f) => ['topicStatus', '-t', f.topic],
    shows: (_f, at) => [
      /#Broker Name +#QID +#Min Offset +#Max Offset +#Last Updated/,
      ...[0, 1, 2, 3].map((queue) => new RegExp(`^${at.name} +${queue} +0 +3 +\\d{4}-\\d\\d-\\d\\d `, 'm')),
      /Topic Put TPS: [\d.]+/,
    ],
  },
  { name: 'topicClusterList', words: (f) => ['topicClusterList', '-t', f.topic], shows: (_f, at) => [at.cluster] },
  {
    name: 'updateTopic -c',
    words: (f, at) => ['updateTopic', '-c', at.cluster, '-t', `${f.topic}-c`, '-r', '6', '-w', '6'],
    shows: (_f, at) => [`create topic to ${at.broker} success.`, 'readQueueNums=6, writeQueueNums=6, perm=RW-'],
  },
  {
    name: 'updateTopic -b',
    words: (f, at) => ['updateTopic', '-b', at.broker, '-t', `${f.topic}-b`, '-r', '2', '-w', '3', '-p', '6'],
    shows: (_f, at) => [`create topic to ${at.broker} success.`, 'readQueueNums=2, writeQueueNums=3'],
  },
  {
    name: 'updateTopicPerm',
    words: (f, at) => ['updateTopicPerm', '-b', at.broker, '-t', `${f.topic}-c`, '-p', '4'],
    shows: (_f, at) => [`update topic perm from 6 to 4 in ${at.broker} success.`],
  },
  {
    name: 'deleteTopic',
    words: (f, at) => ['deleteTopic', '-c', at.cluster, '-t', `${f.topic}-c`],
    shows: (f, at) => [
      `delete topic [${f.topic}-c] from cluster [${at.cluster}] success.`,
      `delete topic [${f.topic}-c] from NameServer success.`,
    ],
  },
  {
    name: 'updateSubGroup',
    words: (f, at) => ['updateSubGroup', '-c', at.cluster, '-g', `${f.group}-2`, '-r', '3', '-q', '2'],
    shows: (_f, at) => [`create subscription group to ${at.broker} success.`, 'retryQueueNums=2, retryMaxTimes=3'],
  },
  {
    name: 'getConsumerConfig',
    words: (f) => ['getConsumerConfig', '-g', `${f.group}-2`],
    shows: (f, at) => [
      `${at.cluster}:${at.name}`,
      new RegExp(`^groupName += +${f.group}-2$`, 'm'),
      /^retryQueueNums += +2$/m,
      /^retryMaxTimes += +3$/m,
      /^consumeEnable += +true$/m,
      /^whichBrokerWhenConsumeSlowly += +1$/m,
      /^consumeTimeoutMinute += +15$/m,
    ],
  },
  {
    name: 'deleteSubGroup',
    words: (f, at) => ['deleteSubGroup', '-c', at.cluster, '-g', `${f.group}-2`],
    shows: (f, at) => [
      `delete subscription group [${f.group}-2] from broker [${at.broker}] in cluster [${at.cluster}] success.`,
    ],
  },
  {
    name: 'consumerProgress -g',
    words: (f) => ['consumerProgress', '-g', f.group],
    shows: (f, at) => [
      /#Topic +#Broker Name +#QID +#Broker Offset +#Consumer Offset +#Diff +#Inflight +#LastTime/,
      ...[0, 1, 2, 3].map((queue) => new RegExp(`^${f.topic} +${at.name} +${queue} +3 +3 +0 +0 +\\d{4}-`, 'm')),
      /Consume TPS: [\d.]+/,
      'Consume Diff Total: 0',
      'Consume Inflight Total: 0',
    ],
  },
  {
    name: 'consumerProgress -g -s',
    words: (f) => ['consumerProgress', '-g', f.group, '-s', 'true'],
    shows: (f) => [/#Client IP/, new RegExp(`^${f.topic} .* ${f.clientId.split('@')[0]} `, 'm')],
  },
  {
    name: 'consumerProgress',
    words: () => ['consumerProgress'],
    shows: (f) => [
      /#Group +#Count +#Version +#Type +#Model +#TPS +#Diff Total/,
      new RegExp(`^${f.group} +1 +V5_5_0 +PUSH +CLUSTERING +[\\d.]+ +0`, 'm'),
    ],
  },
  {
    name: 'consumerStatus',
    words: (f) => ['consumerStatus', '-g', f.group],
    shows: (f) => [
      /#Index +#ClientId +#Version +#ConsumerRunningInfoFile/,
      f.clientId,
      'Same subscription in the same group of consumer',
      'Rebalance OK',
    ],
  },
  {
    name: 'consumerStatus -i',
    words: (f) => ['consumerStatus', '-g', f.group, '-i', f.clientId],
    shows: (f) => ['#Consumer Properties#', '#Consumer Subscription#', '#Consumer Offset#', f.topic],
  },
  {
    name: 'consumerConnection',
    words: (f) => ['consumerConnection', '-g', f.group],
    shows: (f) => [
      /#ClientId +#ClientAddr +#Language +#Version/,
      new RegExp(`^${f.clientId} +127\\.0\\.0\\.1:\\d+ +JAVA +V5_5_0`, 'm'),
      new RegExp(`^${f.topic} +Even \\|\\| Odd`, 'm'),
      'ConsumeType: CONSUME_PASSIVELY',
      'MessageModel: CLUSTERING',
      'ConsumeFromWhere: CONSUME_FROM_FIRST_OFFSET',
    ],
  },
  {
    name: 'producerConnection',
    words: (f) => ['producerConnection', '-g', f.producerGroup, '-t', f.topic],
    shows: () => [/^0001 +\S+ +127\.0\.0\.1:\d+ +JAVA +V5_5_0/m],
  },
  {
    name: 'producer',
    words: (_f, at) => ['producer', '-b', at.broker],
    shows: (f) => [`producer group (${f.producerGroup}) instance : clientId=`],
  },
  {
    name: 'brokerStatus',
    words: (_f, at) => ['brokerStatus', '-b', at.broker],
    shows: () =>
      [
        'bootTimestamp',
        'brokerActive',
        'brokerVersionDesc',
        'commitLogDirCapacity',
        'commitLogDiskRatio',
        'commitLogMaxOffset',
        'commitLogMinOffset',
        'dispatchBehindBytes',
        'earliestMessageTimeStamp',
        'getTotalTps',
        'msgPutTotalTodayNow',
        'putMessageTimesTotal',
        'putTps',
        'runtime',
        'sendThreadPoolQueueSize',
        'sendThreadPoolQueueHeadWaitTimeMills',
      ].map((key) => new RegExp(`^${key} *: \\S`, 'm')),
  },
  {
    name: 'brokerStatus -c',
    words: (_f, at) => ['brokerStatus', '-c', at.cluster],
    shows: (_f, at) => [new RegExp(`^${at.broker} +bootTimestamp *: \\d+`, 'm')],
  },
  {
    name: 'brokerConsumeStats',
    words: (_f, at) => ['brokerConsumeStats', '-b', at.broker],
    shows: (f, at) => [
      /#Topic +#Group +#Broker Name +#QID +#Broker Offset +#Consumer Offset +#Diff +#LastTime/,
      new RegExp(`^${f.topic} +${f.group} +${at.name} +0 +3 +3 +0 `, 'm'),
    ],
  },
  {
    name: 'getBrokerConfig',
    words: (_f, at) => ['getBrokerConfig', '-b', at.broker],
    shows: (_f, at) => [
      `============${at.broker}============`,
      new RegExp(`^brokerName += +${at.name}$`, 'm'),
      new RegExp(`^listenPort += +${at.broker.split(':')[1]}$`, 'm'),
      /^storePathRootDir += +\//m,
      /^flushDiskType += +ASYNC_FLUSH$/m,
      /^fileReservedTime += +48$/m,
    ],
  },
  {
    name: 'updateBrokerConfig',
    words: (_f, at) => ['updateBrokerConfig', '-b', at.broker, '-k', 'fileReservedTime', '-v', '49'],
    shows: (_f, at) => [`update broker config success, ${at.broker}`],
  },
  {
    name: 'getBrokerConfig after the update',
    words: (_f, at) => ['getBrokerConfig', '-b', at.broker],
    shows: () => [/^fileReservedTime += +49$/m],
  },
  {
    name: 'getNamesrvConfig',
    words: () => ['getNamesrvConfig'],
    shows: (_f, at) => [`============${at.nameServer}============`, /^kvConfigPath += /m],
  },
  ...messageSteps,
  {
    name: 'updateKvConfig',
    words: () => ['updateKvConfig', '-s', 'CONFORMANCE', '-k', 'k', '-v', 'v'],
    shows: () => ['create or update kv config to namespace success.'],
  },
  {
    name: 'deleteKvConfig',
    words: () => ['deleteKvConfig', '-s', 'CONFORMANCE', '-k', 'k'],
    shows: () => ['delete kv config from namespace success.'],
  },
  {
    name: 'updateOrderConf put',
    words: (f, at) => ['updateOrderConf', '-t', f.topic, '-m', 'put', '-v', `${at.name}:4`],
    shows: () => ['update orderConf success.'],
  },
  {
    name: 'updateOrderConf get',
    words: (f) => ['updateOrderConf', '-t', f.topic, '-m', 'get'],
    shows: (f, at) => [`topic=[${f.topic}], orderConf=[${at.name}:4]`],
  },
  {
    name: 'updateOrderConf delete',
    words: (f) => ['updateOrderConf', '-t', f.topic, '-m', 'delete'],
    shows: () => ['delete orderConf success.'],
  },
  {
    name: 'wipeWritePerm',
    words: (_f, at) => ['wipeWritePerm', '-b', at.name],
    shows: (_f, at) => [
      new RegExp(`wipe write perm of broker\\[${at.name}\\] in name server\\[${at.nameServer}\\] OK, [1-9]\\d*`),
    ],
  },
  { name: 'topicRoute after wipeWritePerm', words: (f) => ['topicRoute', '-t', f.topic], shows: () => ['"perm":4'] },
  {
    name: 'addWritePerm',
    words: (_f, at) => ['addWritePerm', '-b', at.name],
    shows: (_f, at) => [
      new RegExp(`add write perm of broker\\[${at.name}\\] in name server\\[${at.nameServer}\\] OK, [1-9]\\d*`),
    ],
  },
  { name: 'topicRoute after addWritePerm', words: (f) => ['topicRoute', '-t', f.topic], shows: () => ['"perm":6'] },
  {
    name: 'statsAll',
    words: () => ['statsAll'],
    shows: (f) => [
      /#Topic +#Consumer Group +#Accumulation +#InTPS +#OutTPS +#InMsg24Hour +#OutMsg24Hour/,
      new RegExp(`^${f.topic} +${f.group} +\\d+ +[\\d.]+ +[\\d.]+ +\\d+ +\\d+`, 'm'),
    ],
  },
  { name: 'cleanExpiredCQ -b', words: (_f, at) => ['cleanExpiredCQ', '-b', at.broker], shows: () => ['success'] },
  { name: 'cleanExpiredCQ -c', words: (_f, at) => ['cleanExpiredCQ', '-c', at.cluster], shows: () => ['success'] },
  { name: 'cleanUnusedTopic', words: (_f, at) => ['cleanUnusedTopic', '-b', at.broker], shows: () => ['success'] },
  {
    name: 'deleteExpiredCommitLog',
    words: (_f, at) => ['deleteExpiredCommitLog', '-b', at.broker],
    shows: () => ['success'],
  },
  {
    name: 'allocateMQ',
    words: (f) => ['allocateMQ', '-t', f.topic, '-i', '10.0.0.1,10.0.0.2'],
    shows: () => ['"10.0.0.1":[', '"queueId":3'],
  },
  {
    name: 'checkMsgSendRT',
    words: (f) => ['checkMsgSendRT', '-t', f.topic, '-a', '3', '-s', '16'],
    shows: (_f, at) => [
      /#Broker Name +#QID +#Send Result +#RT/,
      new RegExp(`^${at.name} +\\d +true +\\d+`, 'm'),
      /Avg RT: [\d.]+/,
    ],
  },
  {
    name: 'sendMsgStatus',
    words: (_f, at) => ['sendMsgStatus', '-b', at.name, '-s', '16', '-c', '2'],
    shows: () => [/rt=\d+ms, SendResult=SendResult \[sendStatus=SEND_OK/],
  },
];
