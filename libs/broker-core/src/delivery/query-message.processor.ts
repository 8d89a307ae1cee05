import { QueryMessageRequestHeader, ViewMessageRequestHeader } from '../protocol/headers/pull-message.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { DeliverySettings } from './delivery-settings.js';
import type { DeliveryStore } from './delivery-store.js';

/** Messages of one query by key, whatever it asks for. RocketMQ: maxMsgsNumBatch */
const MAX_MESSAGES_PER_QUERY = 64;

export interface QueryMessageParts {
  readonly settings: Pick<DeliverySettings, 'defaultQueryMaxNum'>;
  readonly store: Pick<DeliveryStore, 'queryByKey' | 'selectRecord'>;
}

/**
 * Finds messages: QUERY_MESSAGE (12) by key, VIEW_MESSAGE_BY_ID (33) by place in the log.
 *
 * RocketMQ: QueryMessageProcessor
 */
export class QueryMessageProcessor {
  constructor(private readonly parts: QueryMessageParts) {}

  readonly query = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const header = QueryMessageRequestHeader.decode(request.extFields);
    const { topic, key, beginTimestamp, endTimestamp } = header;
    const isUnique = header._UNIQUE_KEY_QUERY === true;
    const maxNum = isUnique ? this.parts.settings.defaultQueryMaxNum : Math.min(header.maxNum, MAX_MESSAGES_PER_QUERY);
    const found = await this.parts.store.queryByKey(topic, key, maxNum, beginTimestamp, endTimestamp);
    const fields = {
      indexLastUpdateTimestamp: String(found.indexLastUpdateTimestamp),
      indexLastUpdatePhyoffset: String(found.indexLastUpdatePhyoffset),
    };
    if (found.records.length === 0) {
      const remark = 'can not find message, maybe time range not correct';
      return createResponse(ResponseCode.QUERY_NOT_FOUND, remark, fields);
    }
    return createResponse(ResponseCode.SUCCESS, undefined, fields, Buffer.concat(found.records));
  };

  readonly view = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const { offset } = ViewMessageRequestHeader.decode(request.extFields);
    const record = offset < 0 ? undefined : await this.parts.store.selectRecord(offset);
    if (record) return createResponse(ResponseCode.SUCCESS, undefined, undefined, record);
    return createResponse(ResponseCode.SYSTEM_ERROR, `can not find message by the offset, ${offset}`);
  };
}
