import type { ConsumerOffsets } from '../consumers/consumer-offsets.js';
import type { ConsumerSettings } from '../consumers/consumer-settings.js';
import { PullMessageRequestHeader } from '../protocol/headers/pull-message.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { SubscriptionData } from '../protocol/bodies/heartbeat-data.js';
import { PullSysFlag } from '../protocol/sys-flag.js';
import { matchesTag } from '../protocol/tag-filter.js';
import type { Connection } from '../remoting/connection.js';
import { type Logger, silentLogger } from '../runtime/logger.js';
import type { MessageFilter } from '../store/get-message.js';
import { emptyPull } from '../store/get-message-result.js';
import type { DeliveryStore } from './delivery-store.js';
import type { DeliveryStats } from './delivery-stats.js';
import type { HeldPulls } from './held-pulls.js';
import { answerPull, pullCodeOf, type PullOutcome } from './pull-answer.js';
import { type AllowedPull, checkPull, type PullCheckParts } from './pull-checks.js';

/** Messages that one pull may ask for; more are cut, as RocketMQ's clients never ask for more than 1024. */
const MAX_MESSAGES_PER_PULL = 10_000;

export interface PullMessageParts extends PullCheckParts {
  readonly consumerSettings: Pick<ConsumerSettings, 'useServerSideResetOffset'>;
  readonly offsets: ConsumerOffsets;
  readonly store: Pick<DeliveryStore, 'getMessage' | 'minQueueOffset' | 'maxQueueOffset'>;
  readonly heldPulls: HeldPulls;
  readonly stats: DeliveryStats;
  readonly logger?: Logger;
}

type Answer = RemotingCommand | undefined | Promise<RemotingCommand | undefined>;

/** One pull on its way through: what was asked, and what the checks found. */
interface Pull {
  readonly code: number;
  readonly header: PullMessageRequestHeader;
  readonly connection: Connection;
  /** Whether it may wait: only the first time round. */
  readonly maySuspend: boolean;
}

/**
 * Gives messages out: PULL_MESSAGE (11), LITE_PULL_MESSAGE (361).
 *
 * RocketMQ: PullMessageProcessor, DefaultPullMessageResultHandler
 */
export class PullMessageProcessor {
  readonly #parts: PullMessageParts;
  readonly #logger: Logger;

  constructor(parts: PullMessageParts) {
    this.#parts = parts;
    this.#logger = parts.logger ?? silentLogger;
  }

  readonly pull = (request: RemotingCommand, connection: Connection): Answer => {
    const header = PullMessageRequestHeader.decode(request.extFields);
    return this.#run({ code: request.code, header, connection, maySuspend: true });
  };

  #run(pull: Pull): Answer {
    const { header, connection } = pull;
    const checked = checkPull(this.#parts, pull.code, header, connection);
    if (checked.kind === 'refused') return refusal(checked.code, checked.remark, checked.fields);
    const reset = this.#takeReset(header);
    if (reset !== undefined) return this.#answer(pull, checked, undefined, reset);
    const filter = filterOf(checked.subscription);
    const result = this.#parts.store.getMessage({
      topic: header.topic,
      queueId: header.queueId,
      queueOffset: header.queueOffset,
      maxMsgNums: Math.min(Math.max(header.maxMsgNums, 1), MAX_MESSAGES_PER_PULL),
      ...(filter && { filter }),
    });
    if (result instanceof Promise) return result.then((found) => this.#answer(pull, checked, filter, found));
    return this.#answer(pull, checked, filter, result);
  }

  #answer(pull: Pull, checked: AllowedPull, filter: MessageFilter | undefined, outcome: PullOutcome): Answer {
    const { header, maySuspend } = pull;
    const { settings, offsets } = this.#parts;
    offsets.notePulled(header.consumerGroup, header.topic, header.queueId, outcome.nextBeginOffset);
    if (maySuspend && (header.sysFlag & PullSysFlag.FLAG_COMMIT_OFFSET) !== 0) this.#commit(pull);
    const code = pullCodeOf(outcome.status, header.queueOffset);
    if (code === ResponseCode.PULL_NOT_FOUND && maySuspend && (header.sysFlag & PullSysFlag.FLAG_SUSPEND) !== 0) {
      const held = this.#hold(pull, filter);
      if (held !== undefined) return held;
    }
    if (outcome.status === 'FOUND') this.#count(header, outcome);
    else if (code === ResponseCode.PULL_OFFSET_MOVED) this.#logMove(header, outcome);
    return answerPull(code, outcome, checked, settings.slaveReadEnable);
  }

  #hold(pull: Pull, filter: MessageFilter | undefined): Promise<RemotingCommand | undefined> | undefined {
    const { settings, heldPulls } = this.#parts;
    const { topic, queueId, queueOffset, suspendTimeoutMillis } = pull.header;
    const again: Pull = { ...pull, maySuspend: false };
    return heldPulls.hold({
      topic,
      queueId,
      from: queueOffset,
      suspendMs: settings.longPollingEnable ? suspendTimeoutMillis : settings.shortPollingTimeMs,
      filter,
      connection: pull.connection,
      again: () => this.#run(again),
    });
  }

  #commit({ header, connection }: Pull): void {
    const { consumerGroup, topic, queueId, commitOffset } = header;
    this.#parts.offsets.commit(consumerGroup, topic, queueId, commitOffset, connection.remoteAddress);
  }

  #takeReset({ consumerGroup, topic, queueId }: PullMessageRequestHeader): PullOutcome | undefined {
    const { consumerSettings, offsets, store } = this.#parts;
    if (!consumerSettings.useServerSideResetOffset) return undefined;
    const offset = offsets.takeReset(consumerGroup, topic, queueId);
    if (offset === undefined) return undefined;
    const [minOffset, maxOffset] = [store.minQueueOffset(topic, queueId), store.maxQueueOffset(topic, queueId)];
    return emptyPull('OFFSET_RESET', offset, minOffset, maxOffset);
  }

  #count({ consumerGroup, topic, queueId }: PullMessageRequestHeader, found: PullOutcome): void {
    this.#parts.stats.groupGet(consumerGroup, topic, queueId, found.messageCount, found.totalBytes);
  }

  #logMove({ consumerGroup, topic, queueId, queueOffset }: PullMessageRequestHeader, outcome: PullOutcome): void {
    const { status, nextBeginOffset, minOffset, maxOffset } = outcome;
    const facts = { consumerGroup, topic, queueId, queueOffset, status, nextBeginOffset, minOffset, maxOffset };
    this.#logger.warn('pull offset moved', facts);
  }
}

/** The subscription as the store asks it; undefined when it takes everything. */
function filterOf(subscription: SubscriptionData): MessageFilter | undefined {
  if (subscription.classFilterMode || subscription.subString === '*' || subscription.codeSet.size === 0)
    return undefined;
  return { matchesConsumeQueue: (tagsCode) => matchesTag(subscription, tagsCode) };
}

/** Clients unbox the four offsets of any answer to a pull, so a refusal has them too. */
function refusal(code: number, remark: string, fields: Record<string, string> | undefined): RemotingCommand {
  return createResponse(code, remark, {
    suggestWhichBrokerId: '0',
    nextBeginOffset: '0',
    minOffset: '0',
    maxOffset: '0',
    ...fields,
  });
}
