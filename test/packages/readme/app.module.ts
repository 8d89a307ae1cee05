import { Injectable, Module } from '@nestjs/common';
import { type RocketMQListener, RocketMQMessageListener, RocketMQModule, RocketMQTemplate } from 'rocketmq-nest';

@Injectable()
@RocketMQMessageListener('orders', 'order-consumer')
export class OrderListener implements RocketMQListener<{ id: string }> {
  onMessage(order: { id: string }) {
    console.log('paid', order.id);
  }
}

@Injectable()
export class Orders {
  constructor(private readonly template: RocketMQTemplate) {}
  pay = (id: string) => this.template.convertAndSend('orders:paid', { id });
}

@Module({ imports: [RocketMQModule.forRoot({ embedded: true })], providers: [OrderListener, Orders] })
export class AppModule {}
