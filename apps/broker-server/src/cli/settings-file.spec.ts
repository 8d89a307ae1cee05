import { beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultBrokerConfig, LiveSettings, silentLogger } from 'rocketmq-broker-core';
import { useDirectory } from '../../../../test/support/use-directory.js';
import { keepChanges } from './settings-file.js';

const directory = useDirectory();
let path: string;
let settings: LiveSettings;

beforeEach(() => {
  path = join(directory.path, 'broker.conf');
  writeFileSync(path, '# mine\nautoCreateTopicEnable = true\nbrokerName=b\n');
  settings = new LiveSettings(defaultBrokerConfig());
  keepChanges(settings, path, silentLogger);
});

describe('keepChanges', () => {
  it('writes what was changed into its file, and leaves nothing else behind', () => {
    settings.update('autoCreateTopicEnable=false\nfileReservedTime=12');
    expect(readFileSync(path, 'utf8')).toBe('# mine\nautoCreateTopicEnable=false\nbrokerName=b\nfileReservedTime=12\n');
    expect(readdirSync(directory.path)).toEqual(['broker.conf']);
  });

  it.each([0o600, 0o664])('keeps who may read and write the file: %o', (mode) => {
    chmodSync(path, mode);
    writeFileSync(`${path}.new`, 'left behind by a crash', { mode: 0o640 });
    settings.update('fileReservedTime=12');
    expect(readFileSync(path, 'utf8')).toContain('fileReservedTime=12');
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  it('lets nobody write other settings than those he may change', () => {
    const before = readFileSync(path, 'utf8');
    expect(() => settings.update('useEpollNativeSelector=true\\nstorePathRootDir=/x')).toThrow(/control characters/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    settings.update('useEpollNativeSelector=true\\\\nstorePathRootDir=/x');
    expect(readFileSync(path, 'utf8')).toBe(`${before}useEpollNativeSelector=true\\\\nstorePathRootDir=/x\n`);
  });
});
