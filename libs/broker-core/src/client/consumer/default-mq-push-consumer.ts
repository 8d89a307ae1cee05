import type { MessageQueue } from '../../protocol/message-queue.js';
import { ClientError } from '../errors.js';
import type { PushConsumerOptions } from '../options.js';
import type { MessageListenerConcurrently, MessageListenerOrderly, MessageQueueListener } from './listeners.js';

/** Receives messages by listener. RocketMQ: DefaultMQPushConsumer. (Signatures first; the body follows.) */
export class DefaultMQPushConsumer {
  constructor(
    readonly consumerGroup: string,
    readonly options: PushConsumerOptions,
  ) {}

  get clientId(): string {
    return unbuilt();
  }
  /** `expression`: `*`, or tags joined by ` || `; `type` SQL92 needs a broker that filters properties. Works before and after start. */
  subscribe(_topic: string, _expression = '*', _type: 'TAG' | 'SQL92' = 'TAG'): void {
    unbuilt();
  }
  unsubscribe(_topic: string): void {
    unbuilt();
  }
  registerMessageListener(_listener: MessageListenerConcurrently): void {
    unbuilt();
  }
  registerMessageListenerOrderly(_listener: MessageListenerOrderly): void {
    unbuilt();
  }
  setMessageQueueListener(_listener: MessageQueueListener): void {
    unbuilt();
  }
  start(): Promise<void> {
    return unbuilt();
  }
  /** Stops pulling, lets listener calls in flight end (up to `awaitTerminationMs`), commits offsets, leaves the group. */
  shutdown(): Promise<void> {
    return unbuilt();
  }
  suspend(): void {
    unbuilt();
  }
  resume(): void {
    unbuilt();
  }
  fetchSubscribeMessageQueues(_topic: string): Promise<MessageQueue[]> {
    return unbuilt();
  }
}

function unbuilt(): never {
  throw new ClientError('not built yet');
}
