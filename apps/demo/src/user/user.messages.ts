import { Injectable } from '@nestjs/common';
import { MessageBuilder, RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';
import { User } from './user.js';

/** Objects: as they are, and with a content type. */
@Injectable()
export class UserMessages implements MessageKind {
  readonly id = 'user';
  readonly title = 'Object';
  readonly topic = 'USER_TOPIC';
  readonly listener = 'UserConsumer';
  readonly about = 'syncSend of a class instance; it travels as JSON and arrives as an instance';
  readonly messages = 2;
  readonly replies = 0;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    const first = new User('zhangsan', 20);
    let result = await this.template.syncSend(this.topic, first);
    this.journal.sent('syncSend', this.topic, first, result);

    const second = new User('lisi', 21);
    const message = MessageBuilder.withPayload(second).setHeader('contentType', 'application/json').build();
    result = await this.template.syncSend(this.topic, message);
    this.journal.sent('syncSend', this.topic, second, result);
  }
}
