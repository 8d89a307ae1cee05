import { type RocketMQContext, type RocketMQListener, RocketMQMessageListener } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';

@RocketMQMessageListener({ topic: 'SPRING_TOPIC', consumerGroup: CONSUMER_GROUP, payloadType: String })
export class StringConsumer implements RocketMQListener<string> {
  constructor(private readonly journal: Journal) {}

  onMessage(message: string, context: RocketMQContext): void {
    this.journal.received('StringConsumer', message, context);
  }
}
