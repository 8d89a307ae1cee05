import { choice, int, type SliceOf, text } from '../key.js';

const NAME = { pattern: /^[A-Za-z0-9_-]{1,127}$/, allowed: '1 to 127 of A-Z a-z 0-9 _ -', important: true };

/** Who this broker is, and under which address others find it. */
export const identityKeys = {
  clusterName: text('brokerClusterName', 'DefaultCluster', 'The cluster this broker belongs to.', NAME),
  brokerName: text(
    'brokerName',
    '',
    'The name that a master shares with its slaves; the host name when left out.',
    NAME,
  ),
  brokerId: int('brokerId', 0, '0 is the master; slaves count from 1.', { important: true }),
  brokerRole: choice(
    'brokerRole',
    ['ASYNC_MASTER', 'SYNC_MASTER', 'SLAVE'],
    'ASYNC_MASTER',
    'Whether it takes writes, and whether it waits for its slaves.',
    { important: true },
  ),
  advertisedHost: text('brokerIP1', '', 'The address that clients are told; detected when left out.', {
    important: true,
    pattern: /^[A-Za-z0-9.:_-]+$/,
    allowed: 'an address or host name without port',
  }),
  haHost: text('brokerIP2', '', 'The address that slaves are told; brokerIP1 when left out.', {
    pattern: /^[A-Za-z0-9.:_-]+$/,
    allowed: 'an address or host name without port',
  }),
  regionId: text('regionId', 'DefaultRegion', 'Put into every answer to a send, for message traces.'),
};

export type IdentityConfig = SliceOf<typeof identityKeys>;
