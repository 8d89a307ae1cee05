import type { BrokerConfig } from './config/broker-config.js';
import { ConsumerGroups } from './consumers/consumer-groups.js';
import { ConsumerIdsChanged } from './consumers/consumer-ids-changed.js';
import { ConsumerOffsets } from './consumers/consumer-offsets.js';
import { ProducerGroups } from './consumers/producer-groups.js';
import { QueueLocks } from './consumers/queue-locks.js';
import { SubscriptionGroups } from './consumers/subscription-groups.js';
import { HeldPulls } from './delivery/held-pulls.js';
import { SendAdmission } from './delivery/send-admission.js';
import { TurnLag } from './delivery/turn-lag.js';
import type { Clock } from './runtime/clock.js';
import type { Disk } from './runtime/disk.js';
import type { Logger } from './runtime/logger.js';
import type { Machine } from './runtime/machine.js';
import type { Random } from './runtime/random.js';
import type { Scheduler } from './runtime/scheduler.js';
import { parseDelayLevels } from './schedule/delay-levels.js';
import { ScheduleMessageService } from './schedule/schedule-message-service.js';
import { type HostAddress, MessageStore } from './store/message-store.js';
import { TopicConfigs } from './topics/topic-configs.js';

/** What the world lends a broker. */
export interface BrokerRuntime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly logger: Logger;
  readonly disk: Disk;
  readonly machine: Machine;
}

/** Everything a broker keeps, built and introduced to each other, not yet started. */
export interface BrokerRooms {
  readonly store: MessageStore;
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
  readonly producerGroups: ProducerGroups;
  readonly offsets: ConsumerOffsets;
  readonly queueLocks: QueueLocks;
  readonly heldPulls: HeldPulls;
  readonly turnLag: TurnLag;
  readonly admission: SendAdmission;
  readonly schedule: ScheduleMessageService;
}

/** Builds the rooms from the bottom up. `storeHost` is asked once ports are open; `onFatal` hears of the store's end. */
export function buildRooms(
  config: BrokerConfig,
  runtime: BrokerRuntime,
  storeHost: () => HostAddress,
  onFatal: (error: unknown) => void,
): BrokerRooms {
  const { clock, scheduler, logger, disk } = runtime;
  const store = new MessageStore({
    config: config.store,
    disk,
    clock,
    scheduler,
    logger: logger.child({ room: 'store' }),
    storeHost,
    deliverTimestamp: parseDelayLevels(config.schedule.messageDelayLevel).deliverTimestamp,
    memoryBytes: runtime.machine.memoryBytes,
    maxOpenFiles: runtime.machine.maxOpenFiles,
  });
  store.onFatal(onFatal);
  const file = (name: string) => store.jsonFile(`${config.store.rootDirectory}/config/${name}.json`);
  const consumersLogger = logger.child({ room: 'consumers' });
  const settings = config.consumers;
  const idsChanged = new ConsumerIdsChanged(settings, scheduler);
  const topics = new TopicConfigs({
    file: file('topics'),
    identity: config.identity,
    settings: config.topics,
    clock,
    logger: logger.child({ room: 'topics' }),
  });
  const schedule = new ScheduleMessageService({
    store,
    file: file('delayOffset'),
    settings: config.schedule,
    clock,
    scheduler,
    logger: logger.child({ room: 'schedule' }),
  });
  store.addPutHook(schedule.hook);
  const heldPulls = new HeldPulls({
    store,
    maxHeldPulls: () => config.delivery.maxHeldPulls,
    clock,
    scheduler,
    logger: logger.child({ room: 'delivery' }),
  });
  store.onMessageArriving((topic, queueId, nextOffset, tagsCode) =>
    heldPulls.arrived(topic, queueId, nextOffset, tagsCode),
  );
  const turnLag = new TurnLag(clock, scheduler);
  return {
    store,
    topics,
    schedule,
    heldPulls,
    turnLag,
    admission: new SendAdmission({ settings: config.delivery, isStoreBusy: () => store.isBusy, turnLag }),
    subscriptionGroups: new SubscriptionGroups({
      file: file('subscriptionGroup'),
      settings,
      clock,
      logger: consumersLogger,
    }),
    consumerGroups: new ConsumerGroups({
      settings,
      onMembersChanged: (group) => idsChanged.note(group),
      clock,
      logger: consumersLogger,
    }),
    producerGroups: new ProducerGroups({ settings, clock, logger: consumersLogger }),
    offsets: new ConsumerOffsets({ file: file('consumerOffset'), settings, clock, scheduler, logger: consumersLogger }),
    queueLocks: new QueueLocks({ settings, clock, logger: consumersLogger }),
  };
}
