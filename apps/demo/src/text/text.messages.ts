import { Injectable } from '@nestjs/common';
import { MessageBuilder, RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';

/** Texts: as a plain value, as bytes, and as a message made by MessageBuilder. */
@Injectable()
export class TextMessages implements MessageKind {
  readonly id = 'text';
  readonly title = 'Text';
  readonly topic = 'SPRING_TOPIC';
  readonly listener = 'StringConsumer';
  readonly about = 'syncSend of a text, of bytes, and of a message made by MessageBuilder';
  readonly messages = 3;
  readonly replies = 0;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    await this.say('Hello World');

    const bytes = Buffer.from('Hello World!2222');
    let result = await this.template.syncSend(this.topic, MessageBuilder.withPayload(bytes).build());
    this.journal.sent('syncSend', this.topic, bytes, result);

    const text = "Hello, World! I'm from spring message";
    result = await this.template.syncSend(this.topic, MessageBuilder.withPayload(text).build());
    this.journal.sent('syncSend', this.topic, text, result);
  }

  async say(text: string): Promise<void> {
    const result = await this.template.syncSend(this.topic, text);
    this.journal.sent('syncSend', this.topic, text, result);
  }
}
