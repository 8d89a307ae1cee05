import { describe, expect, it } from '@jest/globals';
import {
  ConfigError,
  FrameTooLargeError,
  InvariantError,
  invariant,
  RemoteError,
  RocketMQError,
  TimeoutError,
} from './errors.js';

describe('errors of the house', () => {
  it('say their class, how far they reach, and whether to try again', () => {
    const error = new TimeoutError('no answer from 127.0.0.1:10911 within 3000 ms');
    expect(error).toBeInstanceOf(RocketMQError);
    expect([error.name, error.code, error.ends, error.retryable]).toEqual(['TimeoutError', 'TIMEOUT', 'request', true]);
  });

  it('keep the cause', () => {
    const cause = new Error('ECONNRESET');
    expect(new RemoteError(17, 'topic[T] not exist', '127.0.0.1:10911', { cause }).cause).toBe(cause);
  });

  it('name both numbers when a frame is too large', () => {
    expect(new FrameTooLargeError(20_000_000, 16_777_216).message).toContain('20000000');
  });

  it('list every problem of a configuration', () => {
    expect(new ConfigError(['listenPort: not a port', 'brokerRole: unknown']).message).toContain(
      '  - brokerRole: unknown',
    );
  });

  it('let an invariant pass when it holds and end the process when not', () => {
    expect(() => invariant(true, 'holds')).not.toThrow();
    expect(() => invariant(false, 'a queue has one owner')).toThrow(InvariantError);
  });
});
