import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { consoleLogger, logLevelOf } from './console-logger.js';

let out: string[];
let err: string[];

beforeEach(() => {
  out = [];
  err = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('consoleLogger', () => {
  it('writes one readable line with time, level, sentence and fields', () => {
    consoleLogger('info')
      .child({ room: 'store' })
      .info('a state changed', { topic: 'T', path: '/a b', queues: [1, 2] });
    expect(out[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO {2}a state changed room=store topic=T path="\/a b" queues=\[1,2\]\n$/,
    );
  });

  it('sends what someone must see to stderr, errors with their stack', () => {
    consoleLogger('warn').error('it broke', { error: new Error('why') });
    expect(err[0]).toContain('it broke error="Error: why\n');
    expect(out).toEqual([]);
  });

  it('keeps quiet below its level', () => {
    consoleLogger('warn').info('nobody asked');
    consoleLogger(logLevelOf('loud')).debug('nobody asked');
    expect(out).toEqual([]);
  });
});
