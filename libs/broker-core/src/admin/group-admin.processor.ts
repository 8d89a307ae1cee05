import {
  decodeSubscriptionGroupConfig,
  decodeSubscriptionGroupList,
  encodeGroupForbidden,
  encodeSubscriptionGroupConfig,
  encodeSubscriptionGroupWrapper,
} from '../protocol/bodies/subscription-group-wrapper.js';
import {
  DeleteSubscriptionGroupRequestHeader,
  GetAllSubscriptionGroupRequestHeader,
  GetAllSubscriptionGroupResponseHeader,
  GetSubscriptionGroupConfigRequestHeader,
  UpdateGroupForbiddenRequestHeader,
} from '../protocol/headers/topic-admin.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { SubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { validateGroup, validateTopic } from '../protocol/topic-names.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';
import { pageOf } from './page.js';

const PAGE = 2000;
const MAX_GROUPS_AT_ONCE = 10_000;
/** Queues that the retry topic of one group may have. */
const MAX_RETRY_QUEUES = 65_536;
/** Bit of the forbidden table that keeps a group from reading. Source  RocketMQ PermName#INDEX_PERM_READ */
const FORBID_READ = 1 << 2;

/** Operators make, change, delete and list consumer groups. RocketMQ: AdminBrokerProcessor */
export function groupAdminProcessors(parts: AdminParts): ProcessorTable {
  return [
    [
      RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
      (request) => update(parts, [decodeSubscriptionGroupConfig(request.body)]),
    ],
    [RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, (request) => update(parts, groupsOf(request))],
    [RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, (request) => getAll(parts, request)],
    [RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, (request) => getOne(parts, request)],
    [RequestCode.DELETE_SUBSCRIPTIONGROUP, (request) => remove(parts, request)],
    [RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, (request) => forbid(parts, request)],
  ];
}

function groupsOf(request: RemotingCommand): SubscriptionGroupConfig[] {
  const { groupConfigList } = decodeSubscriptionGroupList(request.body);
  if (groupConfigList.length <= MAX_GROUPS_AT_ONCE) return groupConfigList;
  throw invalid(`${groupConfigList.length} groups in one request; at most ${MAX_GROUPS_AT_ONCE} are allowed`);
}

async function update({ subscriptionGroups }: AdminParts, wanted: readonly SubscriptionGroupConfig[]) {
  for (const config of wanted) {
    const { groupName, retryQueueNums } = config;
    const problem = validateGroup(groupName);
    if (problem !== undefined) throw invalid(problem);
    if (retryQueueNums > MAX_RETRY_QUEUES)
      throw invalid(`retryQueueNums=${retryQueueNums} is more than ${MAX_RETRY_QUEUES}`);
    subscriptionGroups.attributesOf(config);
  }
  for (const config of wanted) subscriptionGroups.update(config);
  await subscriptionGroups.awaitSaved();
  return success();
}

function getAll({ subscriptionGroups: groups }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { groupSeq, dataVersion, maxGroupNum } = GetAllSubscriptionGroupRequestHeader.decode(request.extFields);
  const wanted = { from: groupSeq, dataVersion, most: maxGroupNum };
  const page = pageOf([...groups.all()], wanted, groups.dataVersion, PAGE);
  const names = new Set(page.map(({ groupName }) => groupName));
  const body = encodeSubscriptionGroupWrapper({
    subscriptionGroupTable: new Map(page.map((config) => [config.groupName, config])),
    forbiddenTable: new Map(
      [...groups.forbidden].filter(([group]) => names.has(group)).map(([group, bits]) => [group, new Map(bits)]),
    ),
    dataVersion: groups.dataVersion,
  });
  const header = GetAllSubscriptionGroupResponseHeader.encode({ totalGroupNum: groups.size });
  return createResponse(ResponseCode.SUCCESS, undefined, header, body);
}

function getOne({ subscriptionGroups }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { group } = GetSubscriptionGroupConfigRequestHeader.decode(request.extFields);
  const config = subscriptionGroups.find(group);
  if (!config) throw new RequestError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, `No group in this broker: ${group}`);
  return success(encodeSubscriptionGroupConfig(config));
}

async function remove({ subscriptionGroups, offsets, stats }: AdminParts, request: RemotingCommand) {
  const { groupName, cleanOffset } = DeleteSubscriptionGroupRequestHeader.decode(request.extFields);
  subscriptionGroups.delete(groupName);
  if (cleanOffset) offsets.removeGroup(groupName);
  stats.removeGroup(groupName);
  await Promise.all([subscriptionGroups.awaitSaved(), cleanOffset ? offsets.awaitSaved() : undefined]);
  return success();
}

async function forbid({ subscriptionGroups }: AdminParts, request: RemotingCommand) {
  const { group, topic, readable } = UpdateGroupForbiddenRequestHeader.decode(request.extFields);
  const problem = validateGroup(group) ?? validateTopic(topic);
  if (problem !== undefined) throw invalid(problem);
  if (readable !== undefined) {
    const bits = subscriptionGroups.forbidden.get(group)?.get(topic) ?? 0;
    subscriptionGroups.setForbidden(group, topic, readable ? bits & ~FORBID_READ : bits | FORBID_READ);
    await subscriptionGroups.awaitSaved();
  }
  const isReadable = !subscriptionGroups.isReadForbidden(group, topic);
  return success(encodeGroupForbidden({ group, topic, readable: isReadable }));
}

function invalid(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}
