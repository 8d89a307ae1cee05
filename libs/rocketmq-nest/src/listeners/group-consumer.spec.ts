import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { startNest, useNest } from '../../../../test/support/start-nest.js';
import {
  type DriverPushConsumerOptions,
  type RocketMQContext,
  type RocketMQListener,
  type RocketMQListenerRegistry,
  RocketMQMessageListener,
} from '../index.js';
import { InMemoryRocketMQDriver } from '../testing/index.js';

const seen = useNest<string>();

@RocketMQMessageListener({ topic: 'T', consumerGroup: 'shop' })
class Plain implements RocketMQListener<string> {
  onMessage(text: string) {
    seen.push(text);
  }
}

/** Refuses to start consumers while it is told to. */
class Moody extends InMemoryRocketMQDriver {
  refuses: (options: DriverPushConsumerOptions) => boolean = () => false;
  starts = 0;
  override createPushConsumer(options: DriverPushConsumerOptions) {
    const consumer = super.createPushConsumer(options);
    const start = async () => {
      this.starts++;
      if (this.refuses(options)) throw new Error('no name server');
      await consumer.start();
    };
    return { ...consumer, start };
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Waits until the group runs again, or has had every chance to. */
async function running(registry: RocketMQListenerRegistry): Promise<void> {
  for (let left = 1000; left > 0 && registry.get('shop')?.state !== 'running'; left--) await turn();
}
const subscribes = (topic: string) => (options: DriverPushConsumerOptions) =>
  options.subscriptions.some((subscription) => subscription.topic === topic);

describe('a stop', () => {
  it('aborts the handlers that outlive it, and no call that ended before', async () => {
    const signals: AbortSignal[] = [];
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class Waits implements RocketMQListener<string> {
      async onMessage(text: string, { signal }: RocketMQContext) {
        signals.push(signal);
        if (text === 'for ever') await once(signal, 'abort');
      }
    }
    const { template, driver, registry } = await startNest([Waits]);
    await template.syncSend('T', 'short');
    await driver.settle();
    await template.syncSend('T', 'for ever');
    await turn();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await registry.get('g')?.stop({ timeout: 1 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

describe('a change of a running group that fails', () => {
  it('forgets the newcomer that could not be added, and the others go on', async () => {
    const driver = new Moody();
    const { registry, template } = await startNest([Plain], { driver });
    driver.refuses = subscribes('BROKEN');
    const newcomer = registry.register({ topic: 'BROKEN', consumerGroup: 'shop' }, { onMessage() {} });
    await expect(newcomer).rejects.toThrow('could not start');
    await running(registry);
    expect(registry.list().map(({ listenerName }) => listenerName)).toEqual(['Plain']);
    await template.syncSend('T', 'still here');
    await driver.settle();
    expect(seen).toEqual(['still here']);
  });

  it('lets the others go on when one was removed, as soon as they can', async () => {
    const driver = new Moody();
    const { registry, template } = await startNest([Plain], { driver });
    const added = await registry.register({ topic: 'MORE', consumerGroup: 'shop' }, { onMessage() {} });
    const before = driver.starts;
    driver.refuses = () => driver.starts === before + 1;
    await expect(registry.unregister(added.id)).rejects.toThrow('could not start');
    await running(registry);
    await template.syncSend('T', 'still here');
    await driver.settle();
    expect([seen, registry.list().length]).toEqual([['still here'], 1]);
  });

  it('stops what was started with a newcomer whose hook failed', async () => {
    const driver = new Moody();
    const { registry, template } = await startNest([], { driver });
    const hooks = { prepareStart: () => undefined, onStarted: () => Promise.reject(new Error('hook')) };
    const newcomer = { ...hooks, onMessage: (text: string) => void seen.push(text) };
    await expect(registry.register({ topic: 'T', consumerGroup: 'new' }, newcomer)).rejects.toThrow('hook');
    await turn();
    await template.syncSend('T', 'for nobody');
    await driver.settle();
    expect([seen, registry.list(), driver.deadLetters('new')]).toEqual([[], [], []]);
    await expect(driver.deliver('T', 'for nobody')).rejects.toThrow('no listener wants');
  });

  it('starts nothing that nobody had started', async () => {
    const driver = new Moody();
    const { registry } = await startNest([Plain], { driver, startup: { autoStart: false } });
    driver.refuses = subscribes('BROKEN');
    const newcomer = registry.register({ topic: 'BROKEN', consumerGroup: 'shop' }, { onMessage() {} });
    await expect(newcomer).rejects.toThrow('could not start');
    await turn();
    expect([driver.starts, registry.get('shop')?.state]).toEqual([1, 'idle']);
  });
});
