import { afterEach, describe, expect, it } from '@jest/globals';
import { closedGate } from '../../../test/support/gate.js';
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
    const [tried, started, closed] = [closedGate(), closedGate(), closedGate()];
    const starts = [
      () => Promise.reject(new Error('not yet')),
      () => {
        tried.open();
        return started.opened;
      },
    ];
    class Late extends InMemoryRocketMQDriver {
      override createPullConsumer(options: DriverPullConsumerOptions) {
        const start = async () => {
          await starts.shift()?.();
          open.add('consumer');
        };
        const shutdown = async () => {
          open.delete('consumer');
          closed.open();
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
    await tried.opened;
    await module.close();
    started.open();
    await closed.opened;
    expect([[...open], template.isRunning]).toEqual([[], false]);
  });
});
