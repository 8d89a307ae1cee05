/** What an operator may decide about consumers and producers. RocketMQ: the group keys of BrokerConfig. */
export interface ConsumerSettings {
  /** An unknown subscription group is created when it is first used. */
  readonly autoCreateSubscriptionGroup: boolean;
  /** Consumers hear at once when members of their group come and go. */
  readonly notifyConsumerIdsChangedEnable: boolean;
  /** Pull consumers (CONSUME_ACTIVELY) are not registered, and their pulls are refused. */
  readonly rejectPullConsumerEnable: boolean;
  /** A client that sent no heartbeat for so long is forgotten and its connection closed. */
  readonly channelExpiredTimeoutMs: number;
  readonly flushConsumerOffsetIntervalMs: number;
  /** Consumer offsets get a new DataVersion every so many commits. */
  readonly consumerOffsetUpdateVersionStep: number;
  /** RESET_CONSUMER_OFFSET works on the broker: the next pull of each queue is told to move. */
  readonly useServerSideResetOffset: boolean;
  /** Subscription groups beyond this number are refused. */
  readonly maxGroupNums: number;
  /** Clients of one group beyond this number are refused. */
  readonly maxClientsPerGroup: number;
  /** Locks of an orderly queue end so long after their owner last renewed them. */
  readonly rebalanceLockMaxLiveTimeMs: number;
}

export const defaultConsumerSettings: ConsumerSettings = {
  autoCreateSubscriptionGroup: true,
  notifyConsumerIdsChangedEnable: true,
  rejectPullConsumerEnable: false,
  channelExpiredTimeoutMs: 120_000,
  flushConsumerOffsetIntervalMs: 5_000,
  consumerOffsetUpdateVersionStep: 500,
  useServerSideResetOffset: true,
  maxGroupNums: 100_000,
  maxClientsPerGroup: 10_000,
  rebalanceLockMaxLiveTimeMs: 60_000,
};
