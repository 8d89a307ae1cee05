import { Injectable } from '@nestjs/common';
import { RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';
import { Order } from './order.js';

/** Asynchronous: a callback hears how the send ended. */
@Injectable()
export class OrderMessages implements MessageKind {
  readonly id = 'order';
  readonly title = 'Callback';
  readonly topic = 'ORDER_TOPIC';
  readonly listener = 'OrderConsumer';
  readonly about = 'asyncSend: the result comes to a callback';
  readonly messages = 1;
  readonly replies = 0;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    const order = new Order('oid1234', '4.56');
    this.template.asyncSend(this.topic, order, {
      onSuccess: (result) => this.journal.sent('asyncSend', this.topic, order, result),
      onException: (error) => this.journal.failed('asyncSend', this.topic, error),
    });
  }
}
