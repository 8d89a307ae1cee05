/** @typedef {import('./mqadmin-steps.mjs').Step} Step */

/**
 * Commands for what our servers do not have: the operator must read that the request is not supported, not wait or see a lost
 * connection. Apache's servers have these things, so nothing is asked of them here.
 *
 * @type {Step[]}
 */
export const refusals = [
  { name: 'listUser', words: (_f, at) => ['listUser', '-b', at.broker], shows: notSupported(3005) },
  { name: 'getUser', words: (_f, at) => ['getUser', '-b', at.broker, '-u', 'u'], shows: notSupported(3004) },
  {
    name: 'createUser',
    words: (_f, at) => ['createUser', '-b', at.broker, '-u', 'u', '-p', 'p'],
    shows: notSupported(3001),
  },
  {
    name: 'updateUser',
    words: (_f, at) => ['updateUser', '-b', at.broker, '-u', 'u', '-p', 'p'],
    shows: notSupported(3002),
  },
  { name: 'deleteUser', words: (_f, at) => ['deleteUser', '-b', at.broker, '-u', 'u'], shows: notSupported(3003) },
  { name: 'listAcl', words: (_f, at) => ['listAcl', '-b', at.broker], shows: notSupported(3010) },
  { name: 'getAcl', words: (_f, at) => ['getAcl', '-b', at.broker, '-s', 'User:u'], shows: notSupported(3009) },
  {
    name: 'createAcl',
    words: (_f, at) => ['createAcl', '-b', at.broker, '-s', 'User:u', '-r', 'Topic:*', '-a', 'PUB', '-d', 'ALLOW'],
    shows: notSupported(3006),
  },
  {
    name: 'updateAcl',
    words: (_f, at) => ['updateAcl', '-b', at.broker, '-s', 'User:u', '-r', 'Topic:*', '-a', 'PUB', '-d', 'ALLOW'],
    shows: notSupported(3007),
  },
  { name: 'deleteAcl', words: (_f, at) => ['deleteAcl', '-b', at.broker, '-s', 'User:u'], shows: notSupported(3008) },
  {
    name: 'getColdDataFlowCtrInfo',
    words: (_f, at) => ['getColdDataFlowCtrInfo', '-b', at.broker],
    shows: notSupported(2003),
  },
  {
    name: 'updateColdDataFlowCtrGroupConfig',
    words: (f, at) => ['updateColdDataFlowCtrGroupConfig', '-b', at.broker, '-g', f.group, '-v', '1'],
    shows: notSupported(2001),
  },
  {
    name: 'removeColdDataFlowCtrGroupConfig',
    words: (f, at) => ['removeColdDataFlowCtrGroupConfig', '-b', at.broker, '-g', f.group],
    shows: notSupported(2002),
  },
  {
    name: 'setCommitLogReadAheadMode',
    words: (_f, at) => ['setCommitLogReadAheadMode', '-b', at.broker, '-m', '0'],
    shows: notSupported(2004),
  },
  { name: 'getBrokerEpoch', words: (_f, at) => ['getBrokerEpoch', '-b', at.name], shows: notSupported(1007) },
  {
    name: 'resetMasterFlushOffset',
    words: (_f, at) => ['resetMasterFlushOffset', '-b', at.broker, '-o', '0'],
    shows: notSupported(908),
  },
  {
    name: 'getControllerConfig',
    words: (_f, at) => ['getControllerConfig', '-a', at.nameServer],
    shows: notSupported(1010),
  },
  {
    name: 'getControllerMetaData',
    words: (_f, at) => ['getControllerMetaData', '-a', at.nameServer],
    shows: notSupported(1005),
  },
  {
    name: 'checkRocksdbCqWriteProgress',
    words: (f, at) => ['checkRocksdbCqWriteProgress', '-c', at.cluster, '-t', f.topic],
    shows: notSupported(354),
  },
  {
    name: 'updateStaticTopic',
    words: (f, at) => ['updateStaticTopic', '-b', at.name, '-t', `${f.topic}-static`, '-qn', '2'],
    shows: notSupported(513),
  },
  {
    name: 'setConsumeMode -m POP',
    words: (f, at) => ['setConsumeMode', '-b', at.broker, '-t', f.topic, '-g', f.group, '-m', 'POP'],
    shows: () => ['this broker does not serve POP consumption yet'],
  },
];

/** @param {number} code @returns {() => Array<string | RegExp>} */
function notSupported(code) {
  return () => [`request type ${code} not supported`];
}
