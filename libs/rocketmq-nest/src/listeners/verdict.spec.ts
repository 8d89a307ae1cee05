import { describe, expect, it } from '@jest/globals';
import { RocketMQDeadLetterException, RocketMQRetryException, RocketMQSkipException } from '../rocketmq.exceptions.js';
import { verdictOf, verdictOfError } from './verdict.js';

const defaults = { delayLevelWhenNextConsume: 0, suspendCurrentQueueTime: 1000 };

describe('verdicts', () => {
  it('take the delay from the call, then from the options; -1 means dead letter', () => {
    expect(verdictOf('SUCCESS', defaults)).toEqual({ result: 'SUCCESS' });
    expect(verdictOf('RETRY', defaults)).toEqual({ result: 'RETRY', delayLevel: 0, suspendTime: 1000 });
    expect(verdictOf('RETRY', defaults, 4)).toMatchObject({ delayLevel: 4 });
    expect(verdictOf('RETRY', { ...defaults, delayLevelWhenNextConsume: -1 })).toEqual({ result: 'DEAD_LETTER' });
  });

  it('follow the three exceptions, and no other error', () => {
    expect(verdictOfError(new RocketMQSkipException(), defaults)).toEqual({ result: 'SUCCESS' });
    expect(verdictOfError(new RocketMQDeadLetterException('poison'), defaults)).toEqual({ result: 'DEAD_LETTER' });
    expect(verdictOfError(new RocketMQRetryException('later', { delayLevel: 3 }), defaults)).toMatchObject({
      delayLevel: 3,
    });
    expect(verdictOfError(new RocketMQRetryException('later', { delay: 7000 }), defaults)).toMatchObject({
      delayLevel: 3,
      suspendTime: 7000,
    });
    expect(verdictOfError(new Error('boom'), defaults)).toBeUndefined();
  });

  it('are known by a mark that both builds of this library share, and keep their cause', () => {
    const cause = new Error('why');
    const error = new RocketMQDeadLetterException('poison', { cause });
    expect(Object.getOwnPropertySymbols(error)).toContain(Symbol.for('rocketmq-nest:outcome'));
    expect(error.getError()).toBe(error);
    expect(error.cause).toBe(cause);
    expect(error.name).toBe('RocketMQDeadLetterException');
  });
});
