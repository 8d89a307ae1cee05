/**
 * Settings that would be dangerous to accept without doing what they say: somebody who switches authentication on must
 * not get an open broker. Each answers why a value cannot be had, or undefined.
 */
export const refusals: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ['aclEnable', unlessFalse('this release has no access control')],
  ['authenticationEnabled', unlessFalse('this release has no authentication')],
  ['authorizationEnabled', unlessFalse('this release has no authorization')],
  ['enableDLegerCommitLog', unlessFalse('this release has no DLedger')],
  ['enableControllerMode', unlessFalse('this release works without a controller')],
  ['transRocksDBEnable', unlessFalse('this release does not use RocksDB')],
  ['timerRocksDBEnable', unlessFalse('this release does not use RocksDB')],
  ['enablePropertyFilter', unlessFalse('this release filters by tag only')],
  ['useTLS', unlessFalse('this release has no TLS')],
  [
    'storeType',
    (value) => (value === 'default' ? undefined : 'this release keeps the classic files only; write storeType=default'),
  ],
  [
    'defaultMessageRequestMode',
    (value) => (value.toUpperCase() === 'PULL' ? undefined : 'this release has no POP consumption; write PULL'),
  ],
  [
    'brokerRole',
    (value) =>
      value.toUpperCase() === 'SLAVE' ? 'this release has no slaves; write brokerRole=ASYNC_MASTER' : undefined,
  ],
]);

function unlessFalse(why: string): (value: string) => string | undefined {
  return (value) =>
    value.toLowerCase() === 'false' || value === '' ? undefined : `${why}; write false or leave it out`;
}
