import { MessageExt, type RocketMQContext, type RocketMQListener, RocketMQMessageListener } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';

@RocketMQMessageListener({
  topic: 'EXT_TOPIC',
  selectorExpression: 'tag0||tag1',
  consumerGroup: CONSUMER_GROUP,
  payloadType: MessageExt,
})
export class MessageExtConsumer implements RocketMQListener<MessageExt> {
  constructor(private readonly journal: Journal) {}

  onMessage(message: MessageExt, context: RocketMQContext): void {
    this.journal.received('MessageExtConsumer', message.text(), context);
  }
}
