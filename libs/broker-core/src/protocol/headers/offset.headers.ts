import { boolean, defineHeader, type HeaderOf, int, type Kind, long, string } from './define-header.js';
import { topicFields } from './rpc-fields.js';

/** QUERY_CONSUMER_OFFSET. */
export const QueryConsumerOffsetRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  setZeroIfNotFound: boolean.optional,
  ...topicFields,
});
export type QueryConsumerOffsetRequestHeader = HeaderOf<typeof QueryConsumerOffsetRequestHeader>;

export const QueryConsumerOffsetResponseHeader = defineHeader({ offset: long });
export type QueryConsumerOffsetResponseHeader = HeaderOf<typeof QueryConsumerOffsetResponseHeader>;

/** UPDATE_CONSUMER_OFFSET. */
export const UpdateConsumerOffsetRequestHeader = defineHeader({
  consumerGroup: string,
  topic: string,
  queueId: int,
  commitOffset: long,
  ...topicFields,
});
export type UpdateConsumerOffsetRequestHeader = HeaderOf<typeof UpdateConsumerOffsetRequestHeader>;

/** Which entry a search by time means when none has exactly that time. */
export type BoundaryType = 'LOWER' | 'UPPER';

const isUpper = (text: string): BoundaryType => (text.toUpperCase() === 'UPPER' ? 'UPPER' : 'LOWER');
const boundary: Pick<Kind<BoundaryType>, 'read' | 'write' | 'fallback'> = {
  read: isUpper,
  write: (value) => value,
  fallback: { value: 'LOWER' },
};

/** SEARCH_OFFSET_BY_TIMESTAMP. */
export const SearchOffsetRequestHeader = defineHeader({
  topic: string,
  queueId: int,
  timestamp: long,
  boundaryType: boundary,
  ...topicFields,
});
export type SearchOffsetRequestHeader = HeaderOf<typeof SearchOffsetRequestHeader>;

export const SearchOffsetResponseHeader = defineHeader({ offset: long });
export type SearchOffsetResponseHeader = HeaderOf<typeof SearchOffsetResponseHeader>;

/** GET_MAX_OFFSET. */
export const GetMaxOffsetRequestHeader = defineHeader({
  topic: string,
  queueId: int,
  committed: boolean.or(true),
  ...topicFields,
});
export type GetMaxOffsetRequestHeader = HeaderOf<typeof GetMaxOffsetRequestHeader>;

export const GetMaxOffsetResponseHeader = defineHeader({ offset: long });
export type GetMaxOffsetResponseHeader = HeaderOf<typeof GetMaxOffsetResponseHeader>;

/** GET_MIN_OFFSET. */
export const GetMinOffsetRequestHeader = defineHeader({ topic: string, queueId: int, ...topicFields });
export type GetMinOffsetRequestHeader = HeaderOf<typeof GetMinOffsetRequestHeader>;

export const GetMinOffsetResponseHeader = defineHeader({ offset: long });
export type GetMinOffsetResponseHeader = HeaderOf<typeof GetMinOffsetResponseHeader>;

/** GET_EARLIEST_MSG_STORETIME. */
export const GetEarliestMsgStoretimeRequestHeader = defineHeader({ topic: string, queueId: int, ...topicFields });
export type GetEarliestMsgStoretimeRequestHeader = HeaderOf<typeof GetEarliestMsgStoretimeRequestHeader>;

export const GetEarliestMsgStoretimeResponseHeader = defineHeader({ timestamp: long });
export type GetEarliestMsgStoretimeResponseHeader = HeaderOf<typeof GetEarliestMsgStoretimeResponseHeader>;
