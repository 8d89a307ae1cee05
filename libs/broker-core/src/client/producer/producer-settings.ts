import { SystemTopic, validateGroup } from '../../protocol/topic-names.js';
import { ClientError } from '../errors.js';
import { positive } from '../instance/client-settings.js';
import type { ProducerOptions } from '../options.js';
import { DEFAULT_RETRY_RESPONSE_CODES } from './send-retry.js';

/** ProducerOptions with every default filled in. */
export interface ProducerSettings {
  readonly group: string;
  readonly sendMsgTimeoutMs: number;
  readonly compressMsgBodyOverHowmuch: number;
  readonly compressLevel: number;
  readonly retryTimesWhenSendFailed: number;
  readonly retryTimesWhenSendAsyncFailed: number;
  readonly retryAnotherBrokerWhenNotStoreOK: boolean;
  readonly retryResponseCodes: ReadonlySet<number>;
  readonly maxMessageSize: number;
  readonly defaultTopicQueueNums: number;
  readonly createTopicKey: string;
  readonly sendLatencyFaultEnable: boolean;
  readonly maxInFlight: number;
}

/** The group name that RocketMQ keeps for those who forgot to choose one. */
const RESERVED_GROUP = 'DEFAULT_PRODUCER';

/** Fills in the defaults. Throws ClientError naming what cannot work. */
export function producerSettings(group: string, options: Omit<ProducerOptions, 'namesrvAddr'>): ProducerSettings {
  const problem = validateGroup(group);
  if (problem !== undefined) throw new ClientError(`producerGroup: ${problem}`);
  if (group === RESERVED_GROUP) throw new ClientError(`producerGroup '${group}' is reserved: choose another name`);
  return {
    group,
    sendMsgTimeoutMs: positive('sendMsgTimeoutMs', options.sendMsgTimeoutMs, 3_000),
    compressMsgBodyOverHowmuch: options.compressMsgBodyOverHowmuch ?? 4_096,
    compressLevel: options.compressLevel ?? 5,
    retryTimesWhenSendFailed: options.retryTimesWhenSendFailed ?? 2,
    retryTimesWhenSendAsyncFailed: options.retryTimesWhenSendAsyncFailed ?? 2,
    retryAnotherBrokerWhenNotStoreOK: options.retryAnotherBrokerWhenNotStoreOK ?? false,
    retryResponseCodes: options.retryResponseCodes ? new Set(options.retryResponseCodes) : DEFAULT_RETRY_RESPONSE_CODES,
    maxMessageSize: positive('maxMessageSize', options.maxMessageSize, 4 * 1024 * 1024),
    defaultTopicQueueNums: positive('defaultTopicQueueNums', options.defaultTopicQueueNums, 4),
    createTopicKey: options.createTopicKey ?? SystemTopic.AUTO_CREATE_TOPIC_KEY_TOPIC,
    sendLatencyFaultEnable: options.sendLatencyFaultEnable ?? false,
    maxInFlight: positive('maxInFlight', options.maxInFlight, 65_535),
  };
}
