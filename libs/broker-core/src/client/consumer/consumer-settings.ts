import { validateGroup } from '../../protocol/topic-names.js';
import type { Clock } from '../../runtime/clock.js';
import { ClientError } from '../errors.js';
import { positive } from '../instance/client-settings.js';
import {
  type AllocateMessageQueueStrategy,
  ConsumeFromWhere,
  type ConsumerOptions,
  type LitePullConsumerOptions,
  MessageModel,
  type PushConsumerOptions,
} from '../options.js';
import { allocateAveragely } from './allocation/averagely.js';
import { parseConsumeTimestamp } from './consume-from-where.js';

/** What push and lite pull consumers have in common, with every default filled in. */
export interface ConsumerSettings {
  readonly group: string;
  readonly messageModel: MessageModel;
  readonly consumeFromWhere: ConsumeFromWhere;
  readonly perTopicConsumeFromWhere: ReadonlyMap<string, ConsumeFromWhere> | undefined;
  readonly consumeTimestamp: number;
  readonly strategy: AllocateMessageQueueStrategy;
  readonly pullThresholdForQueue: number;
  readonly pullThresholdSizeForQueue: number;
  readonly pullBatchSize: number;
  readonly maxSpan: number;
  readonly offsetStorePath: string | undefined;
}

/** PushConsumerOptions with every default filled in. */
export interface PushConsumerSettings extends ConsumerSettings {
  readonly concurrency: number;
  readonly pullIntervalMs: number;
  readonly consumeMessageBatchMaxSize: number;
  readonly maxReconsumeTimes: number;
  readonly consumeTimeoutMs: number;
  readonly pullThresholdForTopic: number;
  readonly pullThresholdSizeForTopic: number;
  readonly suspendCurrentQueueTimeMillis: number;
  readonly delayLevelWhenNextConsume: number;
  readonly awaitTerminationMs: number;
}

/** LitePullConsumerOptions with every default filled in. */
export interface LitePullSettings extends ConsumerSettings {
  readonly autoCommit: boolean;
  readonly autoCommitIntervalMs: number;
  readonly pullThresholdForAll: number;
  readonly pollTimeoutMs: number;
  readonly topicMetadataCheckIntervalMs: number;
}

const HALF_AN_HOUR_MS = 30 * 60_000;
const MOST_MESSAGES = 1_024;
const RESERVED_GROUP = 'DEFAULT_CONSUMER';

/** Fills in the defaults. Throws ClientError naming what cannot work. */
export function pushConsumerSettings(group: string, options: PushConsumerOptions, clock: Clock): PushConsumerSettings {
  return {
    ...commonSettings(group, options, clock, atMost(MOST_MESSAGES, 'pullBatchSize', options.pullBatchSize, 32)),
    maxSpan: positive('consumeConcurrentlyMaxSpan', options.consumeConcurrentlyMaxSpan, 2_000),
    concurrency: positive('concurrency', options.concurrency, 20),
    pullIntervalMs: options.pullIntervalMs ?? 0,
    consumeMessageBatchMaxSize: atMost(
      MOST_MESSAGES,
      'consumeMessageBatchMaxSize',
      options.consumeMessageBatchMaxSize,
      1,
    ),
    maxReconsumeTimes: options.maxReconsumeTimes ?? -1,
    consumeTimeoutMs: positive('consumeTimeoutMin', options.consumeTimeoutMin, 15) * 60_000,
    pullThresholdForTopic: options.pullThresholdForTopic ?? -1,
    pullThresholdSizeForTopic: options.pullThresholdSizeForTopic ?? -1,
    suspendCurrentQueueTimeMillis: options.suspendCurrentQueueTimeMillis ?? 1_000,
    delayLevelWhenNextConsume: options.delayLevelWhenNextConsume ?? 0,
    awaitTerminationMs: options.awaitTerminationMs ?? 30_000,
  };
}

/** Fills in the defaults. Throws ClientError naming what cannot work. */
export function litePullSettings(group: string, options: LitePullConsumerOptions, clock: Clock): LitePullSettings {
  return {
    ...commonSettings(group, options, clock, atMost(MOST_MESSAGES, 'pullBatchSize', options.pullBatchSize, 10)),
    maxSpan: positive('consumeMaxSpan', options.consumeMaxSpan, 2_000),
    autoCommit: options.autoCommit ?? true,
    autoCommitIntervalMs: Math.max(1_000, positive('autoCommitIntervalMs', options.autoCommitIntervalMs, 5_000)),
    pullThresholdForAll: positive('pullThresholdForAll', options.pullThresholdForAll, 10_000),
    pollTimeoutMs: options.pollTimeoutMs ?? 5_000,
    topicMetadataCheckIntervalMs: positive(
      'topicMetadataCheckIntervalMs',
      options.topicMetadataCheckIntervalMs,
      30_000,
    ),
  };
}

function commonSettings(
  group: string,
  options: ConsumerOptions,
  clock: Clock,
  pullBatchSize: number,
): Omit<ConsumerSettings, 'maxSpan'> {
  const problem = validateGroup(group);
  if (problem !== undefined) throw new ClientError(`consumerGroup: ${problem}`);
  if (group === RESERVED_GROUP) throw new ClientError(`consumerGroup '${group}' is reserved: choose another name`);
  return {
    group,
    messageModel: options.messageModel ?? MessageModel.CLUSTERING,
    consumeFromWhere: options.consumeFromWhere ?? ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET,
    perTopicConsumeFromWhere: options.perTopicConsumeFromWhere,
    consumeTimestamp:
      options.consumeTimestamp === undefined
        ? clock.now() - HALF_AN_HOUR_MS
        : parseConsumeTimestamp(options.consumeTimestamp),
    strategy: options.allocateMessageQueueStrategy ?? allocateAveragely,
    pullThresholdForQueue: positive('pullThresholdForQueue', options.pullThresholdForQueue, 1_000),
    pullThresholdSizeForQueue: positive('pullThresholdSizeForQueue', options.pullThresholdSizeForQueue, 100),
    pullBatchSize,
    offsetStorePath: options.offsetStorePath,
  };
}

function atMost(most: number, name: string, value: number | undefined, byDefault: number): number {
  const given = positive(name, value, byDefault);
  if (given > most) throw new ClientError(`${name} is ${given}: give at most ${most}`);
  return given;
}
