import { describe, expect, it } from '@jest/globals';
import { startNest, textListener, useNest } from '../../../../test/support/start-nest.js';
import {
  ConsumeMode,
  ConsumeResult,
  MessageBuilder,
  MessageExt,
  type RocketMQBatchListener,
  type RocketMQContext,
  RocketMQDeadLetterException,
  RocketMQHandler,
  type RocketMQListener,
  RocketMQMessageListener,
  type RocketMQReplyListener,
  RocketMQRetryException,
  RocketMQSkipException,
} from '../index.js';

class User {
  constructor(
    readonly name: string,
    readonly age: number,
  ) {}
}

/** What the listeners got. */
const seen = useNest();
const TextListener = textListener(seen);

@RocketMQMessageListener('USERS', 'shop', { payloadType: User })
class UserListener implements RocketMQListener<User> {
  onMessage(user: User) {
    seen.push(['user', user]);
  }
}

@RocketMQMessageListener({
  topic: 'EXT',
  consumerGroup: 'shop',
  selectorExpression: 'tag0||tag1',
  payloadType: MessageExt,
})
class ExtListener implements RocketMQListener<MessageExt> {
  onMessage(message: MessageExt) {
    seen.push(['ext', message.tags, message.text()]);
  }
}

@RocketMQMessageListener({ topic: 'ASK', consumerGroup: 'shop', payloadType: User })
class ReplyListener implements RocketMQReplyListener<User, User> {
  onMessage(user: User) {
    return new User(`${user.name}!`, user.age + 1);
  }
}

describe('listeners of one group', () => {
  it('share a consumer, and each gets its own messages converted', async () => {
    const { template, driver, registry } = await startNest([TextListener, UserListener, ExtListener, ReplyListener]);
    await template.convertAndSend('TEXT', 'hello');
    await template.syncSend('USERS', MessageBuilder.withPayload(new User('li', 21)).build());
    await template.convertAndSend('EXT:tag1', 'one');
    await template.convertAndSend('EXT:tag9', 'nobody');
    await driver.settle();
    expect(seen).toHaveLength(3);
    expect(seen).toContainEqual(['text', 'hello']);
    expect(seen).toContainEqual(['user', expect.any(User)]);
    expect(seen).toContainEqual(['user', new User('li', 21)]);
    expect(seen).toContainEqual(['ext', 'tag1', 'one']);
    expect(registry.list().map(({ listenerName, state }) => `${listenerName} ${state}`)).toEqual([
      'TextListener running',
      'UserListener running',
      'ExtListener running',
      'ReplyListener running',
    ]);
    expect(new Set(registry.list().map((container) => container.unwrap())).size).toBe(1);
  });

  it('cannot have one topic twice: the application does not start and both classes are named', async () => {
    @RocketMQMessageListener({ topic: 'EXT', consumerGroup: 'shop', selectorExpression: 'tag2' })
    class OtherListener extends TextListener {}
    await expect(startNest([ExtListener, OtherListener])).rejects.toThrow(
      /ExtListener and OtherListener .* different expressions/,
    );
  });
});

describe('request and reply', () => {
  it('brings back what the listener returned, as the type that is asked for', async () => {
    const { template } = await startNest([ReplyListener]);
    const reply = await template.sendAndReceive('ASK', new User('wang', 21), User);
    expect(reply).toEqual(new User('wang!', 22));
    expect(reply).toBeInstanceOf(User);
    const text: string = await template.sendAndReceive('ASK', new User('wang', 21), String);
    expect(JSON.parse(text)).toEqual({ name: 'wang!', age: 22 });
    const byCallback = await new Promise((onSuccess, onException) =>
      template.sendAndReceive<User>('ASK', new User('a', 1), { onSuccess, onException }, User, { hashKey: 'k' }),
    );
    expect(byCallback).toEqual(new User('a!', 2));
  });

  it('times out when nobody answers', async () => {
    const { template, driver } = await startNest();
    const asked = template.sendAndReceive('NOBODY', 'x', String, { timeout: 500 });
    await driver.advanceTime(500);
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  });
});

describe('what a handler says', () => {
  let outcome: () => unknown = () => undefined;
  @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', maxReconsumeTimes: 2 })
  class Decider implements RocketMQListener<string> {
    onMessage(_message: string, context: RocketMQContext) {
      seen.push(context.getReconsumeTimes());
      return outcome() as ConsumeResult;
    }
  }

  const fail = (error: Error) => () => {
    throw error;
  };

  it('decides: return is success, throw is retry, and the exceptions are what they are called', async () => {
    const { driver } = await startNest([Decider]);
    for (const [answer, result] of [
      [() => undefined, 'SUCCESS'],
      [() => 'anything', 'SUCCESS'],
      [() => ConsumeResult.RETRY, 'RETRY'],
      [() => ConsumeResult.DEAD_LETTER, 'DEAD_LETTER'],
      [fail(new Error('boom')), 'RETRY'],
      [fail(new RocketMQSkipException()), 'SUCCESS'],
      [fail(new RocketMQRetryException()), 'RETRY'],
      [fail(new RocketMQDeadLetterException()), 'DEAD_LETTER'],
    ] as const) {
      outcome = answer;
      expect(await driver.deliver('T', 'x')).toBe(result);
    }
  });

  it('makes a failing message come again with growing pauses and ends in the dead letters', async () => {
    const { driver, template } = await startNest([Decider]);
    outcome = fail(new Error('boom'));
    await template.syncSend('T', 'poison');
    await driver.advanceTime(10_000);
    expect(seen).toEqual([0, 1]);
    await driver.advanceTime(30_000);
    expect(seen).toEqual([0, 1, 2]);
    expect(driver.deadLetters('g').map((message) => message.text())).toEqual(['poison']);
  });

  it('is asked of the errorHandler when it threw something else', async () => {
    @RocketMQMessageListener({
      topic: 'T',
      consumerGroup: 'g',
      payloadType: Number,
      errorHandler: (error) =>
        (error as { code?: string }).code === 'ROCKETMQ_PAYLOAD_CONVERSION' ? 'DEAD_LETTER' : 'SUCCESS',
    })
    class Guarded implements RocketMQListener<number> {
      onMessage() {
        throw new Error('boom');
      }
    }
    const { driver } = await startNest([Guarded]);
    expect(await driver.deliver('T', 'not a number')).toBe('DEAD_LETTER');
    expect(await driver.deliver('T', '7')).toBe('SUCCESS');
  });
});

describe('batch listeners', () => {
  it('get their messages together and answer for each', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', consumeMessageBatchMaxSize: 8 })
    class Batch implements RocketMQBatchListener<string> {
      onMessages(messages: readonly string[]) {
        seen.push(messages);
        return messages.map((message) => (message === 'bad' ? ConsumeResult.DEAD_LETTER : ConsumeResult.SUCCESS));
      }
    }
    const { driver, template } = await startNest([Batch]);
    await template.syncSendBatch('T', ['good', 'bad']);
    await driver.settle();
    expect(seen).toEqual([['good'], ['bad']]);
    expect(driver.deadLetters('g').map((message) => message.text())).toEqual(['bad']);
  });
});

describe('@RocketMQHandler methods', () => {
  it('share a topic tag by tag, and know their payload by their parameter', async () => {
    @RocketMQMessageListener({ topic: 'ORDERS', consumerGroup: 'g' })
    class Orders {
      @RocketMQHandler({ selectorExpression: 'paid' })
      paid(user: User) {
        seen.push(['paid', user]);
      }
      @RocketMQHandler({ selectorExpression: 'refunded' })
      refunded(user: User) {
        seen.push(['refunded', user instanceof User]);
      }
    }
    const { driver, template } = await startNest([Orders]);
    await template.convertAndSend('ORDERS:paid', new User('a', 1));
    await template.convertAndSend('ORDERS:refunded', new User('b', 2));
    await driver.settle();
    expect(seen).toEqual([
      ['paid', new User('a', 1)],
      ['refunded', true],
    ]);
  });
});

describe('order', () => {
  it('holds: a failing message blocks its queue until it succeeds', async () => {
    let failures = 2;
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', consumeMode: ConsumeMode.ORDERLY })
    class Ordered implements RocketMQListener<string> {
      onMessage(message: string) {
        if (message === 'first' && failures-- > 0) throw new Error('not yet');
        seen.push(message);
      }
    }
    const { template, driver } = await startNest([Ordered]);
    await template.syncSendOrderly('T', 'first', 'k');
    await template.syncSendOrderly('T', 'second', 'k');
    await driver.settle();
    expect(seen).toEqual(['first', 'second']);
  });
});
