import {
  decodeQueryAssignmentRequestBody,
  decodeSetMessageRequestModeRequestBody,
  encodeQueryAssignmentResponseBody,
  type QueryAssignmentRequestBody,
} from '../protocol/bodies/topic-list-requests.js';
import type { MessageQueue } from '../protocol/message-queue.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { isRetryTopic } from '../protocol/topic-names.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';
import { TopicQueues } from './topic-queues.js';

/** Which share of the queues a member has, knowing its place among the members. */
type Share = (queues: readonly MessageQueue[], index: number, members: number) => readonly MessageQueue[];

/** The ways of sharing that a broker knows, by RocketMQ's names. */
const SHARES: ReadonlyMap<string, Share> = new Map<string, Share>([
  [
    'AVG',
    (queues, index, members) => {
      const share = Math.floor(queues.length / members);
      const larger = queues.length % members;
      const start = index * share + Math.min(index, larger);
      return queues.slice(start, start + share + (index < larger ? 1 : 0));
    },
  ],
  ['AVG_BY_CIRCLE', (queues, index, members) => queues.filter((_, position) => position % members === index)],
]);

/** What a client takes for "leave everything as it is": an answer without the list. */
const NOT_DETERMINABLE = Buffer.from('{}');

/**
 * The broker shares the queues out itself: QUERY_ASSIGNMENT (400), and how groups consume: SET_MESSAGE_REQUEST_MODE (401).
 * Groups pull here; POP is refused.
 *
 * RocketMQ: QueryAssignmentProcessor
 */
export function assignmentProcessors(parts: AdminParts): ProcessorTable {
  const topicQueues = new TopicQueues(parts);
  return [
    [RequestCode.QUERY_ASSIGNMENT, (request) => assignment(parts, topicQueues, request)],
    [RequestCode.SET_MESSAGE_REQUEST_MODE, (request) => setMode(parts, request)],
    [RequestCode.GET_ALL_MESSAGE_REQUEST_MODE, () => success(Buffer.from(parts.requestModes.print()))],
  ];
}

async function assignment(
  parts: AdminParts,
  topicQueues: TopicQueues,
  request: RemotingCommand,
): Promise<RemotingCommand> {
  const wanted = decodeQueryAssignmentRequestBody(request.body);
  const queues = await topicQueues.of(wanted.topic);
  const mine = queues && shareOf(parts, wanted, queues);
  if (!mine) return success(NOT_DETERMINABLE);
  const messageQueueAssignments = mine.map((messageQueue) => ({ messageQueue, mode: 'PULL' as const }));
  return success(encodeQueryAssignmentResponseBody({ messageQueueAssignments }));
}

function shareOf(
  { consumerGroups, settings }: AdminParts,
  { consumerGroup, clientId, messageModel, strategyName }: QueryAssignmentRequestBody,
  queues: readonly MessageQueue[],
): readonly MessageQueue[] | undefined {
  if (messageModel === 'BROADCASTING' || !settings.serverLoadBalancerEnable) return queues;
  const members = consumerGroups.get(consumerGroup)?.clientIds.sort();
  const share = SHARES.get(strategyName);
  if (!members || members.length === 0 || !share) return undefined;
  const index = members.indexOf(clientId);
  return index < 0 ? [] : share(queues, index, members.length);
}

async function setMode(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const wanted = decodeSetMessageRequestModeRequestBody(request.body);
  const { topic, consumerGroup, mode } = wanted;
  if (isRetryTopic(topic)) throw new RequestError(ResponseCode.NO_PERMISSION, 'retry topic is not allowed to set mode');
  if (!parts.topics.get(topic)) throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  if (!parts.subscriptionGroups.find(consumerGroup)) {
    throw new RequestError(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'subscription group does not exist');
  }
  if (mode === 'POP') {
    throw new RequestError(
      ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      'this broker does not serve POP consumption yet; set the mode PULL',
    );
  }
  if (!(await parts.requestModes.set(wanted))) {
    throw new RequestError(ResponseCode.SYSTEM_ERROR, 'there are too many message request modes');
  }
  return success();
}
