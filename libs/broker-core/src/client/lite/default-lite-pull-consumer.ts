import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { ClientError } from '../errors.js';
import type { LitePullConsumerOptions } from '../options.js';

/** Receives messages by polling. RocketMQ: DefaultLitePullConsumer. (Signatures first; the body follows.) */
export class DefaultLitePullConsumer {
  constructor(
    readonly consumerGroup: string,
    readonly options: LitePullConsumerOptions,
  ) {}

  get clientId(): string {
    return unbuilt();
  }
  start(): Promise<void> {
    return unbuilt();
  }
  shutdown(): Promise<void> {
    return unbuilt();
  }
  subscribe(_topic: string, _expression = '*', _type: 'TAG' | 'SQL92' = 'TAG'): void {
    unbuilt();
  }
  unsubscribe(_topic: string): void {
    unbuilt();
  }
  /** Takes exactly these queues, without sharing them with the group; excludes `subscribe`. */
  assign(_queues: readonly MessageQueue[]): void {
    unbuilt();
  }
  /** The next messages, at most `pullBatchSize`; empty when none came within `timeoutMs`. */
  poll(_timeoutMs?: number, _signal?: AbortSignal): Promise<MessageExt[]> {
    return unbuilt();
  }
  /** Marks everything handed out as consumed; reaches the broker with the next persist. */
  commit(): void {
    unbuilt();
  }
  /** The same, and resolves when the broker has it. */
  commitSync(): Promise<void> {
    return unbuilt();
  }
  committed(_queue: MessageQueue): Promise<number> {
    return unbuilt();
  }
  seek(_queue: MessageQueue, _queueOffset: number): Promise<void> {
    return unbuilt();
  }
  seekToBegin(_queue: MessageQueue): Promise<void> {
    return unbuilt();
  }
  seekToEnd(_queue: MessageQueue): Promise<void> {
    return unbuilt();
  }
  pause(_queues: readonly MessageQueue[]): void {
    unbuilt();
  }
  resume(_queues: readonly MessageQueue[]): void {
    unbuilt();
  }
  assignment(): MessageQueue[] {
    return unbuilt();
  }
  fetchMessageQueues(_topic: string): Promise<MessageQueue[]> {
    return unbuilt();
  }
  offsetForTimestamp(_queue: MessageQueue, _timestamp: number): Promise<number> {
    return unbuilt();
  }
}

function unbuilt(): never {
  throw new ClientError('not built yet');
}
