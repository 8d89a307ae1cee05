import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';

/**
 * How a pull went. RocketMQ: GetMessageStatus
 *
 * FOUND                    messages
 * NO_MATCHED_MESSAGE       messages, but the filter wants none of them; go on at nextBeginOffset
 * MESSAGE_WAS_REMOVING     the queue still names messages that the log no longer has
 * OFFSET_FOUND_NULL        the queue's own file is gone; go on in the next
 * OFFSET_OVERFLOW_BADLY    behind the end of the queue
 * OFFSET_OVERFLOW_ONE      at the end of the queue: nothing new
 * OFFSET_TOO_SMALL         before the first message the log still has
 * NO_MATCHED_LOGIC_QUEUE   no such queue
 * NO_MESSAGE_IN_QUEUE      a queue that never had a message
 */
export type GetMessageStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'MESSAGE_WAS_REMOVING'
  | 'OFFSET_FOUND_NULL'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_TOO_SMALL'
  | 'NO_MATCHED_LOGIC_QUEUE'
  | 'NO_MESSAGE_IN_QUEUE';

/** What a pull brings. RocketMQ: GetMessageResult */
export interface GetMessageResult<Status = GetMessageStatus> {
  readonly status: Status;
  readonly nextBeginOffset: QueueOffset;
  readonly minOffset: QueueOffset;
  readonly maxOffset: QueueOffset;
  /** The stored records one after the other, ready to be sent. */
  readonly chunks: readonly Buffer[];
  readonly messageCount: number;
  readonly totalBytes: number;
  /** The reader is so far behind that another broker should serve it. */
  readonly suggestPullingFromSlave: boolean;
}

/** A pull that finds no entries to look at. */
export function emptyPull<Status extends string>(
  status: Status,
  nextBeginOffset: number,
  minOffset: number,
  maxOffset: number,
): GetMessageResult<Status> {
  return {
    status,
    nextBeginOffset: asQueueOffset(nextBeginOffset),
    minOffset: asQueueOffset(minOffset),
    maxOffset: asQueueOffset(maxOffset),
    chunks: [],
    messageCount: 0,
    totalBytes: 0,
    suggestPullingFromSlave: false,
  };
}
