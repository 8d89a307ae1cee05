import type { RocketMQHeaders, RocketMQMessage } from './message-options.js';
import type { Millis, SendStatus } from './vocabulary.js';

/** What one send may ask for. At most one of `delayLevel`, `delay` and `deliverAt`. */
export interface SendOptions {
  /** For the whole send, retries included. Default: the producer's `sendMessageTimeout`. */
  timeout?: Millis;
  /** Added to the message's own; a header given in both places is taken from here. */
  headers?: RocketMQHeaders;
  /** 1 to 18: 1s 5s 10s 30s 1m … 10m 20m 30m 1h 2h, as the broker's `messageDelayLevel` says. */
  delayLevel?: number;
  /** A delay that is exactly one of the 18 levels; others are not supported yet. */
  delay?: Millis;
  /** Not supported yet: refused with a sentence. */
  deliverAt?: Date | Millis;
  /** Gives the send up; whether the broker has stored the message is then unknown. */
  signal?: AbortSignal;
}

/** Sends whose queue is chosen by a hash key. */
export interface OrderlySendOptions extends Omit<SendOptions, 'delay' | 'deliverAt'> {
  selector?: MessageQueueSelector;
}

/** Options of a request that waits for a reply; `timeout` covers the whole exchange. */
export interface RequestOptions extends SendOptions {
  /** Requests of one key go to one queue. */
  hashKey?: string;
}

/** Picks a queue: an index into `queues`, which are sorted by broker and queue. */
export type MessageQueueSelector = (
  queues: readonly { readonly brokerName: string; readonly queueId: number }[],
  message: RocketMQMessage,
  hashKey: string,
) => number;

/** The broker's yes. */
export interface SendResult {
  readonly sendStatus: SendStatus;
  /** The client's id of the message (UNIQ_KEY); a batch has several, joined by commas. */
  readonly msgId: string;
  /** The broker's id: where the message lies. */
  readonly offsetMsgId?: string;
  readonly messageQueue: { readonly topic: string; readonly brokerName: string; readonly queueId: number };
  /** Place in its queue; a safe integer (no queue comes near 2^53 entries). */
  readonly queueOffset: number;
  readonly transactionId?: string;
  readonly recallHandle?: string;
}

/** Told how an `asyncSend` ended; exactly one of the two is called. */
export interface SendCallback {
  onSuccess(result: SendResult): void;
  onException(error: Error): void;
}

/** Told how an asynchronous `sendAndReceive` ended; exactly one of the two is called. */
export interface RocketMQLocalRequestCallback<T> {
  onSuccess(reply: T): void;
  onException(error: Error): void;
}
