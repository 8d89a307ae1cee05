import { type RocketMQContext, RocketMQMessageListener, type RocketMQReplyListener } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';

@RocketMQMessageListener({ topic: 'REQ_TOPIC', consumerGroup: CONSUMER_GROUP, payloadType: String })
export class StringConsumerWithReplyString implements RocketMQReplyListener<string, string> {
  constructor(private readonly journal: Journal) {}

  onMessage(message: string, context: RocketMQContext): string {
    this.journal.received('StringConsumerWithReplyString', message, context);
    return 'reply string';
  }
}
