import { flag, int, type SliceOf, text } from '../key.js';

/** Where this broker registers, and how often. */
export const clusterKeys = {
  nameServers: text('namesrvAddr', '', 'Name servers, host:port separated by semicolons; NAMESRV_ADDR when left out.', {
    important: true,
    live: true,
    pattern: /^$|^[^;\s:]+:\d{1,5}(\s*;\s*[^;\s:]+:\d{1,5})*;?$/,
    allowed: 'host:port;host:port',
  }),
  registerEveryMs: int(
    'registerNameServerPeriod',
    30_000,
    'Milliseconds between two registrations; held between 10 s and 60 s.',
    {
      min: 1,
    },
  ),
  registerTimeoutMs: int('registerBrokerTimeoutMills', 24_000, 'Milliseconds that a name server may take to answer.', {
    min: 100,
    max: 600_000,
  }),
  forceRegister: flag('forceRegister', true, 'Whether to register when a name server already has our data version.', {
    live: true,
  }),
  compressedRegister: flag('compressedRegister', false, 'Whether registrations are deflated.', { live: true }),
};

export type ClusterConfig = SliceOf<typeof clusterKeys>;
