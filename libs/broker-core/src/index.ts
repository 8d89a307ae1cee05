/** The front door: what applications, tests and tools take from broker-core. The client has a door of its own. */
export { type Broker, type BrokerRuntime, createBroker, type StartedBroker } from './broker.js';
export {
  type BrokerConfig,
  type BrokerOverrides,
  brokerKeys,
  defaultBrokerConfig,
  keysByName,
  type PlacedKey,
} from './config/broker-config.js';
export { editProperties } from './config/edit-properties.js';
export type { Key } from './config/key.js';
export { nameServerKeys } from './config/keys/name-server.keys.js';
export { LiveSettings, type SettingsListener } from './config/live-settings.js';
export * from './config/name-server-config.js';
export { noEffectGroups } from './config/no-effect-keys.js';
export { type ParsedBrokerConfig, parseBrokerConfig } from './config/parse-broker-config.js';
export { type EmbeddedOptions, type EmbeddedRocketMQ, startEmbeddedRocketMQ } from './embedded.js';
export { createNameServer, type NameServer, type NameServerOptions } from './name-server.js';
export type { DataVersion } from './protocol/bodies/data-version.js';
export { Message, MessageExt, type MessageOptions } from './protocol/message.js';
export { MessageConst } from './protocol/message-const.js';
export { compareMessageQueues, type MessageQueue, messageQueueKey } from './protocol/message-queue.js';
export { decodeMessage, decodeMessages } from './protocol/message-record.js';
export { PermName, permText } from './protocol/permissions.js';
export {
  createRequest,
  createResponse,
  CURRENT_VERSION,
  type ExtFields,
  type RemotingCommand,
} from './protocol/remoting-command.js';
export { RequestCode } from './protocol/request-code.js';
export { ResponseCode } from './protocol/response-code.js';
export { newSubscriptionGroupConfig, type SubscriptionGroupConfig } from './protocol/subscription-group-config.js';
export { newTopicConfig, type TopicConfig } from './protocol/topic-config.js';
export {
  dlqTopicOf,
  replyTopicOf,
  retryTopicOf,
  SystemGroup,
  SystemTopic,
  validateGroup,
  validateTopic,
} from './protocol/topic-names.js';
export {
  type Connection,
  type RequestProcessor,
  RemotingClient,
  type RemotingClientOptions,
} from './remoting/remoting-client.js';
export { RemotingServer, type RemotingServerOptions } from './remoting/remoting-server.js';
export { type Clock, systemClock } from './runtime/clock.js';
export { type Disk, type DiskFile, type DiskRoom, usedPercentOf } from './runtime/disk.js';
export * from './runtime/errors.js';
export { type LogFields, type Logger, silentLogger } from './runtime/logger.js';
export { type Machine, thisMachine } from './runtime/machine.js';
export { ManualTime } from './runtime/manual-time.js';
export { NodeDisk } from './runtime/node-disk.js';
export { type Random, seededRandom, systemRandom } from './runtime/random.js';
export { type Cancel, delay, type Scheduler, systemScheduler } from './runtime/scheduler.js';
export {
  type Dump,
  dumpRecord,
  type Finding,
  inspectStore,
  type StoreReport,
  type VerifyReport,
  verifyStore,
} from './store/inspect/index.js';
