import type { ConnectionOptions, TraceOptions } from './connection-options.js';
import type { MessageQueueSelector } from './send-options.js';
import type { Configurable, Millis } from './vocabulary.js';

/** The numbers and switches of a producer. */
export interface ProducerTuning {
  /** Default 3000. */
  sendMessageTimeout: Millis;
  /** Bodies at least this long are compressed. Bytes; default 4096. */
  compressMessageBodyThreshold: number;
  /** Default 2. */
  retryTimesWhenSendFailed: number;
  /** Default 2. */
  retryTimesWhenSendAsyncFailed: number;
  /** Also tries another broker when one stored the message less safely than asked. Default false. */
  retryNextServer: boolean;
  /** Largest body, in bytes. Default 4 MiB. */
  maxMessageSize: number;
}

/** Options of a template's producer. */
export interface ProducerOptions extends Configurable<Partial<ProducerTuning>>, Partial<ConnectionOptions> {
  /** Default `rocketmq-nest-producer`. */
  group?: string;
  /** Topics whose routes are fetched at start, so that the first send need not. */
  topics?: readonly string[];
  trace?: TraceOptions;
  /** Queue of orderly sends. Default: hash of the key, as Apache's SelectMessageQueueByHash. */
  selector?: MessageQueueSelector;
}
