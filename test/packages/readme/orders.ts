import { Injectable, Module } from '@nestjs/common';
import { type RocketMQListener, RocketMQMessageListener, RocketMQModule, RocketMQTemplate } from 'rocketmq-nest';

class OrderPaid {
  constructor(
    readonly id: string,
    readonly amount: string,
  ) {}
}

@RocketMQMessageListener({ topic: 'orders', selectorExpression: 'paid', consumerGroup: 'shop', payloadType: OrderPaid })
export class OrderListener implements RocketMQListener<OrderPaid> {
  onMessage(order: OrderPaid) {
    console.log('paid', order.id); // an instance of OrderPaid; throw, and the message comes again
  }
}

@Injectable()
export class OrderService {
  constructor(private readonly template: RocketMQTemplate) {}
  pay = (id: string) => this.template.syncSend('orders:paid', new OrderPaid(id, '4.56'), { headers: { keys: [id] } });
}

@Module({
  imports: [RocketMQModule.forRoot({ nameServer: 'localhost:9876' })],
  providers: [OrderListener, OrderService],
})
export class AppModule {}
