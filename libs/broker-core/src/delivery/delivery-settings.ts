/** What an operator may decide about sending and pulling; config/keys/delivery.keys.ts says how it is written. */
export interface DeliverySettings {
  readonly traceOn: boolean;
  /** Sends before this moment (ms since the epoch) are refused; 0 is never. */
  readonly acceptSendsFromMs: number;
  /** Replies are also kept in the reply topic of the cluster. */
  readonly storeReplyMessageEnable: boolean;
  readonly longPollingEnable: boolean;
  /** How long a pull waits when long polling is off. */
  readonly shortPollingTimeMs: number;
  readonly rejectPullConsumerEnable: boolean;
  readonly litePullMessageEnable: boolean;
  readonly slaveReadEnable: boolean;
  /** Pulls that wait for messages; one more is answered empty-handed at once. */
  readonly maxHeldPulls: number;
  /** Whether `sendMayWaitMs` counts at all. */
  readonly fastFailureEnable: boolean;
  /** Sends that wait for the store; one more is answered SYSTEM_BUSY. */
  readonly sendQueueCapacity: number;
  /** While requests wait longer for their turn, sends are answered SYSTEM_BUSY. */
  readonly sendMayWaitMs: number;
  /** Most messages of a query by unique key. */
  readonly defaultQueryMaxNum: number;
}

/** RocketMQ's defaults. */
export const defaultDeliverySettings: DeliverySettings = {
  traceOn: true,
  acceptSendsFromMs: 0,
  storeReplyMessageEnable: true,
  longPollingEnable: true,
  shortPollingTimeMs: 1_000,
  rejectPullConsumerEnable: false,
  litePullMessageEnable: true,
  slaveReadEnable: false,
  maxHeldPulls: 100_000,
  fastFailureEnable: true,
  sendQueueCapacity: 10_000,
  sendMayWaitMs: 200,
  defaultQueryMaxNum: 32,
};
