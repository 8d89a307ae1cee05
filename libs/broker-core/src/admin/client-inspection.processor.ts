import type { ClientChannel } from '../consumers/client-channel.js';
import {
  encodeConsumerConnection,
  encodeProducerConnection,
  encodeProducerTableInfo,
  encodeQuerySubscriptionResponseBody,
} from '../protocol/bodies/client-connection.js';
import { encodeTopicList } from '../protocol/bodies/kv-table.js';
import {
  GetConsumerConnectionListRequestHeader,
  GetProducerConnectionListRequestHeader,
  QuerySubscriptionByConsumerRequestHeader,
  QueryTopicsByConsumerRequestHeader,
} from '../protocol/headers/inspection.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';

/** Who is connected, and what they subscribe to. RocketMQ: AdminBrokerProcessor */
export function clientInspectionProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.GET_CONSUMER_CONNECTION_LIST, (request) => consumerConnections(parts, request)],
    [RequestCode.GET_PRODUCER_CONNECTION_LIST, (request) => producerConnections(parts, request)],
    [RequestCode.GET_ALL_PRODUCER_INFO, () => allProducers(parts)],
    [RequestCode.QUERY_TOPICS_BY_CONSUMER, (request) => topicsOfConsumer(parts, request)],
    [RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, (request) => subscription(parts, request)],
  ];
}

const connectionOf = ({ clientId, connection, language, version }: ClientChannel) => ({
  clientId,
  clientAddr: connection.remoteAddress,
  language,
  version,
});

function consumerConnections({ consumerGroups }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { consumerGroup } = GetConsumerConnectionListRequestHeader.decode(request.extFields);
  const group = consumerGroups.get(consumerGroup);
  if (!group) {
    throw new RequestError(ResponseCode.CONSUMER_NOT_ONLINE, `the consumer group[${consumerGroup}] not online`);
  }
  const body = {
    connectionSet: [...group.clients.values()].map(connectionOf),
    subscriptionTable: new Map(group.subscriptions),
    consumeType: group.consumeType,
    messageModel: group.messageModel,
    consumeFromWhere: group.consumeFromWhere,
  };
  return success(encodeConsumerConnection(body));
}

function producerConnections({ producerGroups }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { producerGroup } = GetProducerConnectionListRequestHeader.decode(request.extFields);
  const members = producerGroups.get(producerGroup);
  if (!members) throw new RequestError(ResponseCode.SYSTEM_ERROR, `the producer group[${producerGroup}] not exist`);
  return success(encodeProducerConnection({ connectionSet: [...members.values()].map(connectionOf) }));
}

function allProducers({ producerGroups }: AdminParts): RemotingCommand {
  const data = new Map(
    [...producerGroups.table].map(([group, members]) => [
      group,
      [...members.values()].map(({ clientId, connection, language, version, lastUpdateTimestamp }) => ({
        clientId,
        remoteIP: connection.remoteAddress,
        language,
        version,
        lastUpdateTimestamp,
      })),
    ]),
  );
  return success(encodeProducerTableInfo({ data }));
}

function topicsOfConsumer({ offsets, address }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { group } = QueryTopicsByConsumerRequestHeader.decode(request.extFields);
  return success(encodeTopicList({ topicList: offsets.topicsOf(group), brokerAddr: address() }));
}

function subscription({ consumerGroups }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { group, topic = '' } = QuerySubscriptionByConsumerRequestHeader.decode(request.extFields);
  const subscriptionData = consumerGroups.get(group)?.subscriptions.get(topic);
  return success(encodeQuerySubscriptionResponseBody({ group, topic, subscriptionData }));
}
