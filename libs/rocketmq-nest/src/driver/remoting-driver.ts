import { DefaultMQProducer, type Logger, silentLogger, systemClock } from 'rocketmq-broker-core/client';
import type { DriverConnection, RocketMQDriver } from '../interfaces/driver.js';
import { RemotingProducer } from './remoting-producer.js';
import { RemotingPullConsumer } from './remoting-pull-consumer.js';
import { RemotingPushConsumer } from './remoting-push-consumer.js';

const PING_GROUP = 'rocketmq-nest-ping';

/** RocketMQ's remoting protocol, by the client of broker-core: the driver of every connection that names no other. */
export function createRemotingDriver(logger: Logger): RocketMQDriver {
  return {
    name: 'remoting',
    createProducer: (options) => new RemotingProducer(options, logger),
    createPushConsumer: (options) => new RemotingPushConsumer(options, logger),
    createPullConsumer: (options) => new RemotingPullConsumer(options, logger),
    ping,
  };
}

let pings = 0;

/**
 * A short-lived producer on the connection's shared instance: while other clients run, it opens no further socket. Silent,
 * because its failure is the answer.
 */
async function ping(connection: DriverConnection, timeout: number): Promise<number> {
  const { nameServer: namesrvAddr, instanceName = connection.sharedInstanceName } = connection;
  const producer = new DefaultMQProducer(`${PING_GROUP}-${++pings}`, {
    namesrvAddr,
    instanceName,
    logger: silentLogger,
  });
  await producer.start();
  try {
    const startedAt = systemClock.monotonicMs();
    await producer.pingNameServer(timeout);
    return systemClock.monotonicMs() - startedAt;
  } finally {
    await producer.shutdown();
  }
}
