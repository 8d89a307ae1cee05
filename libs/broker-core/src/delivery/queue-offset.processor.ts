import {
  GetEarliestMsgStoretimeRequestHeader,
  GetMaxOffsetRequestHeader,
  GetMinOffsetRequestHeader,
  SearchOffsetRequestHeader,
} from '../protocol/headers/offset.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { DeliveryStore } from './delivery-store.js';

export type QueueOffsetStore = Pick<
  DeliveryStore,
  'minQueueOffset' | 'maxQueueOffset' | 'offsetByTime' | 'storeTimestampOf'
>;

/**
 * Where queues begin and end: SEARCH_OFFSET_BY_TIMESTAMP (29), GET_MAX_OFFSET (30), GET_MIN_OFFSET (31),
 * GET_EARLIEST_MSG_STORETIME (32). A queue that nobody ever wrote begins and ends at 0.
 *
 * RocketMQ: AdminBrokerProcessor
 */
export class QueueOffsetProcessor {
  constructor(private readonly store: QueueOffsetStore) {}

  readonly searchOffset = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const { topic, queueId, timestamp, boundaryType } = SearchOffsetRequestHeader.decode(request.extFields);
    return withField('offset', await this.store.offsetByTime(topic, queueId, timestamp, boundaryType));
  };

  readonly maxOffset = (request: RemotingCommand): RemotingCommand => {
    const { topic, queueId } = GetMaxOffsetRequestHeader.decode(request.extFields);
    return withField('offset', this.store.maxQueueOffset(topic, queueId));
  };

  readonly minOffset = (request: RemotingCommand): RemotingCommand => {
    const { topic, queueId } = GetMinOffsetRequestHeader.decode(request.extFields);
    return withField('offset', this.store.minQueueOffset(topic, queueId));
  };

  readonly earliestStoreTime = async (request: RemotingCommand): Promise<RemotingCommand> => {
    const { topic, queueId } = GetEarliestMsgStoretimeRequestHeader.decode(request.extFields);
    const first = this.store.minQueueOffset(topic, queueId);
    return withField('timestamp', await this.store.storeTimestampOf(topic, queueId, first));
  };
}

function withField(name: string, value: number): RemotingCommand {
  return createResponse(ResponseCode.SUCCESS, undefined, { [name]: String(value) });
}
