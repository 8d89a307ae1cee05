import { afterEach, describe, expect, it } from '@jest/globals';
import { startNest, stopNest } from '../../../test/support/start-nest.js';
import {
  type DriverPullConsumerOptions,
  getRocketMQConnectionToken,
  type MessageExt,
  type RocketMQConnection,
} from './index.js';
import { InMemoryRocketMQDriver } from './testing/index.js';

afterEach(stopNest);

describe('a connection that is stopped', () => {
  it('refuses replies, and opens nothing for them', async () => {
    let producers = 0;
    class Counting extends InMemoryRocketMQDriver {
      override createProducer() {
        producers++;
        return super.createProducer();
      }
    }
    const { module } = await startNest([], { driver: new Counting() });
    const connection = module.get<RocketMQConnection>(getRocketMQConnectionToken());
    await module.close();
    producers = 0;
    await expect(connection.reply({} as MessageExt, 'late')).rejects.toMatchObject({ code: 'ROCKETMQ_NOT_RUNNING' });
    expect(producers).toBe(0);
  });

  it('closes clients whose start ends after it', async () => {
    const open = new Set<string>();
    let comesUp = () => {};
    const isTriedAgain = new Promise<void>((resolve) => {
      comesUp = resolve;
    });
    let finish = () => {};
    const starts = [
      () => Promise.reject(new Error('not yet')),
      () => {
        comesUp();
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
    ];
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    class Late extends InMemoryRocketMQDriver {
      override createPullConsumer(options: DriverPullConsumerOptions) {
        const start = async () => {
          await starts.shift()?.();
          open.add('consumer');
        };
        const shutdown = async () => {
          open.delete('consumer');
          closed();
        };
        return { ...super.createPullConsumer(options), start, shutdown };
      }
      override createProducer() {
        const start = async () => void open.add('producer');
        const shutdown = async () => void open.delete('producer');
        return { ...super.createProducer(), start, shutdown };
      }
    }
    const { module, template } = await startNest([], {
      driver: new Late(),
      startup: { onFailure: 'warn' },
      pullConsumer: { group: 'p', topic: 'T' },
    });
    await isTriedAgain;
    await module.close();
    finish();
    await isClosed;
    expect([[...open], template.isRunning]).toEqual([[], false]);
  });
});
