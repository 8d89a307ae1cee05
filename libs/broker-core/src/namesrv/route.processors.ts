import { encodeClusterInfo, encodeGetBrokerMemberGroupResponseBody } from '../protocol/bodies/cluster-info.js';
import { encodeTopicList } from '../protocol/bodies/kv-table.js';
import { decodeTopicRouteData, encodeTopicRouteData } from '../protocol/bodies/topic-route-data.js';
import {
  DeleteTopicFromNamesrvRequestHeader,
  GetBrokerMemberGroupRequestHeader,
  GetRouteInfoRequestHeader,
  GetTopicsByClusterRequestHeader,
  RegisterTopicRequestHeader,
} from '../protocol/headers/namesrv.headers.js';
import { createResponse, MQVersion, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { NAMESPACE_ORDER_TOPIC_CONFIG } from './kv-config.js';
import type { Answer, NameServerRooms, Register } from './name-server-rooms.js';
import { lookUpRoute, nearby } from './route-lookup.js';
import { TopicSysFlag } from './topic-table.js';

/** What everyone asks: where a topic lies, who the brokers are, which topics there are. */
export function registerRouteProcessors(register: Register, rooms: NameServerRooms): void {
  const { routes, settings } = rooms;
  const { UNIT, UNIT_SUB } = TopicSysFlag;
  const startedAtMs = rooms.clock.monotonicMs();
  register(RequestCode.GET_ROUTEINFO_BY_TOPIC, (request) => {
    const isWarm = rooms.clock.monotonicMs() - startedAtMs >= settings.waitForServiceMs;
    if (settings.needWaitForService && !isWarm)
      return createResponse(ResponseCode.SYSTEM_ERROR, 'name server not ready');
    return routeOf(rooms, request);
  });
  register(RequestCode.GET_BROKER_CLUSTER_INFO, () => clusterInfo(rooms));
  register(RequestCode.GET_BROKER_MEMBER_GROUP, (request) => memberGroup(rooms, request));
  register(RequestCode.REGISTER_TOPIC_IN_NAMESRV, (request) => registerTopic(rooms, request));
  register(RequestCode.DELETE_TOPIC_IN_NAMESRV, (request) => deleteTopic(rooms, request));
  const listed = (isOn: () => boolean, topics: (request: RemotingCommand) => Iterable<string>): Answer => {
    return (request) => (isOn() ? topicList(topics(request)) : createResponse(ResponseCode.SYSTEM_ERROR, 'disable'));
  };
  const isOn = () => settings.enableTopicList;
  register(
    RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER,
    listed(
      () => settings.enableAllTopicList,
      () => routes.topics.names(),
    ),
  );
  register(
    RequestCode.GET_TOPICS_BY_CLUSTER,
    listed(isOn, (request) => topicsOfCluster(rooms, request)),
  );
  register(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, () => systemTopicList(rooms));
  register(
    RequestCode.GET_UNIT_TOPIC_LIST,
    listed(isOn, () => routes.topics.topicsByFlag(UNIT)),
  );
  register(
    RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
    listed(isOn, () => routes.topics.topicsByFlag(UNIT_SUB)),
  );
  register(
    RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
    listed(isOn, () => routes.topics.topicsByFlag(UNIT_SUB, UNIT)),
  );
}

function routeOf({ routes, settings, kvConfig }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const header = GetRouteInfoRequestHeader.decode(request.extFields);
  const { topic } = header;
  let route = lookUpRoute(routes, topic, settings.supportActingMaster);
  if (route === undefined) {
    return createResponse(
      ResponseCode.TOPIC_NOT_EXIST,
      `No topic route info in name server for the topic: ${topic.slice(0, 255)}; no broker that is registered here has it`,
    );
  }
  if (settings.orderMessageEnable) route.orderTopicConf = kvConfig.get(NAMESPACE_ORDER_TOPIC_CONFIG, topic);
  if (header.__ZONE_MODE && header.__ZONE_NAME) route = nearby(route, header.__ZONE_NAME);
  // Older clients know fastjson's bare number keys only by its parser, which reads both; theirs is what Apache sends them.
  const standard = request.version >= MQVersion.V4_9_4 || header.acceptStandardJsonOnly === true;
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeTopicRouteData(route, { standard }));
}

function clusterInfo({ routes }: NameServerRooms): RemotingCommand {
  const { groups: brokerAddrTable, clusters: clusterAddrTable } = routes.brokers;
  return createResponse(
    ResponseCode.SUCCESS,
    undefined,
    undefined,
    encodeClusterInfo({ brokerAddrTable, clusterAddrTable }),
  );
}

function memberGroup({ routes }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { clusterName: cluster, brokerName } = GetBrokerMemberGroupRequestHeader.decode(request.extFields);
  const brokerAddrs = routes.brokers.groups.get(brokerName)?.brokerAddrs ?? new Map<number, string>();
  const body = encodeGetBrokerMemberGroupResponseBody({ brokerMemberGroup: { cluster, brokerName, brokerAddrs } });
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, body);
}

function registerTopic({ routes, logger }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { topic } = RegisterTopicRequestHeader.decode(request.extFields);
  const { queueDatas } = decodeTopicRouteData(request.body);
  // RocketMQ answers SUCCESS also when it takes nothing.
  const isTaken = routes.addTopic(topic, queueDatas);
  logger.info(isTaken ? 'topic registered by hand' : 'topic not registered: a broker of it is unknown', { topic });
  return createResponse(ResponseCode.SUCCESS);
}

function deleteTopic({ routes, logger }: NameServerRooms, request: RemotingCommand): RemotingCommand {
  const { topic, clusterName } = DeleteTopicFromNamesrvRequestHeader.decode(request.extFields);
  if (clusterName) routes.topics.remove(topic, routes.brokers.clusters.get(clusterName) ?? []);
  else routes.topics.remove(topic);
  logger.info('topic deleted', { topic, clusterName });
  return createResponse(ResponseCode.SUCCESS);
}

function topicsOfCluster({ routes }: NameServerRooms, request: RemotingCommand): string[] {
  const { cluster } = GetTopicsByClusterRequestHeader.decode(request.extFields);
  return routes.topics.topicsOf(routes.brokers.clusters.get(cluster) ?? []);
}

/** Not topics at all: the names of clusters and brokers, and one address to ask for more. Tools rely on it. */
function systemTopicList({ routes }: NameServerRooms): RemotingCommand {
  const names: string[] = [];
  for (const [cluster, brokerNames] of routes.brokers.clusters) names.push(cluster, ...brokerNames);
  const firstGroup = routes.brokers.groups.values().next().value;
  return topicList(names, firstGroup?.brokerAddrs.values().next().value);
}

function topicList(topics: Iterable<string>, brokerAddr?: string): RemotingCommand {
  const body = encodeTopicList({ topicList: new Set(topics), brokerAddr });
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, body);
}
