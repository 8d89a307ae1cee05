import type { HostAddress } from '../protocol/host-address.js';
import { formatOffsetMessageId } from '../protocol/message-id.js';
import type { CommitLogOffset, QueueOffset } from '../runtime/numbers.js';
import type { ConsumeQueue } from './consume-queue.js';
import type { PutResult, PutStatus } from './put-message.js';

/** What consume queues, the index and listeners need to know of a record: the same when it is new and when it is recovered. */
export interface DispatchRecord {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly commitLogOffset: number;
  readonly sizeBytes: number;
  readonly tagsCode: number;
  readonly storeTimestamp: number;
  readonly sysFlag: number;
  readonly keys: string | undefined;
  readonly uniqKey: string | undefined;
  readonly tags: string | undefined;
}

/** A record on its way: encoded, then written, then synced where that was promised, then dispatched and answered. */
export class StagedRecord implements DispatchRecord {
  /** Says yes, once. Undefined when it was said, or when another record of the same put will say it. */
  acknowledge: ((status: PutStatus) => void) | undefined;

  constructor(
    readonly queue: ConsumeQueue,
    readonly queueOffset: QueueOffset,
    readonly commitLogOffset: CommitLogOffset,
    readonly sizeBytes: number,
    readonly tagsCode: number,
    readonly storeTimestamp: number,
    readonly sysFlag: number,
    readonly keys: string | undefined,
    readonly uniqKey: string | undefined,
    readonly tags: string | undefined,
    readonly storeHost: HostAddress,
    readonly waitsForSync: boolean,
    /** When the put came in, by the monotonic clock: for the time-out. */
    readonly stagedAtMs: number,
  ) {}

  get topic(): string {
    return this.queue.topic;
  }

  get queueId(): number {
    return this.queue.queueId;
  }

  /** The id that says where the record lies. */
  get offsetMsgId(): string {
    return formatOffsetMessageId(this.storeHost, this.commitLogOffset);
  }

  /** The first byte behind the record. */
  get endOffset(): number {
    return this.commitLogOffset + this.sizeBytes;
  }

  answer(status: PutStatus): void {
    const acknowledge = this.acknowledge;
    this.acknowledge = undefined;
    acknowledge?.(status);
  }
}

/** A stored message's answer. Its id is text that few ask for, so it is made on demand. */
export class StoredPut implements PutResult {
  constructor(
    readonly status: PutStatus,
    private readonly records: readonly StagedRecord[],
  ) {}

  get #first(): StagedRecord {
    return this.records[0]!;
  }

  get topic(): string {
    return this.#first.topic;
  }

  get queueId(): number {
    return this.#first.queueId;
  }

  get queueOffset(): QueueOffset {
    return this.#first.queueOffset;
  }

  get commitLogOffset(): CommitLogOffset {
    return this.#first.commitLogOffset;
  }

  get storeTimestamp(): number {
    return this.#first.storeTimestamp;
  }

  get sizeBytes(): number {
    return this.records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  get offsetMsgId(): string {
    if (this.records.length === 1) return this.#first.offsetMsgId;
    return this.records.map(({ offsetMsgId }) => offsetMsgId).join(',');
  }
}
