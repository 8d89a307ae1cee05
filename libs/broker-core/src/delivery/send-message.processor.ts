import type { QueueLocks } from '../consumers/queue-locks.js';
import type { SubscriptionGroups } from '../consumers/subscription-groups.js';
import { parseHost } from '../protocol/host-address.js';
import type { SendMessageRequestHeader } from '../protocol/headers/send-message.headers.js';
import { createResponse, type ExtFields, type RemotingCommand } from '../protocol/remoting-command.js';
import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { tagsCodeOf } from '../protocol/tag-filter.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { isRetryTopic } from '../protocol/topic-names.js';
import type { Connection } from '../remoting/connection.js';
import { RequestError } from '../runtime/errors.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { Random } from '../runtime/random.js';
import { type HostAddress, isStored, type PutMessage, type PutResult } from '../store/put-message.js';
import type { DeliveryStore } from './delivery-store.js';
import type { DeliveryStats } from './delivery-stats.js';
import { answerRefusedPut, type PutRemarkFacts, storedCodeOf } from './put-answer.js';
import { retryOrDeadLetter } from './retry-or-dead-letter.js';
import type { SendAdmission } from './send-admission.js';
import { batchMessages } from './send-batch.js';
import { checkSend, type SendCheckParts } from './send-checks.js';
import { sendHeaderOf } from './send-header.js';
import { illegalMessage, noTimers, refuseHalf } from './send-refusals.js';
import { type BrokerStamp, brokerStamp, readSentProperties } from './sent-properties.js';

export interface SendMessageParts extends SendCheckParts {
  readonly subscriptionGroups: SubscriptionGroups;
  readonly queueLocks: QueueLocks;
  readonly store: Pick<DeliveryStore, 'putMessage' | 'putMessages'>;
  readonly admission: SendAdmission;
  readonly remarkFacts: PutRemarkFacts;
  readonly makeUniqKey: () => string;
  readonly random: Random;
  readonly stats: DeliveryStats;
  readonly logger?: Logger;
}

/** Longest remark of a refusal: it may quote what the client sent. */
const MAX_REMARK_CHARS = 1024;

type Answer = RemotingCommand | Promise<RemotingCommand>;

interface Stamped {
  readonly traceOn: boolean;
  readonly traceOnText: string;
  readonly stamp: BrokerStamp;
}

function stampedBy({ settings: { traceOn }, identity }: SendMessageParts): Stamped {
  const stamp = brokerStamp(identity.regionId, traceOn, identity.clusterName);
  return { traceOn, traceOnText: String(traceOn), stamp };
}

/**
 * Takes messages in: SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320).
 *
 * The hot path of the broker: no Map of properties, no exception, one promise for a message. RocketMQ: SendMessageProcessor
 */
export class SendMessageProcessor {
  readonly #parts: SendMessageParts;
  readonly #logger: Logger;
  /** Born hosts by connection: all messages of a producer come from one address. */
  readonly #bornHosts = new WeakMap<Connection, HostAddress>();
  /** What the broker says of itself in messages and answers, as long as `traceOn` is what it was. */
  #stamped: Stamped;

  constructor(parts: SendMessageParts) {
    this.#parts = parts;
    this.#logger = parts.logger ?? silentLogger;
    this.#stamped = stampedBy(parts);
  }

  readonly send = (request: RemotingCommand, connection: Connection): Answer => {
    const { admission } = this.#parts;
    const busy = admission.enter();
    if (busy !== undefined) return busy;
    try {
      return this.#admitted(request, connection);
    } catch (error) {
      admission.leave();
      if (!(error instanceof RequestError)) throw error;
      // Producers read region and trace switch out of every answer of this processor, refusals too.
      return createResponse(error.responseCode, error.remark.slice(0, MAX_REMARK_CHARS), this.#refusalFields());
    }
  };

  #admitted(request: RemotingCommand, connection: Connection): Answer {
    const { topics } = this.#parts;
    const header = sendHeaderOf(request);
    const topicsBefore = topics.dataVersion;
    const topic = checkSend(this.#parts, header, connection);
    if (this.#parts.settings.traceOn !== this.#stamped.traceOn) this.#stamped = stampedBy(this.#parts);
    const answer = header.batch
      ? this.#sendBatch(request, header, topic, connection)
      : this.#sendOne(request, header, topic, connection);
    // Yes is said after it is true: a topic that was made for this message, or for another one that is still on its way,
    // must outlive a power cut as the message does.
    if (topics.dataVersion === topicsBefore && topics.isSaved(header.topic)) return answer;
    return Promise.all([answer, topics.awaitSaved()]).then(([stored]) => stored);
  }

  #sendOne(
    request: RemotingCommand,
    header: SendMessageRequestHeader,
    topic: TopicConfig,
    connection: Connection,
  ): Promise<RemotingCommand> {
    const message = this.#messageOf(request, header, topic, connection);
    const { uniqKey } = message;
    return this.#parts.store.putMessage(message).then((result) => {
      this.#parts.admission.leave();
      return this.#answer(result, message.topic, message.queueId, 1, uniqKey);
    }, this.#putFailed);
  }

  #messageOf(
    request: RemotingCommand,
    header: SendMessageRequestHeader,
    topic: TopicConfig,
    connection: Connection,
  ): PutMessage {
    if (request.body === undefined) throw this.#illegal();
    const properties = readSentProperties(header.properties ?? '', this.#stamped.stamp, this.#parts.makeUniqKey);
    const reconsumeTimes = header.reconsumeTimes ?? 0;
    const isHalf = properties.isPrepared && !(reconsumeTimes > 0 && properties.delayLevel > 0);
    if (isHalf || transactionTypeOf(header.sysFlag) !== MessageSysFlag.TRANSACTION_NOT_TYPE)
      refuseHalf(header.sysFlag, isHalf, this.#parts.identity.advertisedHost);
    if (properties.isTimed) throw noTimers();
    if (properties.isInnerBatch) throw this.#illegal();
    const message: PutMessage = {
      topic: header.topic,
      queueId: header.queueId < 0 ? this.#anyQueue(topic) : header.queueId,
      flag: header.flag,
      sysFlag: topic.topicFilterType === 'MULTI_TAG' ? header.sysFlag | MessageSysFlag.MULTI_TAGS_FLAG : header.sysFlag,
      bornTimestamp: header.bornTimestamp,
      bornHost: this.#bornHostOf(connection),
      reconsumeTimes,
      body: request.body,
      propertiesString: properties.text,
      tagsCode: tagsCodeOf(properties.tags),
      keys: properties.keys,
      uniqKey: properties.uniqKey,
      waitStoreMsgOK: properties.waitStoreMsgOK,
      delayLevel: properties.delayLevel,
    };
    return isRetryTopic(header.topic) ? retryOrDeadLetter(this.#parts, message, header, request.version) : message;
  }

  #sendBatch(
    request: RemotingCommand,
    header: SendMessageRequestHeader,
    topic: TopicConfig,
    connection: Connection,
  ): Promise<RemotingCommand> {
    if ((request.body?.length ?? 0) > this.#parts.remarkFacts.maxMessageBytes) throw this.#illegal();
    this.#checkBatch(header);
    const batch = batchMessages(request.body, header, {
      queueId: header.queueId < 0 ? this.#anyQueue(topic) : header.queueId,
      bornHost: this.#bornHostOf(connection),
      isMultiTag: topic.topicFilterType === 'MULTI_TAG',
    });
    return this.#parts.store.putMessages(batch.messages).then((result) => {
      this.#parts.admission.leave();
      return this.#answer(result, header.topic, batch.queueId, batch.messages.length, batch.uniqKey);
    }, this.#putFailed);
  }

  /**
   * Batches are neither halves of transactions nor delayed.
   *
   * Source  RocketMQ HookUtils#checkInnerBatch, #handleScheduleMessage, CommitLog#asyncPutMessages
   */
  #checkBatch({ sysFlag, properties }: SendMessageRequestHeader): void {
    const shared = readSentProperties(properties ?? '', this.#stamped.stamp, this.#parts.makeUniqKey);
    if (shared.isInnerBatch) throw this.#illegal();
    if (shared.isTimed) throw noTimers();
    if (shared.delayLevel > 0 || transactionTypeOf(sysFlag) !== MessageSysFlag.TRANSACTION_NOT_TYPE)
      throw this.#illegal();
  }

  #answer(
    result: PutResult,
    topic: string,
    queueId: number,
    count: number,
    uniqKey: string | undefined,
  ): RemotingCommand {
    const { identity, remarkFacts, stats } = this.#parts;
    if (!isStored(result.status)) {
      this.#logger.debug('send refused by the store', { topic, status: result.status });
      return answerRefusedPut(result, remarkFacts, this.#refusalFields());
    }
    stats.topicPut(result.topic, result.queueId, count, result.sizeBytes);
    const fields: ExtFields = {
      msgId: result.offsetMsgId,
      queueId: `${queueId}`,
      queueOffset: `${result.queueOffset}`,
      MSG_REGION: identity.regionId,
      TRACE_ON: this.#stamped.traceOnText,
    };
    if (uniqKey !== undefined) fields['transactionId'] = uniqKey;
    return createResponse(storedCodeOf(result.status), undefined, fields);
  }

  #refusalFields(): ExtFields {
    return { MSG_REGION: this.#parts.identity.regionId, TRACE_ON: this.#stamped.traceOnText };
  }

  readonly #putFailed = (error: unknown): never => {
    this.#parts.admission.leave();
    throw error;
  };

  #illegal(): RequestError {
    return illegalMessage(this.#parts.remarkFacts.maxMessageBytes);
  }

  #bornHostOf(connection: Connection): HostAddress {
    let host = this.#bornHosts.get(connection);
    if (host === undefined) this.#bornHosts.set(connection, (host = parseHost(connection.remoteAddress)));
    return host;
  }

  #anyQueue(topic: TopicConfig): number {
    return topic.writeQueueNums > 0 ? this.#parts.random.int(topic.writeQueueNums) : 0;
  }
}
