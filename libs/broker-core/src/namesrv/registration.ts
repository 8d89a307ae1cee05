import { decodeRegisterBrokerBody, type RegisterBrokerBody } from '../protocol/bodies/register-broker-body.js';
import { decodeTopicConfigSerializeWrapper } from '../protocol/bodies/topic-config-serialize-wrapper.js';
import type { RegisterBrokerRequestHeader } from '../protocol/headers/namesrv.headers.js';
import { bodyCrcOf } from '../protocol/message-record.js';
import { MQVersion, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import type { Registration } from './route-info.js';

const NO_VERSION = { stateVersion: 0, timestamp: 0, counter: 0 };

/**
 * What a REGISTER_BROKER says, header and body together.
 *
 * Throws  RequestError if the body's checksum differs or it cannot be read
 */
export function readRegistration(
  request: RemotingCommand,
  header: RegisterBrokerRequestHeader,
  connectionId: number,
): Registration {
  const body = request.body;
  if (header.bodyCrc32 !== 0 && bodyCrcOf(body ?? Buffer.alloc(0)) !== header.bodyCrc32) {
    throw new RequestError(ResponseCode.SYSTEM_ERROR, 'crc32 not match');
  }
  const said = body === undefined ? undefined : readBody(body, request.version);
  return {
    clusterName: header.clusterName,
    brokerName: header.brokerName,
    brokerId: header.brokerId,
    brokerAddr: header.brokerAddr,
    haServerAddr: header.haServerAddr ?? '',
    zoneName: header.__ZONE_NAME === '' ? undefined : header.__ZONE_NAME,
    timeoutMs: header.heartbeatTimeoutMillis,
    enableActingMaster: header.enableActingMaster,
    dataVersion: said?.topicConfigSerializeWrapper.dataVersion ?? NO_VERSION,
    topics: said?.topicConfigSerializeWrapper.topicConfigTable ?? new Map(),
    mappings: said?.topicConfigSerializeWrapper.topicQueueMappingInfoMap ?? new Map(),
    filterServers: said?.filterServerList ?? [],
    connectionId,
  };
}

function readBody(body: Buffer, version: number): RegisterBrokerBody {
  if (version >= MQVersion.V3_0_11) return decodeRegisterBrokerBody(body, version);
  const wrapper = decodeTopicConfigSerializeWrapper(body);
  return {
    topicConfigSerializeWrapper: {
      ...wrapper,
      topicQueueMappingInfoMap: new Map(),
      topicQueueMappingDetailMap: new Map(),
    },
    filterServerList: [],
  };
}
