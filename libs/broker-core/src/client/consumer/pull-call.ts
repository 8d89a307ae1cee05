import type { SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import type { MessageExt } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import { createRequest, type ExtFields, type RemotingCommand } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { PullSysFlag } from '../../protocol/sys-flag.js';
import { matchesTagExactly } from '../../protocol/tag-filter.js';
import { ClientError, refusal, RouteError } from '../errors.js';
import type { BrokerAddress } from '../instance/broker-addresses.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { MASTER_ID } from '../instance/route.js';
import { pulledMessages } from './pulled-messages.js';

/** One question for messages. */
export interface PullQuestion {
  readonly queue: MessageQueue;
  readonly subscription: SubscriptionData;
  readonly queueOffset: number;
  readonly maxMessages: number;
  /** Bits of PullSysFlag. */
  readonly sysFlag: number;
  readonly commitOffset: number;
  /** How long the broker may hold the question when it has nothing. */
  readonly suspendMs: number;
  readonly timeoutMs: number;
  readonly isLite: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a pull brought.
 *
 * found    messages, those of other tags left out
 * nothing  nothing new, or nothing of ours, before `nextOffset`
 * moved    the queue has no such offset: go on at `nextOffset`
 */
export type PullAnswer =
  | {
      readonly kind: 'found';
      readonly messages: readonly MessageExt[];
      readonly nextOffset: number;
      readonly maxOffset: number;
    }
  | { readonly kind: 'nothing'; readonly nextOffset: number }
  | { readonly kind: 'moved'; readonly nextOffset: number };

/** Most bytes of one answer, as Java's clients ask for. */
const MAX_ANSWER_BYTES = 256 * 1024;
/** A broker of this MQVersion or later knows SQL92 expressions. */
const SQL92_SINCE = 232;

/** Asks brokers for a group's messages, and remembers which member of a broker to ask. RocketMQ: PullAPIWrapper. */
export class PullCalls {
  readonly #askWhom = new Map<string, number>();

  constructor(
    private readonly instance: MQClientInstance,
    private readonly group: string,
  ) {}

  /** Throws RemoteError, TimeoutError, ConnectionError, RouteError, the signal's reason, or CorruptRecordError. */
  async pull(question: PullQuestion): Promise<PullAnswer> {
    const { transport } = this.instance;
    const { address, isSlave } = await this.#whomToAsk(question);
    // A replica must not be told offsets: the master would not learn of them.
    const sysFlag = isSlave ? question.sysFlag & ~PullSysFlag.FLAG_COMMIT_OFFSET : question.sysFlag;
    const code = question.isLite ? RequestCode.LITE_PULL_MESSAGE : RequestCode.PULL_MESSAGE;
    const request = createRequest(code, this.#header(question, sysFlag));
    const response = await transport.invoke(address, request, question.timeoutMs, question.signal);
    this.#remember(question.queue, response);
    return this.#answer(question, response, address);
  }

  /** Forgets a queue that is no longer ours. */
  forget(queue: MessageQueue): void {
    this.#askWhom.delete(messageQueueKey(queue));
  }

  async #whomToAsk({ queue, subscription }: PullQuestion): Promise<BrokerAddress> {
    const { routes, settings, heartbeats } = this.instance;
    const wanted = this.#askWhom.get(messageQueueKey(queue)) ?? MASTER_ID;
    let member = routes.brokers.memberOf(queue.brokerName, wanted);
    if (!member) {
      await routes.refresh(queue.topic, settings.mqClientApiTimeoutMs);
      member = routes.brokers.memberOf(queue.brokerName, wanted);
    }
    if (!member)
      throw new RouteError(`nobody answers for broker '${queue.brokerName}' of topic '${queue.topic}': is it running?`);
    const version = heartbeats.versionOf(member.address);
    if (subscription.expressionType !== 'TAG' && version > 0 && version < SQL92_SINCE) {
      throw new ClientError(
        `the broker at ${member.address} is too old for ${subscription.expressionType} expressions: use tags`,
      );
    }
    return member;
  }

  #header(
    { queue, subscription, queueOffset, maxMessages, commitOffset, suspendMs }: PullQuestion,
    sysFlag: number,
  ): ExtFields {
    const header: ExtFields = {
      consumerGroup: this.group,
      topic: queue.topic,
      queueId: String(queue.queueId),
      queueOffset: String(queueOffset),
      maxMsgNums: String(maxMessages),
      sysFlag: String(sysFlag),
      commitOffset: String(commitOffset),
      suspendTimeoutMillis: String(suspendMs),
      subVersion: String(subscription.subVersion),
      maxMsgBytes: String(MAX_ANSWER_BYTES),
      expressionType: subscription.expressionType,
      bname: queue.brokerName,
    };
    if ((sysFlag & PullSysFlag.FLAG_SUBSCRIPTION) !== 0) header['subscription'] = subscription.subString;
    return header;
  }

  #answer({ queue, subscription }: PullQuestion, response: RemotingCommand, address: string): PullAnswer {
    const ext = response.extFields ?? {};
    const nextOffset = Number(ext['nextBeginOffset'] ?? Number.NaN);
    if (isPullAnswer(response.code) && !(nextOffset >= 0))
      throw refusal(response.code, 'the answer to a pull names no nextBeginOffset', address);
    switch (response.code) {
      case ResponseCode.SUCCESS: {
        const all = pulledMessages(response.body, this.instance.settings.logger);
        const messages = all.filter((message) => matchesTagExactly(subscription, message.tags));
        for (const message of messages) {
          message.brokerName = queue.brokerName;
          message.properties.set(MessageConst.PROPERTY_MIN_OFFSET, ext['minOffset'] ?? '0');
          message.properties.set(MessageConst.PROPERTY_MAX_OFFSET, ext['maxOffset'] ?? '0');
        }
        return { kind: 'found', messages, nextOffset, maxOffset: Number(ext['maxOffset'] ?? 0) };
      }
      case ResponseCode.PULL_NOT_FOUND:
      case ResponseCode.PULL_RETRY_IMMEDIATELY:
        return { kind: 'nothing', nextOffset };
      case ResponseCode.PULL_OFFSET_MOVED:
        return { kind: 'moved', nextOffset };
      default:
        throw refusal(response.code, response.remark, address, { topic: queue.topic, group: this.group });
    }
  }

  #remember(queue: MessageQueue, response: RemotingCommand): void {
    const suggested = response.extFields?.['suggestWhichBrokerId'];
    if (suggested !== undefined) this.#askWhom.set(messageQueueKey(queue), Number(suggested));
  }
}

const isPullAnswer = (responseCode: number) =>
  responseCode === ResponseCode.SUCCESS ||
  responseCode === ResponseCode.PULL_NOT_FOUND ||
  responseCode === ResponseCode.PULL_RETRY_IMMEDIATELY ||
  responseCode === ResponseCode.PULL_OFFSET_MOVED;
