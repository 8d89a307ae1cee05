/**
 * Who this broker is: the names and the address it registers, writes into messages and quotes in refusals.
 *
 * RocketMQ: BrokerIdentity and BrokerConfig#brokerIP1
 */
export interface BrokerIdentity {
  readonly clusterName: string;
  readonly brokerName: string;
  /** 0 is the master. */
  readonly brokerId: number;
  /** The address that clients are told to connect to, without port. */
  readonly advertisedHost: string;
  /** Written into messages and answers for message traces. */
  readonly regionId: string;
}
