import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from 'rocketmq-broker-core';
import { readEnvironment } from './environment.js';
import { readServerConfig } from './server-config.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rocketmq-config-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

describe('readEnvironment', () => {
  it('fills what is left out, and takes an empty variable for one that is', () => {
    expect(readEnvironment({ HTTP_PORT: '', LOG_LEVEL: 'warn' })).toMatchObject({ HTTP_PORT: 8090, LOG_LEVEL: 'warn' });
  });

  it('lists every problem at once', () => {
    expect(() => readEnvironment({ HTTP_PORT: 'x', LOG_FORMAT: 'xml' })).toThrow(ConfigError);
    try {
      readEnvironment({ HTTP_PORT: 'x', LOG_FORMAT: 'xml' });
    } catch (error) {
      expect((error as ConfigError).problems).toHaveLength(2);
    }
  });
});

describe('readServerConfig', () => {
  it('starts a name server of its own when nobody names one, and points the broker at it', () => {
    const NAMESRV_CONF = file('namesrv.conf', 'listenPort=19999\n');
    const { broker, nameServer } = readServerConfig(readEnvironment({ NAMESRV_CONF }), {}, {});
    expect(nameServer?.port).toBe(19_999);
    expect(broker.cluster.nameServers).toBe('127.0.0.1:19999');
  });

  it('starts none when file, command line or environment name some', () => {
    const BROKER_CONF = file('broker.conf', 'namesrvAddr=file:1\n');
    const read = (environment: object, overrides = {}, variables = {}) =>
      readServerConfig(readEnvironment({ ...environment }), overrides, variables);
    for (const config of [
      read({ BROKER_CONF }),
      read({}, { namesrvAddr: 'flag:1' }),
      read({}, {}, { NAMESRV_ADDR: 'env:1' }),
    ]) {
      expect(config.nameServer).toBeUndefined();
      expect(config.broker.cluster.nameServers).toMatch(/^(file|flag|env):1$/);
    }
  });

  it('tells clients the address that the environment knows better', () => {
    const { broker } = readServerConfig(readEnvironment({}), {}, { ADVERTISED_HOST: 'broker.example' });
    expect(broker.identity.advertisedHost).toBe('broker.example');
  });

  it('says which file cannot be read', () => {
    expect(() => readServerConfig(readEnvironment({ BROKER_CONF: '/nowhere' }), {}, {})).toThrow(
      '/nowhere cannot be read',
    );
  });
});
