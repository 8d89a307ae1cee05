import { decodeDataVersion, encodeDataVersion, isSameDataVersion } from '../protocol/bodies/data-version.js';
import { encodeKVTable } from '../protocol/bodies/kv-table.js';
import {
  BrokerHeartbeatRequestHeader,
  QueryDataVersionRequestHeader,
  QueryDataVersionResponseHeader,
  RegisterBrokerRequestHeader,
  RegisterBrokerResponseHeader,
  UnRegisterBrokerRequestHeader,
} from '../protocol/headers/namesrv.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { Connection } from '../remoting/connection.js';
import { NAMESPACE_ORDER_TOPIC_CONFIG } from './kv-config.js';
import type { NameServerRooms, Register } from './name-server-rooms.js';
import { readRegistration } from './registration.js';

/** What brokers say: register, unregister, heartbeat, and the question whether their topics are still known. */
export function registerBrokerProcessors(register: Register, rooms: NameServerRooms): void {
  register(RequestCode.REGISTER_BROKER, (request, connection) => registerBroker(rooms, request, connection));
  register(RequestCode.UNREGISTER_BROKER, (request) => unregisterBroker(rooms, request));
  register(RequestCode.BROKER_HEARTBEAT, (request) => heartbeat(rooms, request));
  register(RequestCode.QUERY_DATA_VERSION, (request) => queryDataVersion(rooms, request));
}

function registerBroker(rooms: NameServerRooms, request: RemotingCommand, connection: Connection): RemotingCommand {
  const { routes, settings, logger } = rooms;
  const header = RegisterBrokerRequestHeader.decode(request.extFields);
  const registration = readRegistration(request, header, connection.id);
  const { clusterName, brokerName, brokerAddr, brokerId } = registration;
  const broker = { clusterName, brokerName, brokerAddr, brokerId };
  const outcome = routes.register(registration, rooms.clock.monotonicMs(), settings.deleteTopicWithBrokerRegistration);
  switch (outcome.kind) {
    case 'refused':
      logger.warn('broker refused', { ...broker, remark: outcome.remark });
      return createResponse(ResponseCode.SYSTEM_ERROR, outcome.remark);
    case 'outdated':
      logger.warn('registration ignored: another address holds this id with a newer state', broker);
      return createResponse(ResponseCode.SUCCESS, undefined, {}, orderedTopics(rooms));
    case 'registered': {
      if (outcome.isNew) logger.info('broker registered', { ...broker, topics: registration.topics.size });
      if (outcome.change !== undefined && settings.notifyMinBrokerIdChanged) rooms.announce([outcome.change]);
      const { haServerAddr, masterAddr } = outcome;
      const ext = RegisterBrokerResponseHeader.encode({ haServerAddr, masterAddr });
      return createResponse(ResponseCode.SUCCESS, undefined, ext, orderedTopics(rooms));
    }
  }
}

function orderedTopics({ kvConfig, settings }: NameServerRooms): Buffer | undefined {
  if (!settings.returnOrderTopicConfigToBroker) return undefined;
  const table = kvConfig.list(NAMESPACE_ORDER_TOPIC_CONFIG);
  return table === undefined ? undefined : encodeKVTable({ table: new Map(table) });
}

function unregisterBroker(rooms: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const broker = UnRegisterBrokerRequestHeader.decode(request.extFields);
  const changes = rooms.routes.unregister([broker]);
  rooms.logger.info('broker unregistered', { ...broker });
  if (rooms.settings.notifyMinBrokerIdChanged) rooms.announce(changes);
  return createResponse(ResponseCode.SUCCESS);
}

function heartbeat(rooms: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { clusterName, brokerAddr } = BrokerHeartbeatRequestHeader.decode(request.extFields);
  rooms.routes.touch(clusterName, brokerAddr, rooms.clock.monotonicMs());
  return createResponse(ResponseCode.SUCCESS);
}

function queryDataVersion(rooms: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { clusterName, brokerAddr } = QueryDataVersionRequestHeader.decode(request.extFields);
  const asked = decodeDataVersion(request.body);
  const known = rooms.routes.dataVersionOf(clusterName, brokerAddr);
  rooms.routes.touch(clusterName, brokerAddr, rooms.clock.monotonicMs());
  const changed = known === undefined || !isSameDataVersion(known, asked);
  const body = known === undefined ? undefined : encodeDataVersion(known);
  return createResponse(ResponseCode.SUCCESS, undefined, QueryDataVersionResponseHeader.encode({ changed }), body);
}
