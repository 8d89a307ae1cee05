import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { RocketMQServer, RocketMQTemplate } from 'rocketmq-nest';
import { RocketMQTestingModule, RocketMQTestKit } from 'rocketmq-nest/testing';
import { OrderListener } from './orders.js';

/** The README's lines about the transport, where the compiler sees them. */
export async function startHybrid(app: INestApplication): Promise<void> {
  app.connectMicroservice({ strategy: new RocketMQServer({ nameServer: 'localhost:9876', consumerGroup: 'shop' }) });
  await app.init(); // before startAllMicroservices, so that handlers find their module initialised
  await app.startAllMicroservices();
}

/** The README's lines about tests. */
export async function testWithBroker(): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [RocketMQTestingModule.forRoot()],
    providers: [OrderListener],
  }).compile();
  await module.init(); // a real broker, in this process, on free ports
  await module.get(RocketMQTemplate).syncSend('orders:paid', { id: '1' });
  await module.get(RocketMQTestKit).waitForHandled({ listener: OrderListener }); // also waitForMessages(topic), waitForDeadLetters(group)
  await module.close();
}
