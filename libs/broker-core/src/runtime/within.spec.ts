import { describe, expect, it } from '@jest/globals';
import { ManualTime } from './manual-time.js';
import { within } from './within.js';

const never = new Promise<never>(() => undefined);
const late = () => new Error('too late');

describe('within', () => {
  it('gives what the work gives, and leaves no timer', async () => {
    const time = new ManualTime();
    await expect(within(time, Promise.resolve(7), 1_000, late)).resolves.toBe(7);
    await expect(within(time, Promise.reject(new Error('no')), 1_000, late)).rejects.toThrow('no');
    expect(time.pending).toBe(0);
  });

  it('waits no longer than it is told', async () => {
    const time = new ManualTime();
    const outcome = within(time, never, 1_000, late).catch((error: unknown) => error);
    await time.advance(1_000);
    expect(await outcome).toMatchObject({ message: 'too late' });
  });

  it('ends with the signal, one that was aborted before too', async () => {
    const time = new ManualTime();
    const abort = new AbortController();
    const outcome = within(time, never, 1_000, late, abort.signal);
    abort.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
    await expect(within(time, never, 1_000, late, abort.signal)).rejects.toThrow('enough');
    expect(time.pending).toBe(0);
  });
});
