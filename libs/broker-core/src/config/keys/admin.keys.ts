import { flag, int, type SliceOf, text } from '../key.js';

/** What operators and their tools may ask. */
export const adminKeys = {
  serverLoadBalancerEnable: flag(
    'serverLoadBalancerEnable',
    true,
    'Whether the broker answers which queues a client has.',
    {
      live: true,
    },
  ),
  configBlackList: text(
    'configBlackList',
    'configBlackList;brokerConfigPath',
    'Keys that no tool may change, separated by semicolons.',
  ),
  commandTimeoutMs: int(
    'relayTimeoutMillis',
    10_000,
    'Milliseconds a client may take to answer a request that a tool relays.',
    {
      min: 100,
      max: 600_000,
    },
  ),
};

export type AdminConfig = SliceOf<typeof adminKeys>;
