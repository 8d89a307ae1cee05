import { ResponseCode } from '../protocol/response-code.js';
import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { RequestError } from '../runtime/errors.js';
import { remarks } from './remarks.js';

/** A body or properties that no message may have. */
export function illegalMessage(maxMessageBytes: number): RequestError {
  return new RequestError(ResponseCode.MESSAGE_ILLEGAL, remarks.messageIllegal(maxMessageBytes));
}

/** A message that is to be delivered at a moment of its own: the timer wheel is not there yet. */
export function noTimers(): RequestError {
  return new RequestError(ResponseCode.SYSTEM_ERROR, remarks.noTimers);
}

/** Half messages need transactions/, which this broker does not have yet; commit and rollback are never a client's. */
export function refuseHalf(sysFlag: number, isHalf: boolean, advertisedHost: string): void {
  if (!isHalf && transactionTypeOf(sysFlag) === MessageSysFlag.TRANSACTION_COMMIT_TYPE) return;
  throw new RequestError(
    ResponseCode.NO_PERMISSION,
    `the broker[${advertisedHost}] sending transaction message is forbidden`,
  );
}
