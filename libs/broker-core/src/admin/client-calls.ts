import type { ClientChannel } from '../consumers/client-channel.js';
import {
  decodeGetConsumerStatusBody,
  encodeGetConsumerStatusBody,
  encodeResetOffsetBody,
  encodeResetOffsetBodyForC,
} from '../protocol/bodies/reset-offset-body.js';
import { GetConsumerStatusRequestHeader, ResetOffsetRequestHeader } from '../protocol/headers/topic-admin.headers.js';
import type { MessageQueue } from '../protocol/message-queue.js';
import { createRequest, MQVersion, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, success } from './admin-parts.js';

/** What a client may take to say where it is. Source  RocketMQ Broker2Client#getConsumeStatus */
const STATUS_TIMEOUT_MS = 5000;

/** A reset that the clients carry out themselves. */
export interface ClientReset {
  readonly config: TopicConfig;
  readonly group: string;
  /** -1 is the end. */
  readonly timestamp: number;
  /** Whether to move forward too; otherwise only back. */
  readonly isForce: boolean;
  /** C++ clients read another shape. */
  readonly isC: boolean;
}

/**
 * Tells every member of a group where to go on, the way before brokers did it themselves.
 *
 * Source  RocketMQ Broker2Client#resetOffset
 */
export async function resetOffsetsOfClients(parts: AdminParts, reset: ClientReset): Promise<RemotingCommand> {
  const { config, group, timestamp } = reset;
  const offsetTable = await targetsOf(parts, reset);
  const members = parts.consumerGroups.get(group)?.clients;
  if (!members || members.size === 0) {
    throw new RequestError(
      ResponseCode.CONSUMER_NOT_ONLINE,
      `Consumer not online, so can not reset offset, Group: ${group} Topic: ${config.topicName} Timestamp: ${timestamp}`,
    );
  }
  const header = ResetOffsetRequestHeader.encode({
    topic: config.topicName,
    group,
    queueId: -1,
    timestamp,
    isForce: reset.isForce,
  });
  const list = [...offsetTable].map(([queue, offset]) => ({ ...queue, offset }));
  const body = reset.isC ? encodeResetOffsetBodyForC({ offsetTable: list }) : encodeResetOffsetBody({ offsetTable });
  for (const client of members.values()) {
    refuseOld(client);
    client.connection.invokeOneWay(createRequest(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, header, body));
  }
  return success(encodeResetOffsetBody({ offsetTable }));
}

async function targetsOf(
  { store, offsets, identity }: AdminParts,
  reset: ClientReset,
): Promise<Map<MessageQueue, number>> {
  const { config, group, timestamp, isForce } = reset;
  const targets = new Map<MessageQueue, number>();
  for (let queueId = 0; queueId < config.writeQueueNums; queueId++) {
    const topic = config.topicName;
    const current = offsets.query(group, topic, queueId);
    if (current === undefined) {
      throw new RequestError(ResponseCode.SYSTEM_ERROR, `THe consumer group <${group}> not exist`);
    }
    const isEnd = timestamp === -1;
    const wanted = isEnd
      ? store.maxQueueOffset(topic, queueId)
      : await store.offsetByTime(topic, queueId, timestamp, 'LOWER');
    const target = isForce || wanted < current ? Math.max(0, wanted) : current;
    targets.set({ topic, brokerName: identity.brokerName, queueId }, target);
  }
  return targets;
}

/**
 * Asks the members of a group, or one of them, which offsets they hold. Who does not answer is left out.
 *
 * Source  RocketMQ Broker2Client#getConsumeStatus
 */
export async function consumerStatus(parts: AdminParts, request: RemotingCommand): Promise<RemotingCommand> {
  const { topic, group, clientAddr } = GetConsumerStatusRequestHeader.decode(request.extFields);
  const members = [...(parts.consumerGroups.get(group)?.clients.values() ?? [])];
  if (members.length === 0) {
    throw new RequestError(ResponseCode.SYSTEM_ERROR, `No Any Consumer online in the consumer group: [${group}]`);
  }
  const asked = members.filter(({ clientId }) => !clientAddr || clientAddr === clientId);
  for (const client of asked) refuseOld(client);
  const header = GetConsumerStatusRequestHeader.encode({ topic, group });
  const answers = await Promise.all(
    asked.map(async ({ clientId, connection }): Promise<[string, Map<MessageQueue, number>] | undefined> => {
      const question = createRequest(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, header);
      const answer = await connection.invoke(question, STATUS_TIMEOUT_MS).catch(() => undefined);
      if (answer?.code !== ResponseCode.SUCCESS || !answer.body) return undefined;
      return [clientId, decodeGetConsumerStatusBody(answer.body).messageQueueTable];
    }),
  );
  const consumerTable = new Map(answers.filter((answer) => answer !== undefined));
  return success(encodeGetConsumerStatusBody({ messageQueueTable: new Map(), consumerTable }));
}

function refuseOld({ version }: ClientChannel): void {
  if (version >= MQVersion.V3_0_7_SNAPSHOT) return;
  throw new RequestError(ResponseCode.SYSTEM_ERROR, `the client does not support this feature. version=${version}`);
}
