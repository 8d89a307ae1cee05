import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { RocketMQModule } from 'rocketmq-nest';
import type { DemoOptions } from './arguments.js';
import { ExtMessages } from './ext/ext.messages.js';
import { MessageExtConsumer } from './ext/message-ext.consumer.js';
import { Journal } from './journal/journal.js';
import { MessageController } from './message/message.controller.js';
import { MESSAGE_KINDS, type MessageKind } from './message/message-kind.js';
import { ObjectMessages } from './object/object.messages.js';
import { ObjectConsumerWithReplyUser } from './object/object-consumer-with-reply-user.js';
import { OrderConsumer } from './order/order.consumer.js';
import { OrderMessages } from './order/order.messages.js';
import { RequestMessages } from './request/request.messages.js';
import { StringConsumerWithReplyString } from './request/string-consumer-with-reply-string.js';
import { PageController } from './serve/page.controller.js';
import { StringConsumer } from './text/string.consumer.js';
import { TextMessages } from './text/text.messages.js';
import { UserConsumer } from './user/user.consumer.js';
import { UserMessages } from './user/user.messages.js';

const kinds: Type<MessageKind>[] = [
  TextMessages,
  UserMessages,
  OrderMessages,
  ExtMessages,
  RequestMessages,
  ObjectMessages,
];

/** All six in one group: one consumer, whose subscription is the union of theirs. */
const listeners: Provider[] = [
  StringConsumer,
  UserConsumer,
  OrderConsumer,
  MessageExtConsumer,
  StringConsumerWithReplyString,
  ObjectConsumerWithReplyUser,
];

/** The demo: six kinds of messages, six listeners, and RocketMQ in between. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module
export class AppModule {
  static forOptions({ nameServer }: Pick<DemoOptions, 'nameServer'>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        RocketMQModule.forRoot({
          ...(nameServer === undefined ? { embedded: true } : { nameServer }),
          producer: { group: 'MyProducerGroup', sendMessageTimeout: 10_000 },
          startup: { timeout: 5000 },
        }),
      ],
      controllers: [MessageController, PageController],
      providers: [
        Journal,
        ...kinds,
        ...listeners,
        { provide: MESSAGE_KINDS, inject: kinds, useFactory: (...all: MessageKind[]) => all },
      ],
    };
  }
}
