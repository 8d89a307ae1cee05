import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { GetMessageResult, GetMessageStatus } from '../store/get-message-result.js';
import type { AllowedPull } from './pull-checks.js';

const MASTER_ID = 0;

/** What a pull gets: the store's answer, or where an operator sent its group. */
export type PullOutcome = GetMessageResult<GetMessageStatus | 'OFFSET_RESET'>;

/**
 * The response code that tells a client what the store found.
 *
 * Source  RocketMQ PullMessageProcessor#composeResponseHeader
 */
export function pullCodeOf(status: PullOutcome['status'], requestedOffset: number): number {
  switch (status) {
    case 'FOUND':
      return ResponseCode.SUCCESS;
    case 'MESSAGE_WAS_REMOVING':
    case 'NO_MATCHED_MESSAGE':
      return ResponseCode.PULL_RETRY_IMMEDIATELY;
    case 'NO_MATCHED_LOGIC_QUEUE':
    case 'NO_MESSAGE_IN_QUEUE':
      return requestedOffset !== 0 ? ResponseCode.PULL_OFFSET_MOVED : ResponseCode.PULL_NOT_FOUND;
    case 'OFFSET_FOUND_NULL':
    case 'OFFSET_OVERFLOW_ONE':
      return ResponseCode.PULL_NOT_FOUND;
    case 'OFFSET_OVERFLOW_BADLY':
    case 'OFFSET_TOO_SMALL':
    case 'OFFSET_RESET':
      return ResponseCode.PULL_OFFSET_MOVED;
    default:
      return ResponseCode.SYSTEM_ERROR;
  }
}

/** The answer to a pull; clients read the four offsets of it whatever its code is. */
export function answerPull(
  code: number,
  outcome: PullOutcome,
  { group, topic }: AllowedPull,
  slaveReadEnable: boolean,
): RemotingCommand {
  const slowly = outcome.suggestPullingFromSlave ? group.whichBrokerWhenConsumeSlowly : group.brokerId;
  const fields = {
    suggestWhichBrokerId: `${slaveReadEnable ? slowly : MASTER_ID}`,
    nextBeginOffset: `${outcome.nextBeginOffset}`,
    minOffset: `${outcome.minOffset}`,
    maxOffset: `${outcome.maxOffset}`,
    topicSysFlag: `${topic.topicSysFlag}`,
    groupSysFlag: `${group.groupSysFlag}`,
  };
  return createResponse(
    code,
    outcome.status,
    fields,
    code === ResponseCode.SUCCESS ? joined(outcome.chunks) : undefined,
  );
}

function joined(chunks: readonly Buffer[]): Buffer | undefined {
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
