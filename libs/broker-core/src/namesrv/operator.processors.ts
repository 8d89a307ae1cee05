import { encodeKVTable } from '../protocol/bodies/kv-table.js';
import {
  AddWritePermOfBrokerRequestHeader,
  AddWritePermOfBrokerResponseHeader,
  DeleteKVConfigRequestHeader,
  GetKVConfigRequestHeader,
  GetKVConfigResponseHeader,
  GetKVListByNamespaceRequestHeader,
  PutKVConfigRequestHeader,
  WipeWritePermOfBrokerRequestHeader,
  WipeWritePermOfBrokerResponseHeader,
} from '../protocol/headers/namesrv.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { NameServerRooms, Register } from './name-server-rooms.js';

/** The name server's own configuration, as text in .properties grammar. The composition root knows the keys. */
export interface ConfigText {
  print(): string;
  /** Changes what `text` says, all or nothing; throws RequestError for what must not or cannot change. */
  update(text: string): void;
}

/** What operators do: KV settings, write permission of a broker, configuration. */
export function registerOperatorProcessors(register: Register, rooms: NameServerRooms, config: ConfigText): void {
  register(RequestCode.PUT_KV_CONFIG, (request) => putKv(rooms, request));
  register(RequestCode.GET_KV_CONFIG, (request) => getKv(rooms, request));
  register(RequestCode.DELETE_KV_CONFIG, (request) => deleteKv(rooms, request));
  register(RequestCode.GET_KVLIST_BY_NAMESPACE, (request) => listKv(rooms, request));
  register(RequestCode.WIPE_WRITE_PERM_OF_BROKER, (request) => {
    const { brokerName } = WipeWritePermOfBrokerRequestHeader.decode(request.extFields);
    const wipeTopicCount = rooms.routes.topics.setWritable(brokerName, false);
    rooms.logger.info('write permission of a broker wiped', { brokerName, topics: wipeTopicCount });
    return createResponse(
      ResponseCode.SUCCESS,
      undefined,
      WipeWritePermOfBrokerResponseHeader.encode({ wipeTopicCount }),
    );
  });
  register(RequestCode.ADD_WRITE_PERM_OF_BROKER, (request) => {
    const { brokerName } = AddWritePermOfBrokerRequestHeader.decode(request.extFields);
    const addTopicCount = rooms.routes.topics.setWritable(brokerName, true);
    rooms.logger.info('write permission of a broker added', { brokerName, topics: addTopicCount });
    return createResponse(
      ResponseCode.SUCCESS,
      undefined,
      AddWritePermOfBrokerResponseHeader.encode({ addTopicCount }),
    );
  });
  register(RequestCode.UPDATE_NAMESRV_CONFIG, (request, connection) => {
    if (request.body !== undefined) config.update(request.body.toString('utf8'));
    rooms.logger.info('configuration changed by request', { remoteAddress: connection.remoteAddress });
    return createResponse(ResponseCode.SUCCESS);
  });
  register(RequestCode.GET_NAMESRV_CONFIG, () =>
    createResponse(ResponseCode.SUCCESS, undefined, undefined, Buffer.from(config.print())),
  );
}

async function putKv({ kvConfig, logger }: NameServerRooms, request: RemotingCommand): Promise<RemotingCommand> {
  const { namespace, key, value } = PutKVConfigRequestHeader.decode(request.extFields);
  await kvConfig.put(namespace, key, value);
  logger.info('KV entry put', { namespace, key });
  return createResponse(ResponseCode.SUCCESS);
}

function getKv({ kvConfig }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { namespace, key } = GetKVConfigRequestHeader.decode(request.extFields);
  const value = kvConfig.get(namespace, key);
  if (value !== undefined)
    return createResponse(ResponseCode.SUCCESS, undefined, GetKVConfigResponseHeader.encode({ value }));
  return missing(`No config item, Namespace: ${namespace} Key: ${key}`);
}

async function deleteKv({ kvConfig, logger }: NameServerRooms, request: RemotingCommand): Promise<RemotingCommand> {
  const { namespace, key } = DeleteKVConfigRequestHeader.decode(request.extFields);
  await kvConfig.delete(namespace, key);
  logger.info('KV entry deleted', { namespace, key });
  return createResponse(ResponseCode.SUCCESS);
}

function listKv({ kvConfig }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { namespace } = GetKVListByNamespaceRequestHeader.decode(request.extFields);
  const table = kvConfig.list(namespace);
  if (table === undefined) return missing(`No config item, Namespace: ${namespace}`);
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeKVTable({ table: new Map(table) }));
}

function missing(remark: string): RemotingCommand {
  return createResponse(ResponseCode.QUERY_NOT_FOUND, remark.slice(0, 1024));
}
