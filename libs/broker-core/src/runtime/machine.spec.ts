import { describe, expect, it } from '@jest/globals';
import { thisMachine } from './machine.js';

describe('this machine', () => {
  it('says how many files a process may have open, where it is Linux', () => {
    const { maxOpenFiles } = thisMachine();
    if (process.platform !== 'linux') expect(maxOpenFiles).toBeUndefined();
    else expect(maxOpenFiles).toBeGreaterThan(16);
  });
});
