import { beforeEach, describe, expect, it } from '@jest/globals';
import { newSubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { ManualTime } from '../runtime/manual-time.js';
import { MemoryTextFile } from '../topics/testing/memory-text-file.js';
import { type ConsumerSettings, defaultConsumerSettings } from './consumer-settings.js';
import { SubscriptionGroups } from './subscription-groups.js';
import { isSystemPullGroup } from './system-groups.js';

describe('subscription groups', () => {
  let file: MemoryTextFile;
  const open = (given: Partial<ConsumerSettings> = {}) =>
    new SubscriptionGroups({ file, settings: { ...defaultConsumerSettings, ...given }, clock: new ManualTime() });

  beforeEach(() => {
    file = new MemoryTextFile();
  });

  it('of tools are there from the start; others make themselves when they are first used', () => {
    const groups = open();
    expect(groups.has('TOOLS_CONSUMER')).toBe(true);
    const before = groups.dataVersion.counter;
    expect(groups.find('g')).toMatchObject({ groupName: 'g', retryQueueNums: 1, retryMaxTimes: 16 });
    expect(groups.find('g')).toBe(groups.get('g'));
    expect(groups.dataVersion.counter).toBe(before + 1);
  });

  it('do not make themselves under a name that is none, or where they may not', () => {
    const groups = open();
    expect(['', '../g', 'g'.repeat(121)].map((name) => groups.find(name))).toEqual([undefined, undefined, undefined]);
    const strict = open({ autoCreateSubscriptionGroup: false });
    expect(strict.find('g')).toBeUndefined();
    expect(strict.find('CID_RMQ_SYS_own')).toBeDefined();
    expect(
      open({ autoCreateSubscriptionGroup: false, enableCreateSysGroup: false }).find('CID_RMQ_SYS_own'),
    ).toBeUndefined();
  });

  it('survive a restart with what is forbidden to them', async () => {
    const groups = open();
    groups.update(newSubscriptionGroupConfig('g', { retryMaxTimes: 3 }));
    groups.disableConsume('g');
    groups.setForbidden('g', 'T', 4);
    await groups.awaitSaved();
    const again = open();
    again.load();
    expect(again.get('g')).toMatchObject({ retryMaxTimes: 3, consumeEnable: false });
    expect([again.isReadForbidden('g', 'T'), again.isReadForbidden('g', 'U')]).toEqual([true, false]);
    expect(again.dataVersion).toEqual(groups.dataVersion);
    again.setForbidden('g', 'T', 0);
    expect(again.forbidden.size).toBe(0);
  });

  it('take attributes as changes, keep those nobody speaks of, and refuse those that cannot be', () => {
    const groups = open();
    const update = (attributes: Record<string, string>) =>
      groups.update(newSubscriptionGroupConfig('g', { attributes: new Map(Object.entries(attributes)) })).attributes;
    expect(() => update({ '+priority.factor': '101' })).toThrow('priority.factor: value is not in range(0, 100)');
    expect(() => update({ '+priority.factor': 'many' })).toThrow('priority.factor: value is not in range(0, 100)');
    expect(() => update({ '+lite.bind.topic': 'T' })).toThrow('unsupported key: lite.bind.topic');
    expect(groups.has('g')).toBe(false);
    expect(update({ '+priority.factor': '50' })).toEqual(new Map([['priority.factor', '50']]));
    expect(update({})).toEqual(new Map([['priority.factor', '50']]));
    expect(update({ '-priority.factor': '' })).toEqual(new Map());
  });

  it('are forgotten with what is forbidden to them', () => {
    const groups = open();
    groups.find('g');
    groups.setForbidden('g', 'T', 4);
    expect(groups.delete('g')?.groupName).toBe('g');
    expect(groups.delete('g')).toBeUndefined();
    expect(groups.isReadForbidden('g', 'T')).toBe(false);
  });

  it('of the system pull without a heartbeat; those of producers and users do not', () => {
    expect(['TOOLS_CONSUMER', 'CID_RMQ_SYS_x', 'DEFAULT_PRODUCER', 'g'].map(isSystemPullGroup)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
