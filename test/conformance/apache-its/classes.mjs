/**
 * What of Apache's module `test` is not run, and why: a folder (it ends with a dot), a class, or a class#method, below
 * org.apache.rocketmq.test.
 *
 * @type {Record<string, string>}
 */
export const leftOut = {
  'autoswitchrole.': 'controllers',
  'base.': 'DLedger',
  'client.consumer.filter.': 'SQL92',
  'client.consumer.pop.': 'POP',
  'client.producer.batch.BatchSendIT#testBatchSend_SysInnerBatch': 'batch queues (queue.type=BatchCQ)',
  'client.producer.transaction.': 'transactions',
  'container.': 'broker containers',
  'dledger.': 'DLedger',
  'grpc.': 'gRPC',
  'offset.LagCalculationIT#testEstimateLag': 'SQL92; asks a store in its own JVM',
  'offset.OffsetNotFoundIT': 'puts a hook into a broker in its own JVM',
  'offset.OffsetResetForPopIT': 'POP',
  'recall.': 'timer messages and their recall',
  'retry.PopConsumerRetryIT': 'POP',
  'route.CreateAndUpdateTopicIT#testStaticTopicNotAffected': 'static topics',
  'smoke.NormalMessageSendAndRecvIT#testSynSendMessageWhenEnableBuildConsumeQueueConcurrently':
    'restarts brokers in its own JVM',
  'statictopic.': 'static topics',
  'tls.': 'TLS',
};

/** @param {string} name */
const isLeftOut = (name) =>
  Object.keys(leftOut).some((key) => (key.endsWith('.') ? name.startsWith(key) : name === key));

/** These change how brokers hold pulls and do not change it back. @param {string} name */
const changesBrokers = (name) => name.startsWith('offset.');

const TESTS = 'org/apache/rocketmq/test/';

/**
 * The classes that are run: every ...IT of the tests' jar that is not left out.
 *
 * @param {string[]} entries  of the jar
 */
export function classesOf(entries) {
  return entries
    .filter((entry) => entry.startsWith(TESTS) && /\/\w+IT\.class$/.test(entry))
    .map((entry) => entry.slice(TESTS.length, -'.class'.length).replaceAll('/', '.'))
    .filter((name) => !isLeftOut(name))
    .sort((one, other) => Number(changesBrokers(one)) - Number(changesBrokers(other)) || (one < other ? -1 : 1));
}

/** Methods of a class that are not run. @param {string} name */
export const methodsLeftOut = (name) =>
  Object.keys(leftOut)
    .filter((key) => key.startsWith(`${name}#`))
    .map((key) => key.slice(name.length + 1));
