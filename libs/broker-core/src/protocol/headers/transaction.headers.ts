import { boolean, defineHeader, type HeaderOf, int, long, string } from './define-header.js';
import { rpcFields } from './rpc-fields.js';

/** END_TRANSACTION: a producer decides on its half message. */
export const EndTransactionRequestHeader = defineHeader({
  topic: string.optional,
  producerGroup: string,
  tranStateTableOffset: long,
  commitLogOffset: long,
  /** A TRANSACTION_ type of MessageSysFlag. */
  commitOrRollback: int,
  fromTransactionCheck: boolean.or(false),
  msgId: string.optional,
  transactionId: string.optional,
  ...rpcFields,
});
export type EndTransactionRequestHeader = HeaderOf<typeof EndTransactionRequestHeader>;

/** CHECK_TRANSACTION_STATE: the broker asks a producer what became of a half message. */
export const CheckTransactionStateRequestHeader = defineHeader({
  topic: string.optional,
  tranStateTableOffset: long,
  commitLogOffset: long,
  msgId: string.optional,
  transactionId: string.optional,
  offsetMsgId: string.optional,
  ...rpcFields,
});
export type CheckTransactionStateRequestHeader = HeaderOf<typeof CheckTransactionStateRequestHeader>;

/** RESUME_CHECK_HALF_MESSAGE. */
export const ResumeCheckHalfMessageRequestHeader = defineHeader({ topic: string.optional, msgId: string.optional });
export type ResumeCheckHalfMessageRequestHeader = HeaderOf<typeof ResumeCheckHalfMessageRequestHeader>;
