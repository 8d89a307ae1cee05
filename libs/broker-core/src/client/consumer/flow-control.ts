/** How much of a queue may be cached before pulling waits. */
export interface FlowLimits {
  readonly maxMessages: number;
  readonly maxMiB: number;
  /** undefined: orderly consumption, where the span says nothing. */
  readonly maxSpan: number | undefined;
}

/** What is cached of a queue. */
export interface CacheLevel {
  readonly messageCount: number;
  readonly bodyBytes: number;
  readonly span: number;
}

const MIB = 1024 * 1024;

/** Why a pull has to wait, in words for the log; undefined when it may go. */
export function reasonToWait(level: CacheLevel, limits: FlowLimits): string | undefined {
  if (level.messageCount > limits.maxMessages) return `more than ${limits.maxMessages} messages cached`;
  if (Math.floor(level.bodyBytes / MIB) > limits.maxMiB) return `more than ${limits.maxMiB} MiB cached`;
  if (limits.maxSpan !== undefined && level.span > limits.maxSpan)
    return `cached offsets span more than ${limits.maxSpan}`;
  return undefined;
}

/** A topic-wide limit divided among its queues; `perQueue` when there is none (-1). */
export function sharedLimit(perTopic: number, perQueue: number, queueCount: number): number {
  return perTopic === -1 || queueCount === 0 ? perQueue : Math.max(1, Math.floor(perTopic / queueCount));
}
