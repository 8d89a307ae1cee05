import { ConsumeFromWhere, ConsumeMode, MessageModel } from '../interfaces/vocabulary.js';
import { RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** Lower and upper end of what a number may be. */
type Range = readonly [least: number, most: number];

const MAX = Number.MAX_SAFE_INTEGER;
const NUMBERS: ReadonlyMap<string, Range> = new Map<string, Range>([
  ['concurrency', [1, 10_000]],
  ['maxReconsumeTimes', [-1, MAX]],
  ['consumeTimeout', [1, MAX]],
  ['replyTimeout', [1, MAX]],
  ['delayLevelWhenNextConsume', [-1, 18]],
  ['suspendCurrentQueueTime', [10, 30_000]],
  ['awaitTerminationOnShutdown', [0, MAX]],
  ['pullInterval', [0, 65_535]],
  ['pullBatchSize', [1, 1024]],
  ['consumeMessageBatchMaxSize', [1, 1024]],
  ['maxCachedMessageCount', [1, 65_535]],
  ['maxCachedMessageSizeInBytes', [1, MAX]],
  ['sendMessageTimeout', [1, MAX]],
  ['compressMessageBodyThreshold', [0, MAX]],
  ['retryTimesWhenSendFailed', [0, 100]],
  ['retryTimesWhenSendAsyncFailed', [0, 100]],
  ['maxMessageSize', [1, 64 * 1024 * 1024]],
  ['pollTimeout', [0, MAX]],
]);
const BOOLEANS = new Set(['retryNextServer', 'autoCommit', 'enabled']);
const WORDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['consumeMode', Object.values(ConsumeMode)],
  ['messageModel', Object.values(MessageModel)],
  ['consumeFromWhere', Object.values(ConsumeFromWhere)],
  ['accessChannel', ['LOCAL', 'CLOUD']],
]);

/**
 * Options whose numbers and switches are what they must be; texts (from placeholders) become numbers and booleans.
 *
 * Throws  RocketMQOptionsError naming the option, whose it is, its value and what it must be
 */
export function checkOptions<T extends object>(options: T, where: string): T {
  const checked: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined) checked[option] = checkOption(option, value, where);
  }
  return checked as T;
}

/**
 * Refuses what later releases will do, so that nobody believes it works.
 *
 * Throws  RocketMQOptionsError naming the first option that is not supported yet
 */
export function refuseUnsupported(options: object, where: string): void {
  const given = options as Record<string, unknown>;
  const { trace } = given as { trace?: { enabled?: boolean } };
  const unsupported: readonly (readonly [string, boolean])[] = [
    ['endpoints (the gRPC protocol)', isGiven(given['endpoints'])],
    ['accessChannel CLOUD', given['accessChannel'] === 'CLOUD'],
    ['credentials (ACL)', isGiven(given['credentials'])],
    ['tls', isGiven(given['tls']) && given['tls'] !== false],
    ['namespace', isGiven(given['namespace'])],
    ['namespaceV2', isGiven(given['namespaceV2'])],
    ['trace', trace?.enabled === true],
    ['selectorType SQL92', given['selectorType'] === 'SQL92'],
    ['simpleConsumer (the gRPC protocol)', isGiven(given['simpleConsumer'])],
  ];
  for (const [option, isUsed] of unsupported) {
    if (isUsed) throw new RocketMQOptionsError(messages.notSupportedYet(option, where));
  }
}

function checkOption(option: string, value: unknown, where: string): unknown {
  const range = NUMBERS.get(option);
  if (range) return checkNumber(option, value, range, where);
  if (BOOLEANS.has(option)) return checkBoolean(option, value, where);
  const words = WORDS.get(option);
  if (!words || words.includes(value as string)) return value;
  throw new RocketMQOptionsError(messages.badOption(option, where, value, words.join(' or ')));
}

function checkNumber(option: string, value: unknown, [least, most]: Range, where: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number;
  const upTo = most === MAX ? '' : ` and ${most} at most`;
  throw new RocketMQOptionsError(messages.badOption(option, where, value, `a whole number, ${least} at least${upTo}`));
}

function checkBoolean(option: string, value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new RocketMQOptionsError(messages.badOption(option, where, value, 'true or false'));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
