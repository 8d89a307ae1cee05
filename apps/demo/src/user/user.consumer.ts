import {
  ConsumeFromWhere,
  type MutablePushConsumerConfig,
  type RocketMQContext,
  type RocketMQListener,
  RocketMQMessageListener,
  type RocketMQPushConsumerLifecycleListener,
} from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';
import { User } from './user.js';

@RocketMQMessageListener({ topic: 'USER_TOPIC', consumerGroup: CONSUMER_GROUP, payloadType: User })
export class UserConsumer implements RocketMQListener<User>, RocketMQPushConsumerLifecycleListener {
  constructor(private readonly journal: Journal) {}

  onMessage(user: User, context: RocketMQContext): void {
    this.journal.received('UserConsumer', user, context);
  }

  prepareStart(consumer: MutablePushConsumerConfig): void {
    consumer.consumeFromWhere = ConsumeFromWhere.FIRST_OFFSET;
  }
}
