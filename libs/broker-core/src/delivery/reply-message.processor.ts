import type { ProducerGroups } from '../consumers/producer-groups.js';
import { hostText, parseHost } from '../protocol/host-address.js';
import { ReplyMessageRequestHeader, type SendMessageRequestHeader } from '../protocol/headers/send-message.headers.js';
import { MessageConst } from '../protocol/message-const.js';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { createRequest, createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { Connection } from '../remoting/connection.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Random } from '../runtime/random.js';
import { type HostAddress, isStored, storedProperties } from '../store/put-message.js';
import type { DeliveryStats } from './delivery-stats.js';
import type { DeliveryStore } from './delivery-store.js';
import { checkSend, type SendCheckParts } from './send-checks.js';
import { sendHeaderOf } from './send-header.js';

/** How long the asking client may take to say that it got the reply. Source  RocketMQ Broker2Client#callClient */
const PUSH_TIMEOUT_MS = 10_000;

export interface ReplyMessageParts extends SendCheckParts {
  readonly producerGroups: ProducerGroups;
  readonly store: Pick<DeliveryStore, 'putMessage'>;
  readonly storeHost: () => HostAddress;
  readonly random: Random;
  readonly stats: DeliveryStats;
  readonly logger?: Logger;
}

/**
 * Carries a reply back to who asked: SEND_REPLY_MESSAGE (324), SEND_REPLY_MESSAGE_V2 (325). The reply is pushed over the
 * connection on which the asking client last sent its heartbeat, and then kept in the reply topic.
 *
 * RocketMQ: ReplyMessageProcessor
 */
export class ReplyMessageProcessor {
  readonly #parts: ReplyMessageParts;
  readonly #logger: Logger;

  constructor(parts: ReplyMessageParts) {
    this.#parts = parts;
    this.#logger = parts.logger ?? silentLogger;
  }

  readonly reply = async (request: RemotingCommand, connection: Connection): Promise<RemotingCommand> => {
    const { settings, identity, random } = this.#parts;
    const header = sendHeaderOf(request);
    const topic = checkSend(this.#parts, header, connection);
    const queueId = header.queueId < 0 ? random.int(Math.max(1, topic.writeQueueNums)) : header.queueId;
    const properties = decodeProperties(header.properties ?? '');
    properties.set(MessageConst.PROPERTY_MSG_REGION, identity.regionId);
    properties.set(MessageConst.PROPERTY_TRACE_SWITCH, String(settings.traceOn));
    const body = Buffer.from(request.body ?? []); // the push outlives the bytes of this request
    const problem = await this.#push(header, properties, body, connection);
    const fields = { MSG_REGION: identity.regionId, TRACE_ON: String(settings.traceOn) };
    const response =
      problem === undefined
        ? createResponse(ResponseCode.SUCCESS, undefined, {
            msgId: '0',
            queueId: `${queueId}`,
            queueOffset: '0',
            ...fields,
          })
        : createResponse(ResponseCode.SYSTEM_ERROR, problem, fields);
    if (settings.storeReplyMessageEnable)
      await this.#keep({ ...header, queueId }, properties, body, connection, response);
    return response;
  };

  /** Returns what went wrong; undefined when the asking client has the reply. */
  async #push(
    header: SendMessageRequestHeader,
    properties: Map<string, string>,
    body: Buffer,
    connection: Connection,
  ): Promise<string | undefined> {
    const { producerGroups, clock, storeHost } = this.#parts;
    const asker = properties.get(MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT);
    if (asker === undefined) {
      return `reply message properties[${MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT}] is null`;
    }
    const target = producerGroups.connectionOf(asker);
    if (target === undefined) return `push reply message fail, channel of <${asker}> not found.`;
    properties.set(MessageConst.PROPERTY_PUSH_REPLY_TIME, String(clock.now()));
    const pushed: ReplyMessageRequestHeader = {
      ...header,
      properties: encodeProperties(properties),
      bornHost: connection.remoteAddress,
      storeHost: hostText(storeHost()),
      storeTimestamp: clock.now(),
    };
    const request = createRequest(
      RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
      ReplyMessageRequestHeader.encode(pushed),
      body,
    );
    try {
      const answer = await target.invoke(request, PUSH_TIMEOUT_MS);
      return answer.code === ResponseCode.SUCCESS ? undefined : `push reply message to ${asker}fail.`;
    } catch (error) {
      this.#logger.warn('reply not pushed', { clientId: asker, error });
      return `push reply message to ${asker}fail.`;
    }
  }

  /** Stores the reply; when that works the response names its place, otherwise it stays as it is. */
  async #keep(
    header: SendMessageRequestHeader,
    properties: ReadonlyMap<string, string>,
    body: Buffer,
    connection: Connection,
    response: RemotingCommand,
  ): Promise<void> {
    const result = await this.#parts.store.putMessage({
      topic: header.topic,
      queueId: header.queueId,
      flag: header.flag,
      sysFlag: header.sysFlag,
      bornTimestamp: header.bornTimestamp,
      bornHost: parseHost(connection.remoteAddress),
      reconsumeTimes: header.reconsumeTimes ?? 0,
      body,
      ...storedProperties(properties),
      waitStoreMsgOK: true,
      delayLevel: 0,
    });
    if (!isStored(result.status)) {
      this.#logger.warn('reply not stored', { topic: header.topic, status: result.status });
      return;
    }
    this.#parts.stats.topicPut(header.topic, header.queueId, 1, result.sizeBytes);
    response.extFields = {
      ...response.extFields,
      msgId: result.offsetMsgId,
      queueId: `${header.queueId}`,
      queueOffset: `${result.queueOffset}`,
    };
  }
}
