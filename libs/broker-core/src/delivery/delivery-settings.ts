/** What an operator may decide about sending and pulling. RocketMQ: BrokerConfig's keys for both. */
export interface DeliverySettings {
  /** Permission bits of the whole broker: 4 read, 2 write. */
  readonly brokerPermission: number;
  /** Written into messages and answers for message traces. */
  readonly regionId: string;
  readonly traceOn: boolean;
  /** Sends before this moment (ms since the epoch) are refused; 0 is never. */
  readonly startAcceptSendRequestTimeStamp: number;
  readonly maxMessageSizeBytes: number;
  /** Replies are also kept in the reply topic of the cluster. */
  readonly storeReplyMessageEnable: boolean;
  readonly longPollingEnable: boolean;
  /** How long a pull waits when long polling is off. */
  readonly shortPollingTimeMs: number;
  readonly litePullMessageEnable: boolean;
  /** A slow consumer may be told to read from a slave. */
  readonly slaveReadEnable: boolean;
  /** Most messages of a query by unique key. */
  readonly defaultQueryMaxNum: number;
  /** Sends that wait for the store; one more is answered SYSTEM_BUSY. */
  readonly sendQueueCapacity: number;
  /** Bytes of bodies that wait for the store; one more send is answered SYSTEM_BUSY. */
  readonly sendQueueBytes: number;
  /** A send that waited longer for its append is answered SYSTEM_BUSY. */
  readonly waitTimeInSendQueueMs: number;
  /** An append that keeps the log busy for longer makes new sends be answered SYSTEM_BUSY. */
  readonly osPageCacheBusyTimeOutMs: number;
  /** Pulls that wait for messages; one more is answered empty-handed at once. */
  readonly maxHeldPulls: number;
}

export const defaultDeliverySettings: DeliverySettings = {
  brokerPermission: 6,
  regionId: 'DefaultRegion',
  traceOn: true,
  startAcceptSendRequestTimeStamp: 0,
  maxMessageSizeBytes: 4 * 1024 * 1024,
  storeReplyMessageEnable: true,
  longPollingEnable: true,
  shortPollingTimeMs: 1_000,
  litePullMessageEnable: true,
  slaveReadEnable: false,
  defaultQueryMaxNum: 32,
  sendQueueCapacity: 10_000,
  sendQueueBytes: 256 * 1024 * 1024,
  waitTimeInSendQueueMs: 200,
  osPageCacheBusyTimeOutMs: 1_000,
  maxHeldPulls: 100_000,
};
