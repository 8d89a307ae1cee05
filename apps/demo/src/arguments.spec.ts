import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './arguments.js';
import { createPalette, wantsColour } from './console/paint.js';

describe('the command line', () => {
  it('means a run in this process on a free port when it is empty', () => {
    expect(parseArguments([])).toMatchObject({ isServing: false, nameServer: undefined, port: 0 });
    expect(parseArguments(['--serve'])).toMatchObject({ isServing: true, port: 3000 });
    expect(parseArguments(['--name-server', 'a:9876', '--port', '80'])).toMatchObject({
      nameServer: 'a:9876',
      port: 80,
    });
  });

  it('refuses what it does not know', () => {
    expect(() => parseArguments(['--sevre'])).toThrow("'--sevre'");
    expect(() => parseArguments(['--port', 'x'])).toThrow('--port x is not a port');
  });
});

describe('colours', () => {
  it('are for terminals that want them', () => {
    expect(wantsColour({ isTTY: true }, {})).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
    expect(createPalette(true).sent('a')).toBe('\u001b[36ma\u001b[39m');
    expect(createPalette(false).sent('a')).toBe('a');
  });
});
