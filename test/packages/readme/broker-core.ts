import { startEmbeddedRocketMQ } from 'rocketmq-broker-core';
import {
  ConsumeConcurrentlyStatus,
  DefaultMQProducer,
  DefaultMQPushConsumer,
  Message,
} from 'rocketmq-broker-core/client';

/** The lines of broker-core's README, where the compiler sees them. */
export async function sendAndReceive(): Promise<void> {
  const rocketmq = await startEmbeddedRocketMQ(); // or any cluster: namesrvAddr: 'localhost:9876'
  const namesrvAddr = rocketmq.nameServerAddress;

  const consumer = new DefaultMQPushConsumer('billing', { namesrvAddr, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' });
  consumer.subscribe('orders', 'paid || refunded');
  const received = new Promise<string>((resolve) => {
    consumer.registerMessageListener((messages) => {
      for (const message of messages) resolve(message.body.toString());
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    });
  });
  await consumer.start();

  const producer = new DefaultMQProducer('shop', { namesrvAddr });
  await producer.start();
  const result = await producer.send(new Message('orders', Buffer.from('order 1'), { tags: 'paid', keys: '1' }));
  console.log(result.sendStatus, await received); // SEND_OK order 1

  await Promise.all([producer.shutdown(), consumer.shutdown()]);
  await rocketmq.stop();
}
