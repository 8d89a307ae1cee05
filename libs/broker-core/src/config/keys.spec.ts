import { describe, expect, it } from '@jest/globals';
import { machine } from '../../../../test/support/machine.js';
import { keysByName } from './broker-config.js';
import { nameServerKeys } from './keys/name-server.keys.js';
import { editDistance, nearestName } from './nearest.js';
import { defaultNameServerConfig, parseNameServerConfig } from './name-server-config.js';
import { noEffectKeys } from './no-effect-keys.js';

describe('the table of keys', () => {
  const keys = [...keysByName.values()].map(({ key }) => key);

  it('has no key twice, with effect or without', () => {
    expect([...keysByName.keys()].filter((name) => noEffectKeys.has(name))).toEqual([]);
  });

  it.each([...keys, ...Object.values(nameServerKeys)].map((key) => [key.name, key] as const))(
    '%s reads its own default as it prints it',
    (_, key) => {
      const print = key.print as (value: unknown) => string;
      const printed = print(key.default);
      if (printed !== '') expect(key.parse(printed)).toEqual(key.default);
    },
  );

  it('speaks in sentences', () => {
    for (const { about } of keys) expect(about).toMatch(/^[A-Z0-9].*\.$/);
  });
});

describe('nearestName', () => {
  it('finds a slip of the pen and nothing far away', () => {
    expect(nearestName('brokerNmae', ['brokerName', 'brokerId'])).toBe('brokerName');
    expect(nearestName('BROKERNAME', ['brokerName'])).toBe('brokerName');
    expect(nearestName('colour', ['brokerName', 'brokerId'])).toBeUndefined();
  });

  it('counts letters', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});

describe('parseNameServerConfig', () => {
  it('reads its few keys', () => {
    const { config } = parseNameServerConfig('listenPort=0\nscanNotActiveBrokerInterval=50');
    expect(config).toMatchObject({ port: 0, scanEveryMs: 50, orderMessageEnable: false });
  });

  it('puts the KV file below the home directory', () => {
    expect(defaultNameServerConfig({}, machine).kvConfigPath).toBe('/home/rmq/namesrv/kvConfig.json');
  });
});
