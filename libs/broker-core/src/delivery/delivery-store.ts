import type { MessageExt } from '../protocol/message.js';
import type { GetMessageRequest } from '../store/get-message.js';
import type { GetMessageResult } from '../store/get-message-result.js';
import type { PutMessage, PutResult } from '../store/put-message.js';

/** What delivery asks of the store: specs give it a small one. MessageStore is one. */
export interface DeliveryStore {
  putMessage(message: PutMessage): Promise<PutResult>;
  putMessages(batch: readonly PutMessage[]): Promise<PutResult>;
  getMessage(request: GetMessageRequest): GetMessageResult | Promise<GetMessageResult>;
  minQueueOffset(topic: string, queueId: number): number;
  maxQueueOffset(topic: string, queueId: number): number;
  offsetByTime(topic: string, queueId: number, timestamp: number, boundary: 'LOWER' | 'UPPER'): Promise<number>;
  storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number>;
  lookMessageByOffset(commitLogOffset: number, sizeBytes?: number): Promise<MessageExt | undefined>;
  selectRecord(commitLogOffset: number): Promise<Buffer | undefined>;
  queryByKey(topic: string, key: string, maxNum: number, begin: number, end: number): Promise<KeyQueryResult>;
}

/** Records found by key, and how far the index had come when it was asked. */
export interface KeyQueryResult {
  readonly records: readonly Buffer[];
  readonly indexLastUpdateTimestamp: number;
  readonly indexLastUpdatePhyoffset: number;
}
