import { decodeCreateTopicListRequestBody, encodeTopicConfig } from '../protocol/bodies/topic-list-requests.js';
import { encodeTopicConfigAndMappingSerializeWrapper } from '../protocol/bodies/topic-config-serialize-wrapper.js';
import { encodeTopicList } from '../protocol/bodies/kv-table.js';
import {
  CreateTopicRequestHeader,
  DeleteTopicRequestHeader,
  GetAllTopicConfigRequestHeader,
  GetAllTopicConfigResponseHeader,
  GetTopicConfigRequestHeader,
} from '../protocol/headers/topic-admin.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { retryTopicOf, SystemTopic, validateTopic } from '../protocol/topic-names.js';
import { RequestError } from '../runtime/errors.js';
import { alterAttributes } from '../topics/attributes.js';
import { topicAttributes } from '../topics/topic-attributes.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';
import { pageOf } from './page.js';

/** Queues that one topic may have; each is a folder and a file. RocketMQ has no limit here. */
const MAX_QUEUES = 65_536;
/** Topics that one request may make. */
const MAX_TOPICS_AT_ONCE = 10_000;
/** Most entries in one page of all topics. Source  RocketMQ BrokerConfig#splitMetadataSize */
const PAGE = 2000;

/** Operators make, change, delete and list topics. RocketMQ: AdminBrokerProcessor */
export function topicAdminProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.UPDATE_AND_CREATE_TOPIC, (request) => update(parts, [topicOf(request)])],
    [RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, (request) => update(parts, topicsOf(request))],
    [RequestCode.DELETE_TOPIC_IN_BROKER, (request) => remove(parts, request)],
    [RequestCode.GET_TOPIC_CONFIG, (request) => getOne(parts, request)],
    [RequestCode.GET_ALL_TOPIC_CONFIG, (request) => getAll(parts, request)],
    [RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, () => systemTopics(parts)],
  ];
}

function topicOf(request: RemotingCommand): TopicConfig {
  const header = CreateTopicRequestHeader.decode(request.extFields);
  return {
    topicName: header.topic,
    readQueueNums: header.readQueueNums,
    writeQueueNums: header.writeQueueNums,
    perm: header.perm,
    topicFilterType: header.topicFilterType === 'MULTI_TAG' ? 'MULTI_TAG' : 'SINGLE_TAG',
    topicSysFlag: header.topicSysFlag ?? 0,
    order: header.order,
    attributes: attributeChanges(header.attributes),
  };
}

function topicsOf(request: RemotingCommand): TopicConfig[] {
  const { topicConfigList } = decodeCreateTopicListRequestBody(request.body);
  if (topicConfigList.length <= MAX_TOPICS_AT_ONCE) return topicConfigList;
  throw invalid(`${topicConfigList.length} topics in one request; at most ${MAX_TOPICS_AT_ONCE} are allowed`);
}

/** `+name=value,-name` as a Map of signed names. Source  RocketMQ AttributeParser#parseToMap */
function attributeChanges(text: string | undefined): Map<string, string> {
  const changes = new Map<string, string>();
  for (const change of (text ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [name = '', value] = change.trim().split('=');
    if (value === undefined && !name.startsWith('-'))
      throw new RequestError(ResponseCode.SYSTEM_ERROR, `the attribute ${change} is not +name=value or -name`);
    changes.set(name, value ?? '');
  }
  return changes;
}

/** Makes or changes topics: all of them or none. Yes is said when they are saved and the name servers were told. */
async function update(parts: AdminParts, wanted: readonly TopicConfig[]): Promise<RemotingCommand> {
  const { topics, registration } = parts;
  for (const config of wanted) checkTopic(parts, config);
  for (const config of wanted) topics.update(config);
  await Promise.all([topics.awaitSaved(), registration.awaitTold()]);
  return success();
}

function checkTopic({ topics, topicRules }: AdminParts, config: TopicConfig): void {
  const { topicName, readQueueNums, writeQueueNums, perm, attributes } = config;
  const problem = validateTopic(topicName);
  if (problem !== undefined) throw invalid(problem);
  if (topicRules.validateSystemTopicWhenUpdateTopic) refuseSystemTopic(topics, topicName);
  if (!topicRules.enableMixedMessageType && attributes.get('+message.type') === 'MIXED') {
    throw invalid('MIXED message type is not supported.');
  }
  for (const count of [readQueueNums, writeQueueNums]) {
    if (count < 0 || count > MAX_QUEUES) throw invalid(`a topic has 0 to ${MAX_QUEUES} queues, not ${count}`);
  }
  alterAttributes(topicAttributes, topics.get(topicName)?.attributes, attributes);
  if (perm < 0 || perm > 15) throw invalid(`the permission ${perm} is none: 2 writes, 4 reads, 6 does both`);
}

function refuseSystemTopic(topics: AdminParts['topics'], topic: string): void {
  if (topics.isSystem(topic)) throw invalid(`The topic[${topic}] is conflict with system topic.`);
}

/** Deletes a topic, its messages, its offsets and the retry topics that POP made for it. */
async function remove(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topic } = DeleteTopicRequestHeader.decode(request.extFields);
  const { topics, offsets, store, stats, topicRules } = parts;
  const problem = validateTopic(topic);
  if (problem !== undefined) throw invalid(problem);
  if (topicRules.validateSystemTopicWhenUpdateTopic) refuseSystemTopic(topics, topic);
  const doomed = new Set([topic]);
  if (topicRules.clearRetryTopicWhenDeleteTopic) {
    for (const group of offsets.groupsOf(topic)) {
      for (const separator of ['+', '_']) doomed.add(`${retryTopicOf(group)}${separator}${topic}`);
    }
  }
  for (const name of doomed) {
    if (name !== topic && !topics.get(name)) doomed.delete(name);
    topics.delete(name);
    offsets.removeTopic(name);
    stats.removeTopic(name);
  }
  await store.deleteTopics(doomed);
  // Offsets that came back with a power cut would make the group of a new topic of this name skip its first messages.
  await Promise.all([topics.awaitSaved(), offsets.awaitSaved()]);
  return success();
}

function getOne({ topics }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { topic } = GetTopicConfigRequestHeader.decode(request.extFields);
  const config = topics.get(topic);
  if (!config) throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, `No topic in this broker. topic: ${topic}`);
  return success(encodeTopicConfig(config));
}

function getAll({ topics }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { topicSeq, dataVersion, maxTopicNum } = GetAllTopicConfigRequestHeader.decode(request.extFields);
  const wanted = { from: topicSeq, dataVersion, most: maxTopicNum };
  const page = pageOf([...topics.all()], wanted, topics.dataVersion, PAGE);
  const body = encodeTopicConfigAndMappingSerializeWrapper({
    topicConfigTable: new Map(page.map((config) => [config.topicName, config])),
    dataVersion: topics.dataVersion,
    topicQueueMappingInfoMap: new Map(),
    topicQueueMappingDetailMap: new Map(),
    mappingDataVersion: { stateVersion: 0, timestamp: 0, counter: 0 },
  });
  const header = GetAllTopicConfigResponseHeader.encode({ totalTopicNum: topics.size });
  return createResponse(ResponseCode.SUCCESS, undefined, header, body);
}

function systemTopics({ topics }: AdminParts): RemotingCommand {
  const own = [...topics.all()].map(({ topicName }) => topicName).filter((topic) => topics.isSystem(topic));
  return success(encodeTopicList({ topicList: new Set([...Object.values(SystemTopic), ...own]) }));
}

function invalid(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}
