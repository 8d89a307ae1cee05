import { Injectable } from '@nestjs/common';
import { RocketMQTemplate } from 'rocketmq-nest';
import { Journal } from '../journal/journal.js';
import type { MessageKind } from '../message/message-kind.js';

/** Tags: one topic, two tags, and a listener that asks for both by `tag0||tag1`. */
@Injectable()
export class ExtMessages implements MessageKind {
  readonly id = 'ext';
  readonly title = 'Tags';
  readonly topic = 'EXT_TOPIC';
  readonly listener = 'MessageExtConsumer';
  readonly about = 'convertAndSend to topic:tag; the listener takes tag0||tag1 and the message as it came';
  readonly messages = 2;
  readonly replies = 0;

  constructor(
    private readonly template: RocketMQTemplate,
    private readonly journal: Journal,
  ) {}

  async send(): Promise<void> {
    for (const tag of ['tag0', 'tag1']) {
      const destination = `${this.topic}:${tag}`;
      await this.template.convertAndSend(destination, `I'm from ${tag}`);
      this.journal.sent('convertAndSend', destination, `I'm from ${tag}`);
    }
  }
}
