import { retryTopicOf } from '../../protocol/topic-names.js';
import { ClientError } from '../errors.js';
import { ConsumeFromWhere } from '../options.js';

/** Where a queue without a committed offset is begun: at a fixed offset, at its end, or at a time. */
export type StartingPoint =
  | { readonly kind: 'offset'; readonly queueOffset: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'time'; readonly timestamp: number };

/** What the choice depends on. */
export interface StartingPointInput {
  readonly group: string;
  readonly topic: string;
  readonly consumeFromWhere: ConsumeFromWhere;
  readonly perTopic: ReadonlyMap<string, ConsumeFromWhere> | undefined;
  readonly timestamp: number;
  /** When this member looked for the topic and it was not there yet; undefined for topics that were. */
  readonly missedAt: number | undefined;
}

/** Clocks of clients and brokers differ a little. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Where to begin. A group's own retry topic is begun at its start, since everything in it was meant for the group; but with
 * CONSUME_FROM_TIMESTAMP at its end. RocketMQ: RebalancePushImpl#computePullFromWhereWithException.
 *
 * A topic that came after this member looked for it has no end to begin at: whatever is in it was sent to a group that
 * was already waiting. RocketMQ's client skips what arrives between its two questions, for the group's offset and for
 * the queue's end. (A time, not offset 0: a name server that has just started denies topics that are old.)
 */
export function startingPointOf(input: StartingPointInput): StartingPoint {
  const isRetryTopic = input.topic === retryTopicOf(input.group);
  const where = input.perTopic?.get(input.topic) ?? input.consumeFromWhere;
  switch (where) {
    case ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET:
      return { kind: 'offset', queueOffset: 0 };
    case ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET:
      if (isRetryTopic) return { kind: 'offset', queueOffset: 0 };
      return input.missedAt === undefined
        ? { kind: 'end' }
        : { kind: 'time', timestamp: input.missedAt - CLOCK_SKEW_MS };
    case ConsumeFromWhere.CONSUME_FROM_TIMESTAMP:
      return isRetryTopic ? { kind: 'end' } : { kind: 'time', timestamp: input.timestamp };
  }
}

const CONSUME_TIMESTAMP = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/** The moment that `yyyyMMddHHmmss` means in local time. Throws ClientError for anything else. */
export function parseConsumeTimestamp(text: string): number {
  const parts = CONSUME_TIMESTAMP.exec(text)?.slice(1).map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
  // biome-ignore lint/style/noRestrictedGlobals: the calendar of a given time, no clock
  const date = new Date(year, month - 1, day, hour, minute, second);
  const isReal = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second < 60;
  if (parts === undefined || !isReal) {
    throw new ClientError(`consumeTimestamp is '${text}': write it as yyyyMMddHHmmss, e.g. 20260131180000`);
  }
  return date.getTime();
}
