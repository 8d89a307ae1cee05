import type { Message, MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';

/**
 * How well a message is kept. RocketMQ: SendStatus.
 *
 * SEND_OK              as durable as the broker's settings promise
 * FLUSH_DISK_TIMEOUT   stored, not known to be on disk
 * FLUSH_SLAVE_TIMEOUT  stored here, not known to be on enough replicas
 * SLAVE_NOT_AVAILABLE  stored here, and there is no replica to hold it
 */
export type SendStatus = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';

/** What the broker said to a send: the message is stored, at `queueOffset` of `messageQueue`. */
export interface SendResult {
  readonly sendStatus: SendStatus;
  /** The client's own id (UNIQ_KEY); of a batch, all of them joined by commas. */
  readonly msgId: string;
  /** The broker's id: where the message lies. */
  readonly offsetMsgId: string;
  readonly messageQueue: MessageQueue;
  readonly queueOffset: number;
  readonly transactionId?: string | undefined;
  /** For recalling a timed message before its time. */
  readonly recallHandle?: string | undefined;
  readonly regionId?: string | undefined;
  readonly traceOn?: boolean | undefined;
}

/** For callers who prefer callbacks; exactly one of the two is called, once. */
export interface SendCallback {
  onSuccess(result: SendResult): void;
  onException(error: Error): void;
}

/** For callers who prefer callbacks to `await request()`; exactly one of the two is called, once. */
export interface RequestCallback {
  onSuccess(reply: MessageExt): void;
  onException(error: Error): void;
}

/** How one send differs from the producer's settings. */
export interface SendOptions {
  /** All of the send, its retries included. */
  readonly timeoutMs?: number | undefined;
  /** Stops waiting (and retrying); the broker may have the message all the same. */
  readonly signal?: AbortSignal | undefined;
  /** This queue and no other; such a send is not retried elsewhere. */
  readonly queue?: MessageQueue | undefined;
}

/** Picks the queue of a message: the same `arg` the same queue makes messages of one `arg` ordered. */
export type MessageQueueSelector<A = unknown> = (
  queues: readonly MessageQueue[],
  message: Message,
  arg: A,
) => MessageQueue | undefined;
