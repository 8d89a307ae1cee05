import type { ConnectionOptions, TraceOptions } from './connection-options.js';
import type { Configurable, ConsumeFromWhere, MessageModel, Millis, SelectorType } from './vocabulary.js';

/** The numbers and switches of `template.receive`. */
export interface PullConsumerTuning {
  /** Most messages of one `receive`. Default 10. */
  pullBatchSize: number;
  /** How long `receive` waits for a first message. Default 5000. */
  pollTimeout: Millis;
  /** `receive` commits what earlier calls handed out, every 5 seconds at most; what came since is received again after a restart. Default true. */
  autoCommit: boolean;
}

/** Options of the lite pull consumer behind `template.receive`. */
export interface PullConsumerOptions extends Configurable<Partial<PullConsumerTuning>>, Partial<ConnectionOptions> {
  group: string;
  topic: string;
  /** Default CLUSTERING. */
  messageModel?: MessageModel;
  selectorType?: SelectorType;
  /** Default `*`. */
  selectorExpression?: string;
  /** Default LAST_OFFSET. */
  consumeFromWhere?: ConsumeFromWhere;
  trace?: TraceOptions;
}
