/** The client door: everything a program needs to talk to a RocketMQ cluster, ours or Apache's. */
export type { ConsumeStats, TopicStatsTable } from '../protocol/bodies/admin-stats.js';
export type { ClusterInfo } from '../protocol/bodies/cluster-info.js';
export type { ConsumerRunningInfo } from '../protocol/bodies/consumer-running-info.js';
export type { TopicRouteData } from '../protocol/bodies/topic-route-data.js';
export { type CompressionType, type Compressor, registerCompressor } from '../protocol/compression.js';
export { Message, MessageExt, type MessageOptions } from '../protocol/message.js';
export { MessageConst } from '../protocol/message-const.js';
export { type MessageQueue, messageQueueKey } from '../protocol/message-queue.js';
export { ResponseCode } from '../protocol/response-code.js';
export { javaStringHash } from '../protocol/string-hash.js';
export { dlqTopicOf, replyTopicOf, retryTopicOf, validateGroup, validateTopic } from '../protocol/topic-names.js';
export { type Clock, systemClock } from '../runtime/clock.js';
export {
  ConfigError,
  ConnectionError,
  ProtocolError,
  RemoteError,
  RocketMQError,
  TimeoutError,
} from '../runtime/errors.js';
export { type LogFields, type Logger, silentLogger } from '../runtime/logger.js';
export { type Random, systemRandom } from '../runtime/random.js';
export { type Cancel, delay, type Scheduler, systemScheduler } from '../runtime/scheduler.js';
export type { KeyQuery } from './admin/message-admin.js';
export { MQAdmin, type Target } from './admin/mq-admin.js';
export { allocateAveragely, allocateAveragelyByCircle, allocateByConfig } from './consumer/allocation/averagely.js';
export { allocateByConsistentHash } from './consumer/allocation/consistent-hash.js';
export {
  allocateByMachineRoom,
  allocateMachineRoomNearby,
  type MachineRoomResolver,
} from './consumer/allocation/machine-room.js';
export { DefaultMQPushConsumer } from './consumer/default-mq-push-consumer.js';
export {
  type Awaitable,
  type ConsumeConcurrentlyContext,
  ConsumeConcurrentlyStatus,
  type ConsumeOrderlyContext,
  ConsumeOrderlyStatus,
  type MessageListenerConcurrently,
  type MessageListenerOrderly,
  type MessageQueueListener,
} from './consumer/listeners.js';
export type { ExpressionType } from './consumer/subscriptions.js';
export { ClientError, RouteError, TooManyRequestsError } from './errors.js';
export type { Transport } from './instance/transport.js';
export { MQClientInstance } from './instance/mq-client-instance.js';
export { DefaultLitePullConsumer, type TopicQueuesListener } from './lite/default-lite-pull-consumer.js';
export {
  type AllocateMessageQueueStrategy,
  type ClientOptions,
  ConsumeFromWhere,
  type ConsumerOptions,
  type LitePullConsumerOptions,
  MessageModel,
  type NewTopic,
  type ProducerOptions,
  type PushConsumerOptions,
} from './options.js';
export { DefaultMQProducer } from './producer/default-mq-producer.js';
export type {
  MessageQueueSelector,
  RequestCallback,
  SendCallback,
  SendOptions,
  SendResult,
  SendStatus,
} from './producer/send-result.js';
export { selectMessageQueueByHash, selectMessageQueueByRandom } from './producer/selectors.js';
export { createReplyMessage } from './reply-message.js';
