import { createResponse, type ExtFields, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { PutResult, PutStatus } from '../store/put-message.js';
import { remarks } from './remarks.js';

/** What the remarks of refusals quote. */
export interface PutRemarkFacts {
  readonly maxMessageBytes: number;
  /** Used space of the store's disks in percent, as `CL: … CQ: … INDEX: …`. */
  readonly diskUtil: () => string;
}

/** The response code of a stored message. Clients take 10, 11 and 12 as success with a warning. */
export function storedCodeOf(status: PutStatus): number {
  switch (status) {
    case 'FLUSH_DISK_TIMEOUT':
      return ResponseCode.FLUSH_DISK_TIMEOUT;
    case 'FLUSH_SLAVE_TIMEOUT':
      return ResponseCode.FLUSH_SLAVE_TIMEOUT;
    case 'SLAVE_NOT_AVAILABLE':
      return ResponseCode.SLAVE_NOT_AVAILABLE;
    default:
      return ResponseCode.SUCCESS;
  }
}

/**
 * The answer to a send that stored nothing.
 *
 * Source  RocketMQ SendMessageProcessor#handlePutMessageResult
 */
export function answerRefusedPut(result: PutResult, facts: PutRemarkFacts, fields: ExtFields): RemotingCommand {
  switch (result.status) {
    case 'MESSAGE_ILLEGAL':
    case 'PROPERTIES_SIZE_EXCEEDED':
      return createResponse(ResponseCode.MESSAGE_ILLEGAL, remarks.messageIllegal(facts.maxMessageBytes), fields);
    case 'SERVICE_NOT_AVAILABLE':
      return createResponse(
        ResponseCode.SERVICE_NOT_AVAILABLE,
        `service not available now. It may be caused by one of the following reasons: the broker's disk is full [${facts.diskUtil()}], messages are put to the slave, message store has been shut down, etc.`,
        fields,
      );
    case 'OS_PAGE_CACHE_BUSY':
      return createResponse(
        ResponseCode.SYSTEM_BUSY,
        '[PC_SYNCHRONIZED]broker busy, start flow control for a while',
        fields,
      );
    case 'WHEEL_TIMER_MSG_ILLEGAL':
      return createResponse(ResponseCode.MESSAGE_ILLEGAL, result.remark ?? 'timer message illegal', fields);
    case 'WHEEL_TIMER_NOT_ENABLE':
      return createResponse(ResponseCode.SYSTEM_ERROR, remarks.noTimers, fields);
    case 'IN_SYNC_REPLICAS_NOT_ENOUGH':
      return createResponse(ResponseCode.SYSTEM_ERROR, 'in-sync replicas not enough', fields);
    default:
      return createResponse(ResponseCode.SYSTEM_ERROR, result.remark ?? 'UNKNOWN_ERROR', fields);
  }
}
