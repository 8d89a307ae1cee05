import { describe, expect, it } from '@jest/globals';
import { machine } from '../../../../test/support/machine.js';
import { problemsOf } from '../../../../test/support/problems-of.js';
import { parseBrokerConfig } from './parse-broker-config.js';

const parse = (text: string, overrides = {}) => parseBrokerConfig(text, overrides, machine);
const problemsIn = (text: string) => problemsOf(() => parse(text));

describe('parseBrokerConfig', () => {
  it('fills what nobody says from the table and the machine', () => {
    const { config } = parse('');
    expect(config.identity).toMatchObject({
      brokerName: 'box',
      advertisedHost: '10.1.2.3',
      clusterName: 'DefaultCluster',
    });
    expect(config.store).toMatchObject({
      rootDirectory: '/home/rmq/store',
      commitLogDirectory: '/home/rmq/store/commitlog',
      commitLogFileBytes: 1024 ** 3,
      reservedHours: 72,
    });
    expect(config.network.port).toBe(10911);
  });

  it('turns RocketMQ’s keys and units into ours', () => {
    const { config } = parse('fileReservedTime=48\nserverChannelMaxIdleTimeSeconds=60\nflushDiskType=sync_flush');
    expect(config.store.reservedHours).toBe(48);
    expect(config.network.idleTimeoutMs).toBe(60_000);
    expect(config.store.flushDiskType).toBe('SYNC_FLUSH');
  });

  it('lets the command line win over the file, and the file over the surroundings', () => {
    const surroundings = { ...machine, nameServers: 'env:1' };
    expect(parseBrokerConfig('', {}, surroundings).config.cluster.nameServers).toBe('env:1');
    expect(parseBrokerConfig('namesrvAddr=file:1', {}, surroundings).config.cluster.nameServers).toBe('file:1');
    const both = parseBrokerConfig('namesrvAddr=file:1', { namesrvAddr: 'flag:1' }, surroundings);
    expect(both.config.cluster.nameServers).toBe('flag:1');
    expect(both.warnings).toEqual([]);
  });

  it('names the nearest known key for an unknown one', () => {
    const { warnings } = parse('namesrvAddr=a:1\nflushDiskTyp=ASYNC_FLUSH\nzzzzzzzzzz=1');
    expect(warnings).toEqual([
      'line 2: flushDiskTyp is unknown and was ignored; did you mean flushDiskType?',
      'line 3: zzzzzzzzzz is unknown and was ignored',
    ]);
  });

  it('understands old spellings and says today’s', () => {
    const { config, warnings } = parse('namesrvAddr=a:1\nmapedFileSizeCommitLog=33554432');
    expect(config.store.commitLogFileBytes).toBe(33_554_432);
    expect(warnings).toEqual([
      'line 2: mapedFileSizeCommitLog is spelled mappedFileSizeCommitLog today; it was understood',
    ]);
  });

  it('says which keys have no effect, once they differ from the default', () => {
    const { config, warnings } = parse(
      'namesrvAddr=a:1\nsendMessageThreadPoolNums=64\nuseReentrantLockWhenPutMessage=true',
    );
    expect(warnings).toEqual([
      'line 2: sendMessageThreadPoolNums has no effect here: Nothing waits for a thread here: one event loop does the work.',
    ]);
    expect(config.withoutEffect.get('sendMessageThreadPoolNums')).toBe('64');
  });

  it('lists all problems at once, each with what may be written', () => {
    expect(problemsIn('listenPort=70000\nautoCreateTopicEnable=yes\naclEnable=true\nbrokerRole=SLAVE')).toEqual([
      'line 1: listenPort=70000 is wrong: it takes a whole number from 0 to 65535',
      'line 2: autoCreateTopicEnable=yes is wrong: it takes true or false',
      'line 3: aclEnable=true: this release has no access control; write false or leave it out',
      'line 4: brokerRole=SLAVE: this release has no slaves; write brokerRole=ASYNC_MASTER',
    ]);
  });

  it('explains the comment behind a value', () => {
    expect(problemsIn('fileReservedTime=48 # hours')[0]).toContain('a comment needs a line of its own');
    expect(problemsIn('brokerIP1=10.0.0.1 # mine')[0]).toContain('a comment needs a line of its own');
  });

  it('refuses values that do not go together', () => {
    expect(problemsIn('mappedFileSizeCommitLog=65536\nmappedFileSizeConsumeQueue=30')).toHaveLength(2);
    expect(problemsIn('brokerIP1=0.0.0.0')[0]).toContain('no address that clients can dial');
  });

  it('takes __proto__ for the unknown key it is', () => {
    expect(parse('namesrvAddr=a:1\n__proto__=1\nconstructor=2').warnings).toHaveLength(2);
  });
});
