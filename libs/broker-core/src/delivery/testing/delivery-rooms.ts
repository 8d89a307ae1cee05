import { ConsumerGroups } from '../../consumers/consumer-groups.js';
import { ConsumerOffsets } from '../../consumers/consumer-offsets.js';
import { defaultConsumerSettings } from '../../consumers/consumer-settings.js';
import { ProducerGroups } from '../../consumers/producer-groups.js';
import { QueueLocks } from '../../consumers/queue-locks.js';
import { SubscriptionGroups } from '../../consumers/subscription-groups.js';
import { ManualTime } from '../../runtime/manual-time.js';
import { seededRandom } from '../../runtime/random.js';
import { MemoryTextFile } from '../../topics/testing/memory-text-file.js';
import { TopicConfigs } from '../../topics/topic-configs.js';
import { defaultTopicSettings, type TopicSettings } from '../../topics/topic-settings.js';
import { type DeliverySettings, defaultDeliverySettings } from '../delivery-settings.js';
import { noStats } from '../delivery-stats.js';
import { HeldPulls } from '../held-pulls.js';
import { FakeDeliveryStore } from './fake-delivery-store.js';

export interface RoomSettings {
  readonly delivery?: Partial<DeliverySettings>;
  readonly topics?: Partial<TopicSettings>;
  readonly autoCreateSubscriptionGroup?: boolean;
}

/** Everything below delivery, in memory and with time in the spec's hands. */
export function deliveryRooms(given: RoomSettings = {}) {
  const time = new ManualTime();
  const settings: DeliverySettings = { ...defaultDeliverySettings, ...given.delivery };
  const topicSettings: TopicSettings = { ...defaultTopicSettings, ...given.topics };
  const consumerSettings = {
    ...defaultConsumerSettings,
    autoCreateSubscriptionGroup: given.autoCreateSubscriptionGroup ?? true,
  };
  const identity = { clusterName: 'C', brokerName: 'b', brokerId: 0, advertisedHost: '1.2.3.4', regionId: 'R' };
  const clock = time;
  const file = () => new MemoryTextFile();
  const store = new FakeDeliveryStore();
  return {
    time,
    clock,
    settings,
    topicSettings,
    consumerSettings,
    identity,
    store,
    random: seededRandom(1),
    stats: noStats,
    topics: new TopicConfigs({ file: file(), identity, settings: topicSettings, clock }),
    subscriptionGroups: new SubscriptionGroups({ file: file(), settings: consumerSettings, clock }),
    consumerGroups: new ConsumerGroups({ settings: consumerSettings, onMembersChanged: () => {}, clock }),
    producerGroups: new ProducerGroups({ settings: consumerSettings, clock }),
    offsets: new ConsumerOffsets({ file: file(), settings: consumerSettings, clock, scheduler: time }),
    queueLocks: new QueueLocks({ settings: consumerSettings, clock }),
    heldPulls: new HeldPulls({ store, maxHeldPulls: () => settings.maxHeldPulls, clock, scheduler: time }),
    storeHost: () => ({ address: '1.2.3.4', port: 10911 }),
  };
}

export type DeliveryRooms = ReturnType<typeof deliveryRooms>;
