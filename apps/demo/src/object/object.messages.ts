import { Injectable } from '@nestjs/common';
import { RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';
import { User } from '../user/user.js';

/** A question and its answer, both objects. */
@Injectable()
export class ObjectMessages implements MessageKind {
  readonly id = 'object';
  readonly title = 'Object request';
  readonly topic = 'OBJECT_TOPIC';
  readonly listener = 'ObjectConsumerWithReplyUser';
  readonly about = 'sendAndReceive: a User asks, a User answers';
  readonly messages = 1;
  readonly replies = 1;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    const user = new User('wangwu', 21);
    this.journal.sent('sendAndReceive', this.topic, user);
    const reply = await this.template.sendAndReceive(this.topic, user, User);
    this.journal.replied('sendAndReceive', this.topic, reply);
  }
}
