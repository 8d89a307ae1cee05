import { flag, int, type SliceOf } from '../key.js';

/** Consumer groups, their members and their offsets. */
export const consumersKeys = {
  autoCreateSubscriptionGroup: flag(
    'autoCreateSubscriptionGroup',
    true,
    'Whether a heartbeat creates an unknown group.',
    {
      live: true,
      important: true,
    },
  ),
  enableCreateSysGroup: flag('enableCreateSysGroup', true, 'Whether the groups of the system exist from the start.'),
  notifyConsumerIdsChangedEnable: flag(
    'notifyConsumerIdsChangedEnable',
    true,
    'Whether members hear at once when their group changes.',
    { live: true },
  ),
  flushOffsetsEveryMs: int(
    'flushConsumerOffsetInterval',
    5000,
    'Milliseconds between two writes of consumerOffset.json.',
    {
      min: 100,
      max: 600_000,
    },
  ),
  offsetVersionStep: int('consumerOffsetUpdateVersionStep', 500, 'Commits per step of the offsets’ data version.', {
    min: 1,
  }),
  channelExpiresAfterMs: int(
    'channelExpiredTimeout',
    120_000,
    'Milliseconds without heartbeat after which a member is gone.',
    {
      min: 1000,
    },
  ),
  queueLockExpiresAfterMs: int(
    'rebalanceLockMaxLiveTime',
    60_000,
    'Milliseconds after which an ordered consumer that stopped renewing loses its queue.',
    { min: 1000 },
  ),
  useServerSideResetOffset: flag(
    'useServerSideResetOffset',
    true,
    'Whether a reset happens in the broker instead of in clients.',
    {
      live: true,
    },
  ),
};

export type ConsumersConfig = SliceOf<typeof consumersKeys>;
