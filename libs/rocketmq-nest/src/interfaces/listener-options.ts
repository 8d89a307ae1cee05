import type { InjectionToken, PipeTransform, Type } from '@nestjs/common';
import type { ConnectionOptions, TraceOptions } from './connection-options.js';
import type { ListenerErrorHandler } from './error-handler.js';
import type { Subscription } from './subscription.js';
import type {
  Configurable,
  ConsumeFromWhere,
  ConsumeMode,
  MessageModel,
  Millis,
  PayloadType,
  SelectorType,
} from './vocabulary.js';

/** How a listener consumes. Listeners of one group share a consumer, so those marked (group) must agree. */
export interface ListenerTuning {
  /** (group) Default CONCURRENTLY. */
  consumeMode: ConsumeMode;
  /** (group) Default CLUSTERING. ORDERLY and BROADCASTING exclude each other. */
  messageModel: MessageModel;
  /** (group) Most handlers running at once. Default 20. */
  concurrency: number;
  /** (group) Retries before the dead letters. Default -1: the broker's 16, orderly: without end. */
  maxReconsumeTimes: number;
  /**
   * (group) CONCURRENTLY: a handler that takes longer has its signal aborted and its message delivered again
   * (BROADCASTING: only its signal aborted). ORDERLY: not looked at, the queue waits for its handler. Default 900000.
   */
  consumeTimeout: Millis;
  /** For sending the reply of a reply listener. Default 3000. */
  replyTimeout: Millis;
  /** Delay level of a retry: 0 lets the broker decide (growing), -1 means dead letter. Default 0. */
  delayLevelWhenNextConsume: number;
  /** Orderly: the pause of a queue after a failure, 10 to 30000. Default 1000. */
  suspendCurrentQueueTime: Millis;
  /** How long a stop waits for running handlers. Default: the module's `shutdownTimeout`. */
  awaitTerminationOnShutdown: Millis;
  /** (group) Pause between two pulls of a queue. Default 0. */
  pullInterval: Millis;
  /** (group) Messages asked for in one pull. Default 32. */
  pullBatchSize: number;
  /** (group) Most messages of one `onMessages` call. Default 1. */
  consumeMessageBatchMaxSize: number;
  /** Per topic: where a group without offset begins. Default LAST_OFFSET. */
  consumeFromWhere: ConsumeFromWhere;
  /** (group) For ConsumeFromWhere.TIMESTAMP. Default: half an hour ago. */
  consumeTimestamp: Date;
  /** (group) Messages of one queue held in memory before pulling waits. Default 1000. */
  maxCachedMessageCount: number;
  /** (group) The same in bytes. Default 100 MiB. */
  maxCachedMessageSizeInBytes: number;
  trace: TraceOptions;
}

/** Everything @RocketMQMessageListener takes. Strings may contain `${key:default}`. */
// biome-ignore lint/suspicious/noExplicitAny: a listener of any payload must be assignable
export interface RocketMQMessageListenerOptions<T = any>
  extends Configurable<Partial<ListenerTuning>>,
    Partial<ConnectionOptions> {
  consumerGroup: string;
  topic?: string;
  selectorType?: SelectorType;
  /** `*`, one tag, or `a || b`. Default `*`. */
  selectorExpression?: string;
  /** Further topics of the same listener. */
  subscriptions?: readonly Subscription[];
  /** Name of the `RocketMQModule.forRoot({ name })` to use. Default: the unnamed one. */
  connection?: string;
  /** `false` or `'false'` leaves the listener out. Default true. */
  enabled?: boolean | string;
  /** true: always reply; false: never; 'auto': when a reply is asked for and the handler returned something. Default 'auto'. */
  reply?: boolean | 'auto';
  /** What the body becomes. Default: the parameter's type when a decorator on it lets us see it, else JSON or text. */
  payloadType?: PayloadType<T>;
  /** Token of a RocketMQMessageConverter asked before the module's. */
  converter?: InjectionToken;
  /** Decides about messages whose handler failed. */
  errorHandler?: ListenerErrorHandler;
  /** Applied to the payload before the handler sees it (to each payload of a batch). */
  pipes?: readonly (Type<PipeTransform> | PipeTransform)[];
  /** Which of Nest's enhancers, global ones too, run around the handler. Default: all. */
  enhancers?: boolean | { guards?: boolean; interceptors?: boolean; filters?: boolean };
}

/** Options, or a function that gives them when the application starts. */
// biome-ignore lint/suspicious/noExplicitAny: a listener of any payload must be assignable
export type ListenerOptionsInput<T = any> =
  | RocketMQMessageListenerOptions<T>
  | (() => RocketMQMessageListenerOptions<T>);

/** The group, topic and tuning that `prepareStart` may still change; RocketMQ's Java users know it as the consumer itself. */
export interface MutablePushConsumerConfig extends Partial<ListenerTuning>, Partial<ConnectionOptions> {
  /** Adds a topic to the listener's own. */
  subscribe(topic: string, expression: string, type?: SelectorType): void;
}
