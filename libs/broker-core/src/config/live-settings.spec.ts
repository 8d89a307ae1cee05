import { describe, expect, it } from '@jest/globals';
import { RequestError } from '../runtime/errors.js';
import { defaultBrokerConfig } from './broker-config.js';
import { LiveSettings } from './live-settings.js';

const refusal = (act: () => void): [number, string] => {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestError) return [error.responseCode, error.remark];
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('LiveSettings', () => {
  it('changes a live key where its readers look, and tells listeners', () => {
    const config = defaultBrokerConfig();
    const settings = new LiveSettings(config);
    const heard: string[] = [];
    settings.onChange((changes) => heard.push(...changes.keys()));
    settings.update('fileReservedTime=12\nautoCreateTopicEnable=false');
    expect(config.store.reservedHours).toBe(12);
    expect(config.topics.autoCreateTopicEnable).toBe(false);
    expect(heard).toEqual(['fileReservedTime', 'autoCreateTopicEnable']);
    expect(settings.version).toBe(1);
  });

  it('changes all of a request or nothing of it', () => {
    const config = defaultBrokerConfig();
    const settings = new LiveSettings(config);
    expect(refusal(() => settings.update('fileReservedTime=12\nlistenPort=1'))[0]).toBe(16);
    expect(config.store.reservedHours).toBe(72);
  });

  it('refuses protected keys, unknown keys and wrong values, each with its code', () => {
    const settings = new LiveSettings(defaultBrokerConfig());
    expect(refusal(() => settings.update('brokerConfigPath=/etc/passwd'))[0]).toBe(16);
    expect(refusal(() => settings.update('storePathRootDir=/tmp'))[1]).toContain('restart');
    expect(refusal(() => settings.update('authenticationEnabled=true'))[0]).toBe(16);
    expect(refusal(() => settings.update('fileReservedTim=1'))).toEqual([
      29,
      'no such key: fileReservedTim; did you mean fileReservedTime?',
    ]);
    expect(refusal(() => settings.update('fileReservedTime=soon'))[0]).toBe(29);
    expect(refusal(() => settings.update(''))[0]).toBe(29);
  });

  it('refuses a value that would become lines of its own in broker.conf', () => {
    const settings = new LiveSettings(defaultBrokerConfig());
    const heard: unknown[] = [];
    settings.onChange((changes) => heard.push(changes));
    for (const written of ['true\\nstorePathRootDir=/x', 'true\\rbrokerIP1=x', 'x\\u000ay', 'x\\u0000'])
      for (const name of ['autoCreateTopicEnable', 'rocketmqHome', 'sendThreadPoolQueueCapacity', 'messageDelayLevel'])
        expect(refusal(() => settings.update(`${name}=${written}`))[0]).toBe(29);
    expect(refusal(() => settings.update('useEpollNativeSelector=true\\nstorePathRootDir=/x'))).toEqual([
      29,
      'the value of "useEpollNativeSelector" contains control characters: write it without',
    ]);
    expect(heard).toEqual([]);
  });

  it('shows every key in the units of broker.conf', () => {
    const text = new LiveSettings(defaultBrokerConfig()).toProperties();
    expect(text).toContain('serverChannelMaxIdleTimeSeconds=120\n');
    expect(text).toContain('sendMessageThreadPoolNums=2\n');
    expect(text.split('\n').length).toBeGreaterThan(450);
  });

  it('leaves out what was never set, but for the empty texts that RocketMQ shows', () => {
    const settings = new LiveSettings(defaultBrokerConfig());
    expect(settings.properties().get('dLegerGroup')).toBe('');
    expect(settings.toProperties()).not.toMatch(/^dLegerGroup=/m);
    expect(settings.toProperties()).toMatch(/^metricsLabel=$/m);
    settings.update('dLegerGroup=g');
    expect(settings.toProperties()).toMatch(/^dLegerGroup=g$/m);
  });

  it('shows the port for slaves beside that for clients, unless it was set', () => {
    const { network, ...others } = defaultBrokerConfig();
    const settings = new LiveSettings({ ...others, network: { ...network, port: 20_000 } });
    expect(settings.properties().get('haListenPort')).toBe('20001');
    settings.update('haListenPort=7');
    expect(settings.properties().get('haListenPort')).toBe('7');
  });
});
