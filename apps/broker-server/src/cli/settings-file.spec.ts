import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBrokerConfig, LiveSettings, silentLogger } from 'rocketmq-broker-core';
import { keepChanges } from './settings-file.js';

let directory: string;
let path: string;
let settings: LiveSettings;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-file-'));
  path = join(directory, 'broker.conf');
  writeFileSync(path, '# mine\nautoCreateTopicEnable = true\nbrokerName=b\n');
  settings = new LiveSettings(defaultBrokerConfig());
  keepChanges(settings, path, silentLogger);
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('keepChanges', () => {
  it('writes what was changed into its file, and leaves nothing else behind', () => {
    settings.update('autoCreateTopicEnable=false\nfileReservedTime=12');
    expect(readFileSync(path, 'utf8')).toBe('# mine\nautoCreateTopicEnable=false\nbrokerName=b\nfileReservedTime=12\n');
    expect(readdirSync(directory)).toEqual(['broker.conf']);
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
