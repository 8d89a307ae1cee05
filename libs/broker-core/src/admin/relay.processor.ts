import type { ClientChannel } from '../consumers/client-channel.js';
import {
  ConsumeMessageDirectlyResultRequestHeader,
  GetConsumerRunningInfoRequestHeader,
} from '../protocol/headers/membership.headers.js';
import { parseOffsetMessageId } from '../protocol/message-id.js';
import { createRequest, type ExtFields, MQVersion, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError, TimeoutError } from '../runtime/errors.js';
import type { AdminParts, ProcessorTable } from './admin-parts.js';
import { consumerStatus } from './client-calls.js';

/** Requests that a tool sends to a client through the broker, and the client's answers. RocketMQ: AdminBrokerProcessor#callConsumer */
export function relayProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.GET_CONSUMER_RUNNING_INFO, (request) => runningInfo(parts, request)],
    [RequestCode.CONSUME_MESSAGE_DIRECTLY, (request) => consumeDirectly(parts, request)],
    [RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, (request) => consumerStatus(parts, request)],
  ];
}

function runningInfo(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { consumerGroup, clientId } = GetConsumerRunningInfoRequestHeader.decode(request.extFields);
  return relay(parts, consumerGroup, clientId, request.code, request.extFields ?? {}, request.body);
}

/** Gives one stored message to one consumer, as if it had pulled it. */
async function consumeDirectly(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topics, subscriptionGroups, store, identity } = parts;
  const header = ConsumeMessageDirectlyResultRequestHeader.decode(request.extFields);
  const { consumerGroup, clientId = '', topic, msgId } = header;
  const fields: ExtFields = { ...request.extFields, brokerName: identity.brokerName };
  const config = topic === undefined ? undefined : topics.get(topic);
  if (config) fields['topicSysFlag'] = String(config.topicSysFlag);
  const group = subscriptionGroups.get(consumerGroup);
  if (group) fields['groupSysFlag'] = String(group.groupSysFlag);
  const place = msgId === undefined ? undefined : parseOffsetMessageId(msgId);
  const record = place && (await store.selectRecord(place.commitLogOffset));
  if (!record) throw new RequestError(ResponseCode.SYSTEM_ERROR, `there is no message ${msgId} here`);
  return relay(parts, consumerGroup, clientId, request.code, fields, record);
}

async function relay(
  parts: AdminParts,
  group: string,
  clientId: string,
  code: number,
  fields: ExtFields,
  body: Buffer | undefined,
): Promise<RemotingCommand> {
  const client = parts.consumerGroups.findClient(group, clientId);
  if (!client) throw new RequestError(ResponseCode.SYSTEM_ERROR, `The Consumer <${group}> <${clientId}> not online`);
  refuseOld(client);
  try {
    return await client.connection.invoke(createRequest(code, fields, body), parts.settings.commandTimeoutMs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof TimeoutError) {
      throw new RequestError(ResponseCode.CONSUME_MSG_TIMEOUT, `consumer <${group}> <${clientId}> Timeout: ${why}`);
    }
    throw new RequestError(ResponseCode.SYSTEM_ERROR, `invoke consumer <${group}> <${clientId}> Exception: ${why}`);
  }
}

function refuseOld({ clientId, version }: ClientChannel): void {
  if (version >= MQVersion.V3_1_8_SNAPSHOT) return;
  const remark = `The Consumer <${clientId}> Version <${version}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT`;
  throw new RequestError(ResponseCode.SYSTEM_ERROR, remark);
}
