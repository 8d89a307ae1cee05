import 'reflect-metadata';
import { strictEqual } from 'node:assert';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { RocketMQClient, RocketMQConnection, RocketMQListenerRegistry, RocketMQServer } from 'rocketmq-nest';
import { InMemoryRocketMQDriver, RocketMQTestingModule } from 'rocketmq-nest/testing';
import { firstValueFrom, lastValueFrom, ReplaySubject } from 'rxjs';
import { AppModule, OrderListener, Orders } from '../readme/app.module.js';

const events = new ReplaySubject<unknown>(1);

@Controller()
class ShopController {
  @EventPattern('shop:opened')
  opened(@Payload() data: unknown) {
    events.next(data);
  }
  @MessagePattern('sum')
  sum(@Payload() numbers: number[]) {
    return numbers.reduce((sum, each) => sum + each, 0);
  }
}

@Module({ controllers: [ShopController] })
class ShopModule {}

@Module({
  imports: [RocketMQTestingModule.forRoot({ driver: new InMemoryRocketMQDriver() })],
  providers: [OrderListener],
})
class InMemoryModule {}

/** The README's example: a listener hears what the template sent. */
async function sendAndListen(app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>): Promise<void> {
  const outcome = firstValueFrom(app.get(RocketMQListenerRegistry).outcomes);
  await app.get(Orders).pay('42');
  strictEqual((await outcome).result, 'SUCCESS');
}

/** A microservice and a client of its own, on the same broker. */
async function askMicroservice(nameServer: string): Promise<void> {
  const strategy = new RocketMQServer({
    nameServer,
    consumerGroup: 'shop',
    subscribe: { consumeFromWhere: 'FIRST_OFFSET' },
  });
  const service = await NestFactory.createMicroservice(ShopModule, { strategy, logger: ['warn', 'error'] });
  await service.listen();
  const client = new RocketMQClient({ nameServer, replyTimeout: 20_000 });
  await lastValueFrom(client.emit('shop:opened', { at: 9 }));
  strictEqual(JSON.stringify(await firstValueFrom(events)), '{"at":9}');
  strictEqual(await firstValueFrom(client.send('sum', [1, 2, 3])), 6);
  await client.close();
  await service.close();
}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
  await sendAndListen(app);
  await askMicroservice(app.get(RocketMQConnection).addressText);
  await app.close();
  const inMemory = await NestFactory.createApplicationContext(InMemoryModule, { logger: ['warn', 'error'] });
  await inMemory.close();
  console.log('all is well');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
