import type { DataVersion } from '../protocol/bodies/data-version.js';
import {
  encodeCompressedRegisterBrokerBody,
  encodeRegisterBrokerBody,
  registerBodyCrcOf,
} from '../protocol/bodies/register-broker-body.js';
import { RegisterBrokerRequestHeader, UnRegisterBrokerRequestHeader } from '../protocol/headers/namesrv.headers.js';
import { createRequest, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';

/** Who registers, and under which addresses others find it. */
export interface Registrant {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerId: number;
  /** `host:port` for clients. */
  readonly address: string;
  /** `host:port` for slaves. */
  readonly haAddress: string;
}

/** How it is told. */
export interface RegistrationStyle {
  /** 2 write, 4 read, 6 both. */
  readonly brokerPermission: number;
  /** Deflated; such a body does not say which topics are ordered. */
  readonly isCompressed: boolean;
}

const READ_WRITE = 6;

/**
 * What a name server is told: all topics, or those that changed.
 *
 * A broker that may not be read or written says so in each topic's permission.
 *
 * Source  RocketMQ BrokerOuterAPI#registerBrokerAll, BrokerController#registerIncrementBrokerData
 */
export function registration(
  registrant: Registrant,
  topics: Iterable<TopicConfig>,
  dataVersion: DataVersion,
  { brokerPermission, isCompressed }: RegistrationStyle,
): RemotingCommand {
  const isOpen = (brokerPermission & READ_WRITE) === READ_WRITE;
  const topicConfigTable = new Map<string, TopicConfig>();
  for (const topic of topics) {
    topicConfigTable.set(topic.topicName, isOpen ? topic : { ...topic, perm: topic.perm & brokerPermission });
  }
  const encode = isCompressed ? encodeCompressedRegisterBrokerBody : encodeRegisterBrokerBody;
  const body = encode({
    topicConfigSerializeWrapper: {
      topicConfigTable,
      dataVersion,
      topicQueueMappingInfoMap: new Map(),
      topicQueueMappingDetailMap: new Map(),
    },
    filterServerList: [],
  });
  const header = {
    clusterName: registrant.clusterName,
    brokerName: registrant.brokerName,
    brokerId: registrant.brokerId,
    brokerAddr: registrant.address,
    haServerAddr: registrant.haAddress,
    enableActingMaster: false,
    compressed: isCompressed,
    bodyCrc32: registerBodyCrcOf(body),
  };
  return createRequest(RequestCode.REGISTER_BROKER, RegisterBrokerRequestHeader.encode(header), body);
}

/** Takes the broker out of the routes. */
export function unregistration({ clusterName, brokerName, brokerId, address }: Registrant): RemotingCommand {
  const header = { clusterName, brokerName, brokerId, brokerAddr: address };
  return createRequest(RequestCode.UNREGISTER_BROKER, UnRegisterBrokerRequestHeader.encode(header));
}
