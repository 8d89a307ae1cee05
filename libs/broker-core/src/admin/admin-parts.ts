import type { BrokerRegistration } from '../cluster/broker-registration.js';
import type { ConsumerGroups } from '../consumers/consumer-groups.js';
import type { ConsumerOffsets } from '../consumers/consumer-offsets.js';
import type { ProducerGroups } from '../consumers/producer-groups.js';
import type { SubscriptionGroups } from '../consumers/subscription-groups.js';
import type { HeldPulls } from '../delivery/held-pulls.js';
import type { SendAdmission } from '../delivery/send-admission.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { RequestProcessor } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import type { ScheduleMessageService } from '../schedule/schedule-message-service.js';
import type { ConsumeQueueEntry } from '../store/message-store.js';
import type { BrokerIdentity } from '../topics/broker-identity.js';
import type { TopicConfigs } from '../topics/topic-configs.js';
import type { BrokerStats } from './broker-stats.js';
import type { MidnightTotals } from './midnight-totals.js';
import type { MessageRequestModes } from './message-request-modes.js';

/** What operators ask of the store. MessageStore is one. */
export interface AdminStore {
  readonly isWritable: boolean;
  readonly maxCommitLogOffset: number;
  readonly dispatchBehindBytes: number;
  /** Below this offset the log survives a power cut. */
  readonly flushedWhere: number;
  /** When the oldest message there is was stored; -1 without one. */
  earliestStoreTimestamp(): Promise<number>;
  minQueueOffset(topic: string, queueId: number): number;
  maxQueueOffset(topic: string, queueId: number): number;
  offsetByTime(topic: string, queueId: number, timestamp: number, boundary: 'LOWER' | 'UPPER'): Promise<number>;
  storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number>;
  consumeQueueEntries(
    topic: string,
    queueId: number,
    from: number,
    count: number,
  ): readonly ConsumeQueueEntry[] | Promise<readonly ConsumeQueueEntry[]>;
  selectRecord(commitLogOffset: number): Promise<Buffer | undefined>;
  deleteTopics(topics: ReadonlySet<string>): unknown;
  cleanExpiredConsumeQueue(): unknown;
  executeDeleteFilesManually(): unknown;
  /** Every topic that has queues on disk, whether it is configured or not. */
  readonly topicsWithQueues: Iterable<string>;
  /** What the store says of itself under the keys that tools read. */
  runtimeInfo(): ReadonlyMap<string, string>;
}

/** The broker's configuration as tools read and change it. LiveSettings is one. */
export interface BrokerSettings {
  readonly version: number;
  toProperties(): string;
  update(text: string): void;
}

/** Settings that operators' requests obey; `live` ones are read at each use. */
export interface AdminSettings {
  readonly serverLoadBalancerEnable: boolean;
  readonly commandTimeoutMs: number;
}

/** Settings of other rooms that operators' requests obey too. */
export interface TopicRules {
  readonly validateSystemTopicWhenUpdateTopic: boolean;
  readonly enableMixedMessageType: boolean;
  readonly clearRetryTopicWhenDeleteTopic: boolean;
}

/** Everybody whom operators may ask about; the composition root fills it. */
export interface AdminParts {
  readonly identity: BrokerIdentity;
  /** `host:port` that clients are told. */
  readonly address: () => string;
  readonly store: AdminStore;
  readonly topics: TopicConfigs;
  readonly subscriptionGroups: SubscriptionGroups;
  readonly consumerGroups: ConsumerGroups;
  readonly producerGroups: ProducerGroups;
  readonly offsets: ConsumerOffsets;
  readonly heldPulls: Pick<HeldPulls, 'moved'>;
  readonly admission: Pick<SendAdmission, 'pending' | 'capacity' | 'lateMs'>;
  readonly schedule: Pick<ScheduleMessageService, 'runtimeInfo' | 'printProgress'>;
  readonly registration: Pick<BrokerRegistration, 'registerAll' | 'awaitTold'>;
  /** Asks name servers for routes. */
  readonly client: { invoke(address: string, request: RemotingCommand, timeoutMs: number): Promise<RemotingCommand> };
  readonly nameServers: () => string;
  readonly stats: BrokerStats;
  readonly midnightTotals: MidnightTotals;
  readonly requestModes: MessageRequestModes;
  readonly brokerSettings: BrokerSettings;
  readonly settings: AdminSettings;
  readonly topicRules: TopicRules;
  readonly useServerSideResetOffset: () => boolean;
  readonly acceptSendsFromMs: () => number;
  readonly storePath: string;
  readonly disk: Pick<Disk, 'space'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who answers which request code. */
export type ProcessorTable = readonly (readonly [code: number, processor: RequestProcessor])[];

/** SUCCESS, with what was asked for. */
export function success(body?: Buffer): RemotingCommand {
  return createResponse(ResponseCode.SUCCESS, undefined, undefined, body);
}
