/** RocketMQ for NestJS: module, template, listeners, transport and health. Tests find their part in `rocketmq-nest/testing`. */
export {
  ConnectionError,
  RemoteError,
  ResponseCode,
  RocketMQError,
  TimeoutError,
} from 'rocketmq-broker-core/client';
export {
  bufferConverter,
  CompositeMessageConverter,
  type ConversionHint,
  type ConvertedBody,
  jsonConverter,
  type RocketMQMessageConverter,
  textConverter,
} from './conversion/converter.js';
export { RocketMQHandler } from './decorators/rocketmq-handler.js';
export { RocketMQMessageListener } from './decorators/rocketmq-message-listener.js';
export { RocketMQHealthIndicator } from './health/rocketmq.health.js';
export type { ConnectionOptions, Credentials, EmbeddedOptions, TraceOptions } from './interfaces/connection-options.js';
export type {
  ConsumeVerdict,
  DriverConnection,
  DriverLifecycle,
  DriverMessageHandler,
  DriverProducer,
  DriverProducerOptions,
  DriverPullConsumer,
  DriverPullConsumerOptions,
  DriverPushConsumer,
  DriverPushConsumerOptions,
  DriverSendOptions,
  DriverSubscription,
  EncodedMessage,
  RocketMQDriver,
} from './interfaces/driver.js';
export type { ListenerErrorHandler } from './interfaces/error-handler.js';
export type { RocketMQHealthStatus } from './interfaces/health-status.js';
export type {
  ListenerReturn,
  RocketMQBatchListener,
  RocketMQListener,
  RocketMQListenerOptionsEnhancer,
  RocketMQPushConsumerLifecycleListener,
  RocketMQReplyListener,
} from './interfaces/listener.js';
export type { ContainerState, RocketMQListenerContainer } from './interfaces/listener-container.js';
export type {
  ListenerOptionsInput,
  ListenerTuning,
  MutablePushConsumerConfig,
  RocketMQMessageListenerOptions,
} from './interfaces/listener-options.js';
export type { ListenerOutcome } from './interfaces/listener-outcome.js';
export type {
  HeaderValue,
  MessagePostProcessor,
  PlaceholderResolver,
  RocketMQHeaders,
  RocketMQMessage,
} from './interfaces/message-options.js';
export type {
  ConsumerDefaults,
  RocketMQModuleAsyncOptions,
  RocketMQModuleExtras,
  RocketMQModuleOptions,
  RocketMQOptionsFactory,
  RocketMQTemplateDefinition,
} from './interfaces/module-options.js';
export type { ProducerOptions, ProducerTuning } from './interfaces/producer-options.js';
export type { PullConsumerOptions, PullConsumerTuning } from './interfaces/pull-consumer-options.js';
export type {
  MessageQueueSelector,
  OrderlySendOptions,
  RequestOptions,
  RocketMQLocalRequestCallback,
  SendCallback,
  SendOptions,
  SendResult,
} from './interfaces/send-options.js';
export type { StartupOptions } from './interfaces/startup-options.js';
export type { Subscription } from './interfaces/subscription.js';
export type { TimeLimit } from './interfaces/time-limit.js';
export type {
  RocketMQClientOptions,
  RocketMQHandlerExtras,
  RocketMQServerOptions,
  RocketMQTransportEvents,
  RocketMQTransportStatus,
} from './interfaces/transport-options.js';
export {
  type Awaitable,
  type Configurable,
  ConsumeFromWhere,
  ConsumeMode,
  ConsumeResult,
  type Destination,
  MessageModel,
  type Millis,
  type ParsedDestination,
  type PayloadType,
  type Placeholder,
  SelectorType,
  type SendStatus,
  type StandardSchemaLike,
} from './interfaces/vocabulary.js';
export { isRocketMQContext, RocketMQBatchContext, RocketMQContext } from './listeners/rocketmq.context.js';
export { DELAY_LEVELS } from './messages/delay.js';
export { formatDestination, parseDestination } from './messages/destination.js';
export { isRocketMQMessage, MessageBuilder } from './messages/message-builder.js';
export { MessageExt, type MessageExtFields } from './messages/message-ext.js';
export { type ConnectionClient, RocketMQConnection } from './rocketmq.connection.js';
export {
  PayloadConversionError,
  RocketMQArgumentError,
  RocketMQNotRunningError,
  RocketMQOptionsError,
} from './rocketmq.errors.js';
export { RocketMQDeadLetterException, RocketMQRetryException, RocketMQSkipException } from './rocketmq.exceptions.js';
export { RocketMQListenerRegistry } from './rocketmq.listener-registry.js';
export { RocketMQModule } from './rocketmq.module.js';
export { RocketMQTemplate, type TemplateDefinition } from './rocketmq.template.js';
export {
  getRocketMQConnectionToken,
  getRocketMQTemplateToken,
  InjectRocketMQConnection,
  InjectRocketMQTemplate,
  ROCKETMQ_LISTENER_ENHANCERS,
  ROCKETMQ_MESSAGE_CONVERTER,
  ROCKETMQ_TRANSPORT,
} from './rocketmq.tokens.js';
export { RocketMQClient } from './transport/rocketmq.client.js';
export { RocketMQServer } from './transport/rocketmq.server.js';
export { isRocketMQRecord, type RocketMQRecord, RocketMQRecordBuilder } from './transport/rocketmq-record.js';
