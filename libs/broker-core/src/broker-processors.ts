import type { ClientManageProcessor } from './consumers/client-manage.processor.js';
import type { ConsumerManageProcessor } from './consumers/consumer-manage.processor.js';
import type { QueueLockProcessor } from './consumers/queue-lock.processor.js';
import type { PullMessageProcessor } from './delivery/pull-message.processor.js';
import type { QueryMessageProcessor } from './delivery/query-message.processor.js';
import type { QueueOffsetProcessor } from './delivery/queue-offset.processor.js';
import type { ReplyMessageProcessor } from './delivery/reply-message.processor.js';
import type { SendBackProcessor } from './delivery/send-back.processor.js';
import type { SendMessageProcessor } from './delivery/send-message.processor.js';
import { RequestCode } from './protocol/request-code.js';
import type { RequestProcessor } from './remoting/connection.js';

/** Those who answer clients. */
export interface ClientProcessors {
  readonly send: SendMessageProcessor;
  readonly sendBack: SendBackProcessor;
  readonly reply: ReplyMessageProcessor;
  readonly pull: PullMessageProcessor;
  readonly query: QueryMessageProcessor;
  readonly queueOffset: QueueOffsetProcessor;
  readonly clientManage: ClientManageProcessor;
  readonly consumerManage: ConsumerManageProcessor;
  readonly queueLock: QueueLockProcessor;
}

/** Gives a code to a processor, on one port or on several. */
export type Register = (code: number, processor: RequestProcessor) => void;

/**
 * Which code goes where. What may wait long is kept off the second port, so that sends have it for themselves.
 *
 * Source  RocketMQ BrokerController#registerProcessor
 */
export function registerClientProcessors(everywhere: Register, mainPort: Register, to: ClientProcessors): void {
  everywhere(RequestCode.SEND_MESSAGE, to.send.send);
  everywhere(RequestCode.SEND_MESSAGE_V2, to.send.send);
  everywhere(RequestCode.SEND_BATCH_MESSAGE, to.send.send);
  everywhere(RequestCode.CONSUMER_SEND_MSG_BACK, to.sendBack.sendBack);
  everywhere(RequestCode.SEND_REPLY_MESSAGE, to.reply.reply);
  everywhere(RequestCode.SEND_REPLY_MESSAGE_V2, to.reply.reply);
  mainPort(RequestCode.PULL_MESSAGE, to.pull.pull);
  mainPort(RequestCode.LITE_PULL_MESSAGE, to.pull.pull);
  everywhere(RequestCode.QUERY_MESSAGE, to.query.query);
  everywhere(RequestCode.VIEW_MESSAGE_BY_ID, to.query.view);
  everywhere(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, to.queueOffset.searchOffset);
  everywhere(RequestCode.GET_MAX_OFFSET, to.queueOffset.maxOffset);
  everywhere(RequestCode.GET_MIN_OFFSET, to.queueOffset.minOffset);
  everywhere(RequestCode.GET_EARLIEST_MSG_STORETIME, to.queueOffset.earliestStoreTime);
  everywhere(RequestCode.HEART_BEAT, to.clientManage.heartbeat);
  everywhere(RequestCode.UNREGISTER_CLIENT, to.clientManage.unregister);
  everywhere(RequestCode.CHECK_CLIENT_CONFIG, to.clientManage.checkClientConfig);
  everywhere(RequestCode.GET_CONSUMER_LIST_BY_GROUP, to.consumerManage.consumerList);
  everywhere(RequestCode.UPDATE_CONSUMER_OFFSET, to.consumerManage.updateOffset);
  everywhere(RequestCode.QUERY_CONSUMER_OFFSET, to.consumerManage.queryOffset);
  everywhere(RequestCode.LOCK_BATCH_MQ, to.queueLock.lock);
  everywhere(RequestCode.UNLOCK_BATCH_MQ, to.queueLock.unlock);
}
