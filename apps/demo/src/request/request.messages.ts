import { Injectable } from '@nestjs/common';
import { RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';

/** A question and its answer, both texts. */
@Injectable()
export class RequestMessages implements MessageKind {
  readonly id = 'request';
  readonly title = 'Request';
  readonly topic = 'REQ_TOPIC';
  readonly listener = 'StringConsumerWithReplyString';
  readonly about = 'sendAndReceive: a text asks, a text answers';
  readonly messages = 1;
  readonly replies = 1;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    this.journal.sent('sendAndReceive', this.topic, 'request string');
    const reply = await this.template.sendAndReceive(this.topic, 'request string', String);
    this.journal.replied('sendAndReceive', this.topic, reply);
  }
}
