import { type RocketMQContext, RocketMQMessageListener, type RocketMQReplyListener } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';
import { User } from '../user/user.js';

@RocketMQMessageListener({ topic: 'OBJECT_TOPIC', consumerGroup: CONSUMER_GROUP, payloadType: User })
export class ObjectConsumerWithReplyUser implements RocketMQReplyListener<User, User> {
  constructor(private readonly journal: Journal) {}

  onMessage(user: User, context: RocketMQContext): User {
    this.journal.received('ObjectConsumerWithReplyUser', user, context);
    return new User('tom', 8);
  }
}
