/**
 * Bits of a message's sysFlag: what RocketMQ itself needs to know of a message.
 *
 * Source  RocketMQ MessageSysFlag
 */
export const MessageSysFlag = {
  COMPRESSED_FLAG: 0x1,
  MULTI_TAGS_FLAG: 0x2,
  /** The two bits below, when they are 0: no part of a transaction. */
  TRANSACTION_NOT_TYPE: 0x0,
  TRANSACTION_PREPARED_TYPE: 0x4,
  TRANSACTION_COMMIT_TYPE: 0x8,
  /** Also the mask of the transaction bits. */
  TRANSACTION_ROLLBACK_TYPE: 0xc,
  BORNHOST_V6_FLAG: 0x10,
  STOREHOSTADDRESS_V6_FLAG: 0x20,
  /** The record holds a batch that a client must unwrap. */
  NEED_UNWRAP_FLAG: 0x40,
  INNER_BATCH_FLAG: 0x80,
  COMPRESSION_LZ4_TYPE: 0x100,
  COMPRESSION_ZSTD_TYPE: 0x200,
  COMPRESSION_ZLIB_TYPE: 0x300,
  /** Mask of the compression type; 0 there is zlib too, from clients that know nothing else. */
  COMPRESSION_TYPE_COMPARATOR: 0x700,
} as const;

/** The transaction bits of a sysFlag: one of the TRANSACTION_ values. */
export function transactionTypeOf(sysFlag: number): number {
  return sysFlag & MessageSysFlag.TRANSACTION_ROLLBACK_TYPE;
}

/** `sysFlag` with its transaction bits replaced by `type`. */
export function withTransactionType(sysFlag: number, type: number): number {
  return (sysFlag & ~MessageSysFlag.TRANSACTION_ROLLBACK_TYPE) | type;
}

/** Whether the body is compressed. */
export function isCompressed(sysFlag: number): boolean {
  return (sysFlag & MessageSysFlag.COMPRESSED_FLAG) !== 0;
}

/**
 * Bits of a pull request's sysFlag: what the pull carries and wishes.
 *
 * Source  RocketMQ PullSysFlag
 */
export const PullSysFlag = {
  /** commitOffset is to be stored. */
  FLAG_COMMIT_OFFSET: 0x1,
  /** Hold the pull until messages come. */
  FLAG_SUSPEND: 0x2,
  /** The pull names its own expression. */
  FLAG_SUBSCRIPTION: 0x4,
  FLAG_CLASS_FILTER: 0x8,
  FLAG_LITE_PULL_MESSAGE: 0x10,
} as const;

/** The sysFlag of a pull. RocketMQ: PullSysFlag#buildSysFlag. */
export function buildPullSysFlag(wishes: {
  readonly commitOffset?: boolean;
  readonly suspend?: boolean;
  readonly subscription?: boolean;
  readonly litePull?: boolean;
}): number {
  return (
    (wishes.commitOffset === true ? PullSysFlag.FLAG_COMMIT_OFFSET : 0) |
    (wishes.suspend === true ? PullSysFlag.FLAG_SUSPEND : 0) |
    (wishes.subscription === true ? PullSysFlag.FLAG_SUBSCRIPTION : 0) |
    (wishes.litePull === true ? PullSysFlag.FLAG_LITE_PULL_MESSAGE : 0)
  );
}

/** Bits of a topic's topicSysFlag. RocketMQ: TopicSysFlag. */
export const TopicSysFlag = { FLAG_UNIT: 0x1, FLAG_UNIT_SUB: 0x2 } as const;
