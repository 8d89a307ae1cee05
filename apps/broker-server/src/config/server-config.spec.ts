import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from 'rocketmq-broker-core';
import { problemsOf } from '../../../../test/support/problems-of.js';
import { useDirectory } from '../../../../test/support/use-directory.js';
import { readEnvironment } from './environment.js';
import { readServerConfig } from './server-config.js';

const directory = useDirectory();

const file = (name: string, text: string) => {
  const path = join(directory.path, name);
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
    const { broker, nameServer } = readServerConfig({ NAMESRV_CONF });
    expect(nameServer?.port).toBe(19_999);
    expect(broker.cluster.nameServers).toBe('127.0.0.1:19999');
  });

  it('starts none when file, command line or environment name some', () => {
    const BROKER_CONF = file('broker.conf', 'namesrvAddr=file:1\n');
    for (const config of [
      readServerConfig({ BROKER_CONF }),
      readServerConfig({}, { namesrvAddr: 'flag:1' }),
      readServerConfig({ NAMESRV_ADDR: 'env:1' }),
    ]) {
      expect(config.nameServer).toBeUndefined();
      expect(config.broker.cluster.nameServers).toMatch(/^(file|flag|env):1$/);
    }
  });

  it('tells clients the address that the environment knows better', () => {
    const { broker } = readServerConfig({ ADVERTISED_HOST: 'broker.example' });
    expect(broker.identity.advertisedHost).toBe('broker.example');
  });

  it('lists every problem of the environment and of both files at once, each with its file', () => {
    const BROKER_CONF = file('broker.conf', 'listenPort=many\nflushDiskType=SOMETIMES\n');
    const NAMESRV_CONF = file('namesrv.conf', 'listenPort=none\n');
    const problems = problemsOf(() => readServerConfig({ HTTP_PORT: 'x', BROKER_CONF, NAMESRV_CONF }));
    expect(problems).toEqual([
      expect.stringContaining('HTTP_PORT'),
      expect.stringContaining(`${BROKER_CONF}: line 1: listenPort`),
      expect.stringContaining(`${BROKER_CONF}: line 2: flushDiskType`),
      expect.stringContaining(`${NAMESRV_CONF}: line 1: listenPort`),
    ]);
  });

  it('says which file cannot be read, once', () => {
    const problems = problemsOf(() => readServerConfig({ BROKER_CONF: '/nowhere' }));
    expect(problems).toEqual([expect.stringMatching(/^the file \/nowhere cannot be read/)]);
  });
});
