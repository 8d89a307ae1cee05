import { type RocketMQContext, type RocketMQListener, RocketMQMessageListener } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import { CONSUMER_GROUP } from '../message/message-kind.js';
import { Order } from './order.js';

@RocketMQMessageListener({ topic: 'ORDER_TOPIC', consumerGroup: CONSUMER_GROUP, payloadType: Order })
export class OrderConsumer implements RocketMQListener<Order> {
  constructor(private readonly journal: Journal) {}

  onMessage(order: Order, context: RocketMQContext): void {
    this.journal.received('OrderConsumer', order, context);
  }
}
