import {
  encodeConsumeMessageDirectlyResult,
  encodeConsumerRunningInfo,
} from '../../protocol/bodies/consumer-running-info.js';
import { decodeResetOffsetBody, encodeGetConsumerStatusBody } from '../../protocol/bodies/reset-offset-body.js';
import { decodeMessage } from '../../protocol/message-record.js';
import { createResponse, type ExtFields, type RemotingCommand } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { messageOf } from '../errors.js';
import type { ClientSettings } from './client-settings.js';
import type { GroupConsumer } from './group-members.js';
import type { PendingReplies } from './pending-replies.js';
import { replyOf } from './reply-push.js';
import type { Transport } from './transport.js';

/** What of an instance answers brokers. */
export interface AskedInstance {
  readonly settings: ClientSettings;
  readonly transport: Transport;
  readonly replies: PendingReplies;
  consumer(group: string): GroupConsumer | undefined;
  rebalanceNow(): void;
}

/** Answers what brokers ask of clients. RocketMQ: ClientRemotingProcessor. */
export function registerServerRequests(instance: AskedInstance): void {
  const { transport } = instance;
  // Half messages are the next rooms' matter: RocketMQ's broker asks again, so silence loses nothing.
  transport.registerProcessor(RequestCode.CHECK_TRANSACTION_STATE, () => undefined);
  transport.registerProcessor(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, () => {
    instance.rebalanceNow();
    return undefined;
  });
  transport.registerProcessor(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, (request) => resetOffsets(instance, request));
  transport.registerProcessor(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, (request) =>
    consumerStatus(instance, request),
  );
  transport.registerProcessor(RequestCode.GET_CONSUMER_RUNNING_INFO, (request) => runningInfo(instance, request));
  transport.registerProcessor(RequestCode.CONSUME_MESSAGE_DIRECTLY, (request) => consumeDirectly(instance, request));
  transport.registerProcessor(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, (request) => takeReply(instance, request));
}

function resetOffsets(instance: AskedInstance, { extFields, body }: RemotingCommand): undefined {
  const { topic = '', group = '' } = (extFields ?? {}) as ExtFields;
  const consumer = instance.consumer(group);
  const { logger } = instance.settings;
  logger.info('asked to reset offsets', { group, topic, known: consumer !== undefined });
  if (!consumer || !body) return undefined;
  consumer.resetOffsets(topic, decodeResetOffsetBody(body).offsetTable).catch((error: unknown) => {
    logger.warn('offsets not reset', { group, topic, reason: messageOf(error) });
  });
  return undefined;
}

function consumerStatus(instance: AskedInstance, { extFields }: RemotingCommand): RemotingCommand {
  const { topic = '', group = '' } = (extFields ?? {}) as ExtFields;
  const messageQueueTable = new Map(instance.consumer(group)?.offsetsOf(topic) ?? []);
  const body = encodeGetConsumerStatusBody({ messageQueueTable, consumerTable: new Map() });
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, body);
}

function runningInfo(instance: AskedInstance, { extFields }: RemotingCommand): RemotingCommand {
  const consumer = instance.consumer(extFields?.['consumerGroup'] ?? '');
  if (!consumer) return noSuchGroup(extFields);
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeConsumerRunningInfo(consumer.runningInfo()));
}

async function consumeDirectly(
  instance: AskedInstance,
  { extFields, body }: RemotingCommand,
): Promise<RemotingCommand> {
  const consumer: GroupConsumer | undefined = instance.consumer(extFields?.['consumerGroup'] ?? '');
  if (!consumer || !body) return noSuchGroup(extFields);
  const result = await consumer.consumeDirectly(decodeMessage(body), extFields?.['brokerName']);
  if (!result) return noSuchGroup(extFields);
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeConsumeMessageDirectlyResult(result));
}

function takeReply(instance: AskedInstance, request: RemotingCommand): RemotingCommand {
  const { reply, correlationId } = replyOf(request, instance.settings.clock.now());
  if (!instance.replies.settle(correlationId, reply)) {
    instance.settings.logger.warn('a reply came that nobody waits for (any more)', {
      correlationId,
      bornHost: reply.bornHost,
    });
  }
  return createResponse(ResponseCode.SUCCESS);
}

function noSuchGroup(extFields: ExtFields | undefined): RemotingCommand {
  const group = extFields?.['consumerGroup'];
  return createResponse(ResponseCode.SYSTEM_ERROR, `The Consumer Group <${group}> not exist in this consumer`);
}
