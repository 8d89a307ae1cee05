import { afterEach, describe, expect, it } from '@jest/globals';
import { startNest, stopNest } from '../../../../test/support/start-nest.js';
import { type DriverPullConsumerOptions, PayloadConversionError } from '../index.js';
import type { MessageExt } from '../messages/message-ext.js';
import { InMemoryRocketMQDriver } from '../testing/index.js';

afterEach(stopNest);

/** Notes what commits leave out. */
class Noting extends InMemoryRocketMQDriver {
  readonly commits: string[][] = [];
  override createPullConsumer(options: DriverPullConsumerOptions) {
    const commit = async (unread: readonly MessageExt[]) => {
      this.commits.push(unread.map((message) => message.text()));
    };
    return { ...super.createPullConsumer(options), commit };
  }
}

async function startWith(bodies: readonly string[]) {
  const driver = new Noting();
  const { template } = await startNest([], { driver, pullConsumer: { group: 'p', topic: 'PULL', autoCommit: false } });
  for (const body of bodies) await template.syncSend('PULL', body);
  return { driver, receive: () => template.receive(Number), commit: () => template.commit() };
}

describe('receiving a message that cannot be converted', () => {
  it('hands out what came before it, then throws with it, then goes on behind it', async () => {
    const { receive } = await startWith(['1', '2', 'three', '4', 'five', '6']);
    expect(await receive()).toEqual([1, 2]);
    const failure: unknown = await receive().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PayloadConversionError);
    expect((failure as PayloadConversionError).messageExt?.text()).toBe('three');
    expect(await receive()).toEqual([4]);
    await expect(receive()).rejects.toThrow('cannot become Number');
    expect(await receive()).toEqual([6]);
    expect(await receive()).toEqual([]);
  });

  it('does not commit what is not handed out yet', async () => {
    const { driver, receive, commit } = await startWith(['1', 'two', '3']);
    await receive();
    await commit();
    await receive().catch(() => undefined);
    await commit();
    await receive();
    await commit();
    expect(driver.commits).toEqual([['two', '3'], ['3'], []]);
  });

  it('does not print the body with the error', async () => {
    const { receive } = await startWith(['secret']);
    const failure: unknown = await receive().catch((error: unknown) => error);
    expect(Object.keys(failure as object)).not.toContain('messageExt');
    expect(JSON.stringify(failure)).not.toContain('body');
  });
});
