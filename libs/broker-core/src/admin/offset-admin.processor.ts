import { encodeQueryCorrectionOffsetBody, encodeResetOffsetBody } from '../protocol/bodies/reset-offset-body.js';
import { QueryCorrectionOffsetHeader } from '../protocol/headers/inspection.headers.js';
import { CloneGroupOffsetRequestHeader, ResetOffsetRequestHeader } from '../protocol/headers/topic-admin.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';
import { resetOffsetsOfClients } from './client-calls.js';

/** Java's Long.MAX_VALUE as the reader gives it: "no correction needed". */
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** Operators move groups: INVOKE_BROKER_TO_RESET_OFFSET (222), CLONE_GROUP_OFFSET (314), and what slaves copy. */
export function offsetAdminProcessors(parts: AdminParts): ProcessorTable {
  return [
    [RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, (request) => reset(parts, request)],
    [RequestCode.CLONE_GROUP_OFFSET, (request) => clone(parts, request)],
    [RequestCode.QUERY_CORRECTION_OFFSET, (request) => correction(parts, request)],
    [RequestCode.GET_ALL_CONSUMER_OFFSET, () => success(Buffer.from(parts.offsets.print()))],
    [RequestCode.GET_ALL_DELAY_OFFSET, () => success(Buffer.from(parts.schedule.printProgress()))],
  ];
}

/**
 * Moves a group to a time, an offset, or the end (a negative time). The consumers hear of it with their next pull.
 *
 * Source  RocketMQ AdminBrokerProcessor#resetOffsetInner
 */
async function reset(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topic, group, queueId, offset, timestamp, isForce } = ResetOffsetRequestHeader.decode(request.extFields);
  const config = parts.topics.get(topic);
  if (!config) throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, `Topic ${topic} does not exist`);
  if (!parts.useServerSideResetOffset()) {
    return resetOffsetsOfClients(parts, { config, group, timestamp, isForce, isC: request.language === 'CPP' });
  }
  if (!parts.subscriptionGroups.has(group)) {
    throw new RequestError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, `Group ${group} does not exist`);
  }
  const isOne = queueId >= 0;
  if (isOne && queueId >= Math.max(config.readQueueNums, config.writeQueueNums)) {
    throw new RequestError(ResponseCode.SYSTEM_ERROR, `Topic ${topic} has no queue ${queueId}`);
  }
  const queues = isOne ? [queueId] : Array.from({ length: config.readQueueNums }, (_, index) => index);
  if (queues.length === 0) throw new RequestError(ResponseCode.SYSTEM_ERROR, 'No queues to reset.');
  const offsetTable = new Map<{ topic: string; brokerName: string; queueId: number }, number>();
  for (const each of queues) {
    const target =
      isOne && offset !== undefined && offset !== -1
        ? checked(parts, topic, each, offset)
        : await atTime(parts, topic, each, timestamp);
    offsetTable.set({ topic, brokerName: parts.identity.brokerName, queueId: each }, target);
  }
  for (const [queue, target] of offsetTable) {
    parts.offsets.assignReset(group, topic, queue.queueId, target);
    parts.heldPulls.moved(topic, queue.queueId);
  }
  await parts.offsets.awaitSaved();
  parts.logger.info('offsets reset by an operator', { topic, group, queues: queues.length, timestamp });
  return success(encodeResetOffsetBody({ offsetTable }));
}

function checked({ store }: AdminParts, topic: string, queueId: number, offset: number): number {
  const min = store.minQueueOffset(topic, queueId);
  const max = store.maxQueueOffset(topic, queueId);
  if (offset >= min && offset <= max + 1) return offset;
  throw new RequestError(
    ResponseCode.SYSTEM_ERROR,
    `Target offset ${offset} not in consume queue range [${min}-${max}]`,
  );
}

async function atTime({ store }: AdminParts, topic: string, queueId: number, timestamp: number): Promise<number> {
  return timestamp < 0 ? store.maxQueueOffset(topic, queueId) : store.offsetByTime(topic, queueId, timestamp, 'LOWER');
}

async function clone(
  { topics, offsets, consumerGroups }: AdminParts,
  request: RemotingCommand,
): Promise<RemotingCommand> {
  const { srcGroup, destGroup, topic, offline } = CloneGroupOffsetRequestHeader.decode(request.extFields);
  const wanted = topic === undefined || topic.trim() === '' ? [...offsets.topicsOf(srcGroup)] : [topic];
  const subscriptions = consumerGroups.get(srcGroup)?.subscriptions;
  for (const name of wanted) {
    if (!topics.get(name)) continue;
    const isGone = subscriptions !== undefined && subscriptions.size > 0 && !subscriptions.has(name);
    if (offline || !isGone) offsets.clone(srcGroup, destGroup, name);
  }
  await offsets.awaitSaved();
  return success();
}

/**
 * The smallest offset that any group has in each queue, or "for ever" where the compared group is before it.
 *
 * Source  RocketMQ AdminBrokerProcessor#queryCorrectionOffset, ConsumerOffsetManager#queryMinOffsetInAllGroup
 */
function correction({ offsets, store }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { topic, filterGroups, compareGroup } = QueryCorrectionOffsetHeader.decode(request.extFields);
  const filtered = new Set((filterGroups ?? '').split(',').filter(Boolean));
  const smallest = new Map<number, number>();
  for (const group of offsets.groupsOf(topic)) {
    if (filtered.has(group)) continue;
    for (const [queueId, offset] of offsets.queryAll(group, topic) ?? []) {
      if (offset < store.minQueueOffset(topic, queueId)) continue;
      smallest.set(queueId, Math.min(offset, smallest.get(queueId) ?? FOR_EVER));
    }
  }
  for (const [queueId, offset] of offsets.queryAll(compareGroup, topic) ?? []) {
    const known = smallest.get(queueId) ?? FOR_EVER;
    smallest.set(queueId, known > offset ? FOR_EVER : known);
  }
  return success(encodeQueryCorrectionOffsetBody({ correctionOffsets: smallest }));
}
