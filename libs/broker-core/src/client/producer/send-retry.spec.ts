import { describe, expect, it } from '@jest/globals';
import { ConnectionError, RemoteError, TimeoutError } from '../../runtime/errors.js';
import { seededRandom } from '../../runtime/random.js';
import { ClientError } from '../errors.js';
import { DEFAULT_RETRY_RESPONSE_CODES, mayRetry, retryPauseMs } from './send-retry.js';

const attempt = (error: unknown, over: object = {}) => ({
  made: 1,
  allowed: 3,
  remainingMs: 1000,
  error,
  retryResponseCodes: DEFAULT_RETRY_RESPONSE_CODES,
  ...over,
});

describe('mayRetry', () => {
  it('tries again after what another broker may not suffer from', () => {
    expect(mayRetry(attempt(new TimeoutError('late')))).toBe(true);
    expect(mayRetry(attempt(new ConnectionError('gone')))).toBe(true);
    expect(mayRetry(attempt(new RemoteError(2, 'busy', 'a:1')))).toBe(true);
  });

  it('does not repeat what every broker would refuse', () => {
    expect(mayRetry(attempt(new RemoteError(13, 'too big', 'a:1')))).toBe(false);
    expect(mayRetry(attempt(new ClientError('no topic')))).toBe(false);
    expect(mayRetry(attempt(new Error('aborted')))).toBe(false);
  });

  it('stops when attempts or time are used up', () => {
    expect(mayRetry(attempt(new TimeoutError('late'), { made: 3 }))).toBe(false);
    expect(mayRetry(attempt(new TimeoutError('late'), { remainingMs: 0 }))).toBe(false);
  });
});

describe('retryPauseMs', () => {
  it('goes to another broker at once', () => {
    expect(retryPauseMs(1, false, 1000, seededRandom(1))).toBe(0);
  });

  it('returns to the same broker later each time, within bounds and within a quarter of what is left', () => {
    const random = seededRandom(7);
    for (let made = 1; made < 12; made++) {
      const pause = retryPauseMs(made, true, 60_000, random);
      const full = Math.min(500, 20 * 2 ** (made - 1));
      expect(pause).toBeGreaterThanOrEqual(Math.floor(full / 2));
      expect(pause).toBeLessThanOrEqual(full);
    }
    expect(retryPauseMs(10, true, 100, random)).toBeLessThanOrEqual(25);
  });
});
