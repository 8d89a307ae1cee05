import { describe, expect, it } from '@jest/globals';
import { type Command, parseArguments, UsageError, usageOf } from './arguments.js';

const command: Command = {
  name: 'mqthing',
  about: 'Does a thing.',
  options: [
    { short: 'c', long: 'configFile', value: 'file', about: 'A file' },
    { short: 'p', long: 'printConfigItem', about: 'Print' },
    { short: 'mf', long: 'mapFile', value: 'file', about: 'Two letters, as commons-cli allows' },
  ],
  words: '[key=value ...]',
};

const parse = (...line: string[]) => {
  const { options, words } = parseArguments(command, line);
  return [Object.fromEntries(options), words];
};

describe('parseArguments', () => {
  it.each([
    [['-c', 'a.conf']],
    [['--configFile', 'a.conf']],
    [['-configFile', 'a.conf']],
    [['--configFile=a.conf']],
    [['-c=a.conf']],
  ])('takes %j', (line) => {
    expect(parse(...line)).toEqual([{ configFile: 'a.conf' }, []]);
  });

  it('keeps words and options apart', () => {
    expect(parse('a=1', '-p', '-mf', 'x', 'b=2')).toEqual([{ printConfigItem: '', mapFile: 'x' }, ['a=1', 'b=2']]);
  });

  it('says which option is unknown, and which lacks its value', () => {
    expect(() => parse('-z')).toThrow(new UsageError('mqthing has no option -z'));
    expect(() => parse('-c')).toThrow(new UsageError('-c needs a value: file'));
  });

  it('prints what there is', () => {
    expect(usageOf(command)).toContain('-mf, --mapFile <file>');
    expect(usageOf({ ...command, more: 'examples:\n  mqthing' }).endsWith('\n\nexamples:\n  mqthing')).toBe(true);
    expect(usageOf(command).split('\n')[0]).toBe('usage: mqthing [options] [key=value ...]');
  });
});
