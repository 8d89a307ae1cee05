/** What an operator may decide about consumers; config/keys/consumers.keys.ts says how it is written and what it means. */
export interface ConsumerSettings {
  /** An unknown subscription group is created when it is first used. */
  readonly autoCreateSubscriptionGroup: boolean;
  readonly enableCreateSysGroup: boolean;
  /** Consumers hear at once when members of their group come and go. */
  readonly notifyConsumerIdsChangedEnable: boolean;
  readonly flushOffsetsEveryMs: number;
  /** Consumer offsets get a new DataVersion every so many commits. */
  readonly offsetVersionStep: number;
  /** A client that sent no heartbeat for so long is forgotten and its connection closed. */
  readonly channelExpiresAfterMs: number;
  /** Locks of an orderly queue end so long after their owner last renewed them. */
  readonly queueLockExpiresAfterMs: number;
  /** Offsets are reset on the broker: the next pull of each queue is told to move. */
  readonly useServerSideResetOffset: boolean;
}

/** RocketMQ's defaults. */
export const defaultConsumerSettings: ConsumerSettings = {
  autoCreateSubscriptionGroup: true,
  enableCreateSysGroup: true,
  notifyConsumerIdsChangedEnable: true,
  flushOffsetsEveryMs: 5_000,
  offsetVersionStep: 500,
  channelExpiresAfterMs: 120_000,
  queueLockExpiresAfterMs: 60_000,
  useServerSideResetOffset: true,
};
