import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./mqadmin-steps.mjs').Step} Step */

/**
 * Commands that read or write files, and what is done with the topics and groups they made. They run in the scratch directory.
 *
 * @type {Step[]}
 */
export const fileSteps = [
  {
    name: 'updateTopicList',
    words: (f, at) => {
      const topics = [topicOf(`${f.topic}-l1`, 2), topicOf(`${f.topic}-l2`, 3)];
      return ['updateTopicList', '-b', at.broker, '-f', written(at, 'topics.json', topics)];
    },
    shows: (_f, at) => [`submit batch of topic config to ${at.broker} success`],
  },
  {
    name: 'topicRoute after updateTopicList',
    words: (f) => ['topicRoute', '-t', `${f.topic}-l2`],
    shows: () => ['"readQueueNums":3'],
  },
  {
    name: 'updateTopic -o -a',
    words: (f, at) => [
      ...['updateTopic', '-c', at.cluster, '-t', `${f.topic}-o`, '-r', '2', '-w', '2', '-o', 'true'],
      ...['-a', '+message.type=FIFO'],
    ],
    shows: (f, at) => [
      `create topic to ${at.broker} success.`,
      `set cluster orderConf. isOrder=true, orderConf=[${at.name}:2]`,
      'message.type=FIFO',
      `${f.topic}-o`,
    ],
  },
  {
    name: 'updateSubGroupList',
    words: (f, at) => {
      const groups = [{ groupName: `${f.group}-l1`, retryMaxTimes: 7 }, { groupName: `${f.group}-l2` }];
      return ['updateSubGroupList', '-b', at.broker, '-f', written(at, 'groups.json', groups)];
    },
    shows: (_f, at) => [`to ${at.broker} success`],
  },
  {
    name: 'getConsumerConfig after updateSubGroupList',
    words: (f) => ['getConsumerConfig', '-g', `${f.group}-l1`],
    shows: () => [/^retryMaxTimes += +7$/m],
  },
  {
    name: 'updateSubGroup --attributes',
    words: (f, at) => ['updateSubGroup', '-b', at.broker, '-g', `${f.group}-l1`, '--attributes', '+priority.factor=50'],
    shows: (_f, at) => [`create subscription group to ${at.broker} success.`],
  },
  {
    name: 'getConsumerConfig after updateSubGroup --attributes',
    words: (f) => ['getConsumerConfig', '-g', `${f.group}-l1`],
    shows: () => [/^attributes += +\{priority\.factor=50\}$/m],
  },
  {
    name: 'cloneGroupOffset',
    words: (f) => ['cloneGroupOffset', '-s', f.group, '-d', `${f.group}-l1`, '-t', f.topic, '-o', 'true'],
    shows: (f) => [`clone group offset success. srcGroup[${f.group}], destGroup=[${f.group}-l1]`],
  },
  {
    name: 'setConsumeMode',
    words: (f, at) => ['setConsumeMode', '-b', at.broker, '-t', f.topic, '-g', f.group, '-m', 'PULL'],
    shows: (f, at) => [`set consume mode to ${at.broker} success.`, `topic[${f.topic}] group[${f.group}]`],
  },
  {
    name: 'haStatus',
    words: (_f, at) => ['haStatus', '-b', at.broker],
    shows: () => [/#MasterCommitLogMaxOffset\t\d+/, '#SlaveNum\t0', '#InSyncSlaveNum\t0'],
  },
  {
    name: 'updateNamesrvConfig',
    words: () => ['updateNamesrvConfig', '-k', 'orderMessageEnable', '-v', 'true'],
    shows: () => ['update name server config success!', 'orderMessageEnable : true'],
  },
  {
    name: 'exportMetadata -c',
    words: (_f, at) => ['exportMetadata', '-c', at.cluster, '-f', at.scratch],
    shows: (f, at) => [
      `export ${at.scratch}/metadata.json success`,
      ...inFile(at, 'metadata.json', f.topic, f.group, '"topicConfigTable"', '"subscriptionGroupTable"'),
    ],
  },
  {
    name: 'exportMetadata -b -t',
    words: (_f, at) => ['exportMetadata', '-b', at.broker, '-t', '-f', at.scratch],
    shows: (f, at) => [`export ${at.scratch}/topic.json success`, ...inFile(at, 'topic.json', f.topic)],
  },
  {
    name: 'exportConfigs',
    words: (_f, at) => ['exportConfigs', '-c', at.cluster, '-f', at.scratch],
    shows: (_f, at) => [
      `export ${at.scratch}/configs.json success`,
      ...inFile(at, 'configs.json', '"brokerConfigs"', at.name, '"flushDiskType":"ASYNC_FLUSH"', '"clusterScale"'),
    ],
  },
  {
    name: 'exportMetrics',
    words: (_f, at) => ['exportMetrics', '-c', at.cluster, '-f', at.scratch],
    shows: (_f, at) => [
      `export ${at.scratch}/metrics.json success`,
      ...inFile(at, 'metrics.json', '"evaluateReport"', '"runtimeEnv"', '"runtimeQuota"', '"runtimeVersion"'),
    ],
  },
];

/** @param {string} topicName @param {number} queues */
function topicOf(topicName, queues) {
  return { topicName, readQueueNums: queues, writeQueueNums: queues, perm: 6, topicFilterType: 'SINGLE_TAG' };
}

/** @param {import('./mqadmin-steps.mjs').Place} at @param {string} name @param {unknown} value */
function written(at, name, value) {
  const path = join(at.scratch, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/**
 * What the file that a command wrote lacks, as lines that its output will not have; nothing when all is there.
 *
 * @param {import('./mqadmin-steps.mjs').Place} at @param {string} name @param {string[]} wanted
 */
function inFile(at, name, ...wanted) {
  const text = readFileSync(join(at.scratch, name), 'utf8').replaceAll(/\s/g, '');
  return wanted.filter((one) => !text.includes(one)).map((one) => `${one} in ${name}: ${text.slice(0, 600)}`);
}
