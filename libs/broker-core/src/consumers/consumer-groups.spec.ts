import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsumerData, SubscriptionData } from '../protocol/bodies/heartbeat-data.js';
import { ManualTime } from '../runtime/manual-time.js';
import type { ConsumerGroup } from './consumer-group.js';
import { ConsumerGroups } from './consumer-groups.js';
import { ConsumerIdsChanged } from './consumer-ids-changed.js';
import { FakeConnection } from './testing/fake-connection.js';

const subscription = (topic: string, subVersion = 1): SubscriptionData => ({
  topic,
  subVersion,
  subString: '*',
  tagsSet: new Set(),
  codeSet: new Set(),
  expressionType: 'TAG',
  classFilterMode: false,
});

const data = (topics: readonly SubscriptionData[], more: Partial<ConsumerData> = {}): ConsumerData => ({
  groupName: 'g',
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
  subscriptionDataSet: [...topics],
  unitMode: false,
  ...more,
});

describe('consumer groups', () => {
  let time: ManualTime;
  let groups: ConsumerGroups;
  let changed: string[];

  beforeEach(() => {
    time = new ManualTime();
    changed = [];
    groups = new ConsumerGroups({
      settings: { channelExpiresAfterMs: 120_000 },
      onMembersChanged: (group: ConsumerGroup) => changed.push(group.clientIds.join()),
      clock: time,
    });
  });

  const client = (connection: FakeConnection, clientId = `c${connection.id}`) => ({
    connection,
    clientId,
    language: 'JAVA',
    version: 495,
    lastUpdateTimestamp: time.now(),
  });
  const hear = (connection: FakeConnection, consumer: ConsumerData, mayNotify = true) =>
    groups.hear(client(connection), consumer, { mayNotify });

  it('know their members and tell of each change once', () => {
    const [one, two] = [new FakeConnection(), new FakeConnection()];
    expect(hear(one, data([subscription('T')]))).toBe(true);
    expect(hear(one, data([subscription('T')]))).toBe(false);
    expect(hear(two, data([subscription('T')]))).toBe(true);
    expect(changed).toEqual([`c${one.id}`, `c${one.id},c${two.id}`]);
    expect(groups.get('g')?.clientIds).toEqual([`c${one.id}`, `c${two.id}`]);
    expect(groups.findClient('g', `c${two.id}`)?.connection).toBe(two);
    expect(groups.groupsOfTopic('T')).toEqual(new Set(['g']));
  });

  it('subscribe to what the last heartbeat names, in its newest version', () => {
    const one = new FakeConnection();
    hear(one, data([subscription('T', 5), subscription('U', 5)]));
    hear(one, data([subscription('T', 4)]));
    expect(groups.get('g')?.subscriptions.get('T')?.subVersion).toBe(5);
    expect(groups.get('g')?.subscriptions.has('U')).toBe(false);
    hear(one, data([subscription('T', 6)]));
    expect(groups.get('g')?.subscriptions.get('T')?.subVersion).toBe(6);
    expect(changed).toHaveLength(2);
  });

  it('keep their subscriptions when a heartbeat says nothing of them', () => {
    const one = new FakeConnection();
    hear(one, data([subscription('T')]));
    groups.hear(client(one), data([]), { mayNotify: true, withoutSubscriptions: true });
    expect(groups.get('g')?.subscriptions.has('T')).toBe(true);
  });

  it('are gone with their last member', () => {
    const [one, two] = [new FakeConnection(), new FakeConnection()];
    hear(one, data([subscription('T')]));
    hear(two, data([subscription('T')]));
    groups.unregister('g', one, true);
    groups.connectionClosed(two);
    groups.connectionClosed(two);
    expect(groups.get('g')).toBeUndefined();
    expect(changed.slice(2)).toEqual([`c${two.id}`, '']);
  });

  it('tell nobody when they broadcast or do not want it', () => {
    const one = new FakeConnection();
    hear(one, data([subscription('T')]), false);
    hear(one, data([subscription('T')], { groupName: 'b', messageModel: 'BROADCASTING' }));
    expect(changed).toEqual([]);
  });

  it('forget members whose heartbeats stopped, and disconnect who is in no group any more', async () => {
    const [silent, alive] = [new FakeConnection(), new FakeConnection()];
    hear(silent, data([subscription('T')]));
    hear(alive, data([subscription('T')]));
    hear(alive, data([subscription('T')], { groupName: 'left' }));
    await time.advance(120_001);
    hear(alive, data([subscription('T')]));
    groups.closeSilent();
    expect(groups.get('g')?.clientIds).toEqual([`c${alive.id}`]);
    expect(groups.get('left')).toBeUndefined();
    expect([silent.isOpen, alive.isOpen]).toEqual([false, true]);
  });

  it('push the news to every member, one-way, and once for all changes of a turn', async () => {
    const news = new ConsumerIdsChanged({ notifyConsumerIdsChangedEnable: true }, time);
    const [one, two] = [new FakeConnection(), new FakeConnection()];
    for (const connection of [one, two]) {
      hear(connection, data([subscription('T')]));
      news.note(groups.get('g') as ConsumerGroup);
    }
    expect(one.sent).toEqual([]);
    await time.advance(0);
    for (const { sent } of [one, two]) {
      expect(sent).toMatchObject([{ code: 40, flag: 2, extFields: { consumerGroup: 'g' } }]);
    }
    const silence = new ConsumerIdsChanged({ notifyConsumerIdsChangedEnable: false }, time);
    silence.note(groups.get('g') as ConsumerGroup);
    await time.advance(0);
    expect(one.sent).toHaveLength(1);
  });
});
