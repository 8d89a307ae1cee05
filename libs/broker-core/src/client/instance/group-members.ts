import type { ConsumerRunningInfo } from '../../protocol/bodies/consumer-running-info.js';
import type { SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import type { MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import type { ConsumeFromWhere, MessageModel } from '../options.js';

/** A producer as its instance sees it. RocketMQ: MQProducerInner. */
export interface GroupProducer {
  readonly group: string;
  /** Topics whose routes are to be kept fresh. */
  publishTopics(): Iterable<string>;
}

/** How one directly handed message fared. RocketMQ: CMResult. */
export type ConsumeResult =
  | 'CR_SUCCESS'
  | 'CR_LATER'
  | 'CR_ROLLBACK'
  | 'CR_COMMIT'
  | 'CR_THROW_EXCEPTION'
  | 'CR_RETURN_NULL';

/** The answer to CONSUME_MESSAGE_DIRECTLY. */
export interface DirectConsumption {
  readonly order: boolean;
  readonly autoCommit: boolean;
  readonly consumeResult: ConsumeResult;
  readonly remark?: string | undefined;
  readonly spentTimeMills: number;
}

/** A consumer as its instance sees it. RocketMQ: MQConsumerInner. */
export interface GroupConsumer {
  readonly group: string;
  readonly consumeType: 'CONSUME_ACTIVELY' | 'CONSUME_PASSIVELY';
  readonly messageModel: MessageModel;
  readonly consumeFromWhere: ConsumeFromWhere;
  subscriptions(): readonly SubscriptionData[];
  /** Takes and gives up queues; resolves with whether it has everything it should. */
  rebalance(): Promise<boolean>;
  persistOffsets(): Promise<void>;
  runningInfo(): ConsumerRunningInfo;
  /** Offsets as this client knows them, for one topic. */
  offsetsOf(topic: string): ReadonlyMap<MessageQueue, number>;
  /** Goes on from these offsets. */
  resetOffsets(topic: string, offsets: ReadonlyMap<MessageQueue, number>): Promise<void>;
  /** Hands one message to the listener, past all queues; undefined when this consumer has no listener. */
  consumeDirectly(message: MessageExt, brokerName: string | undefined): Promise<DirectConsumption | undefined>;
}
